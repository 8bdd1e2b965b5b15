import type { Catalogue } from '../formats/catalogue.js';
import type { OrbitColumn } from '../formats/orbit-record.js';
import type { CatalogueAsteroid } from './catalogue-asteroid.js';

/** The bodies of an imported catalogue, in its order. They look into its columns: an object with numbers of its own takes ten times as much. */
export function asteroidsOf(catalogue: Catalogue): CatalogueAsteroid[] {
  const columns = Object.fromEntries(columnNames.map((name) => [name, catalogue.column(name)])) as Columns;
  return Array.from({ length: catalogue.count }, (_, row) => new AsteroidInCatalogue(catalogue, columns, row));
}

const columnNames = [
  'epoch',
  'semiMajorAxis',
  'eccentricity',
  'inclination',
  'node',
  'argument',
  'meanAnomaly',
  'absoluteMagnitude',
  'diameter',
  'albedo',
  'rotationPeriod',
  'oppositions',
] as const satisfies readonly OrbitColumn[];
type Columns = Readonly<Record<(typeof columnNames)[number], Float64Array>>;

/** One row of a catalogue. */
class AsteroidInCatalogue implements CatalogueAsteroid {
  readonly #catalogue: Catalogue;
  readonly #columns: Columns;
  readonly #row: number;

  constructor(catalogue: Catalogue, columns: Columns, row: number) {
    this.#catalogue = catalogue;
    this.#columns = columns;
    this.#row = row;
  }

  get name(): string {
    return this.#catalogue.names.at(this.#row) || this.designation;
  }
  get designation(): string {
    return this.#catalogue.designations.at(this.#row);
  }
  get numbered(): boolean {
    return this.#catalogue.designations.isNumber(this.#row);
  }
  get epoch(): number {
    return this.#columns.epoch[this.#row]!;
  }
  get semiMajorAxis(): number {
    return this.#columns.semiMajorAxis[this.#row]!;
  }
  get eccentricity(): number {
    return this.#columns.eccentricity[this.#row]!;
  }
  get inclination(): number {
    return this.#columns.inclination[this.#row]!;
  }
  get node(): number {
    return this.#columns.node[this.#row]!;
  }
  get argument(): number {
    return this.#columns.argument[this.#row]!;
  }
  get meanAnomaly(): number {
    return this.#columns.meanAnomaly[this.#row]!;
  }
  get absoluteMagnitude(): number | undefined {
    return this.#known('absoluteMagnitude');
  }
  get diameter(): number | undefined {
    return this.#known('diameter');
  }
  get albedo(): number | undefined {
    return this.#known('albedo');
  }
  get rotationPeriod(): number | undefined {
    return this.#known('rotationPeriod');
  }
  get oppositions(): number | undefined {
    return this.#known('oppositions');
  }

  #known(name: keyof Columns): number | undefined {
    const value = this.#columns[name][this.#row]!;
    return Number.isNaN(value) ? undefined : value;
  }
}
