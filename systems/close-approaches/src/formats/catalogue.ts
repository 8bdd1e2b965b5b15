import { sunGm } from '../constants.js';
import { stateOfCometary, stateOfKeplerian } from '../orbit/state-from-elements.js';
import type { StateVector } from '../planets/initial-states.js';
import { FormatError } from './format-error.js';
import { completeRecord, type OrbitColumn, orbitColumns, type OrbitRecord, requiredColumns } from './orbit-record.js';

/**
 * Orbits of many bodies, a column a quantity: heliocentric osculating elements on the ecliptic of J2000, each at its own epoch.
 * Units are those of {@link orbitColumns}; NaN marks what is not known.
 */
export class Catalogue {
  constructor(
    /** Numbers (`1`) or provisional designations (`2024 AB12`). */
    readonly designations: readonly string[],
    /** Names; empty where a body has none. */
    readonly names: readonly string[],
    /** The columns that some source had, always with {@link requiredColumns}. */
    readonly columns: ReadonlyMap<OrbitColumn, Float64Array>,
    /** Files it was made from. */
    readonly sources: readonly string[],
  ) {}

  get count(): number {
    return this.designations.length;
  }

  /** A column; all NaN where no source had it. */
  column(name: OrbitColumn): Float64Array {
    return this.columns.get(name) ?? new Float64Array(this.count).fill(NaN);
  }

  /** One body. */
  record(index: number): OrbitRecord {
    const record: OrbitRecord = { designation: this.designations[index]!, name: this.names[index]! };
    for (const [name, values] of this.columns) record[name] = values[index]!;
    return record;
  }

  /** Heliocentric position and velocity (au, au/d, ecliptic of J2000) of one body at its epoch. */
  state(index: number): StateVector {
    return stateOfRecord(this.record(index));
  }

  /** The bodies at `indices`, in their order. */
  select(indices: ArrayLike<number>): Catalogue {
    const of = <T>(values: ArrayLike<T>): T[] => Array.from(indices, (index) => values[index]!);
    const columns = new Map(Array.from(this.columns, ([name, values]) => [name, Float64Array.from(of(values))]));
    return new Catalogue(of(this.designations), of(this.names), columns, this.sources);
  }
}

/** Heliocentric position and velocity of a record at its epoch. */
export function stateOfRecord(record: OrbitRecord): StateVector {
  const { eccentricity, inclination, node, argument, epoch } = record as Required<OrbitRecord>;
  if (Number.isFinite(record.meanAnomaly) && Number.isFinite(record.semiMajorAxis) && eccentricity !== 1) {
    return stateOfKeplerian(
      { semiMajorAxis: record.semiMajorAxis!, eccentricity, inclination, node, argument, meanAnomaly: record.meanAnomaly! },
      sunGm,
    );
  }
  const { perihelionDistance, perihelionTime } = record as Required<OrbitRecord>;
  return stateOfCometary({ perihelionDistance, eccentricity, inclination, node, argument, perihelionTime }, epoch, sunGm);
}

/** Gathers records into columns. */
export class CatalogueBuilder {
  readonly #designations: string[] = [];
  readonly #names: string[] = [];
  readonly #columns = new Map<OrbitColumn, Float64Array>();
  readonly #sources: string[] = [];

  get count(): number {
    return this.#designations.length;
  }

  addSource(name: string): void {
    this.#sources.push(name);
  }

  /** Adds a body. @throws {FormatError} as {@link completeRecord}; without file and line */
  add(given: OrbitRecord): void {
    const record = completeRecord(given, sunGm);
    const row = this.count;
    for (const name of Object.keys(orbitColumns) as OrbitColumn[]) {
      const value = record[name];
      if (value === undefined || (Number.isNaN(value) && !this.#columns.has(name))) continue;
      this.#room(name, row)[row] = value;
    }
    this.#designations.push(record.designation);
    this.#names.push(record.name ?? '');
  }

  #room(name: OrbitColumn, row: number): Float64Array {
    const column = this.#columns.get(name);
    if (column !== undefined && column.length > row) return column;
    const longer = new Float64Array(Math.max(1024, 2 * row)).fill(NaN);
    if (column !== undefined) longer.set(column);
    this.#columns.set(name, longer);
    return longer;
  }

  /** The catalogue of what was added; the builder is done with. */
  build(): Catalogue {
    const { count } = this;
    const columns = new Map<OrbitColumn, Float64Array>();
    for (const name of Object.keys(orbitColumns) as OrbitColumn[]) {
      const values = this.#columns.get(name);
      if (values === undefined && !(requiredColumns as readonly string[]).includes(name)) continue;
      const whole = new Float64Array(count).fill(NaN);
      if (values !== undefined) whole.set(values.subarray(0, Math.min(count, values.length)));
      columns.set(name, whole);
      // One column at a time is held twice.
      this.#columns.delete(name);
    }
    return new Catalogue(this.#designations, this.#names, columns, this.#sources);
  }
}

/** Puts catalogues together. @throws {FormatError} `no-data` where all are empty */
export function mergeCatalogues(catalogues: readonly Catalogue[]): Catalogue {
  const builder = new CatalogueBuilder();
  for (const catalogue of catalogues) {
    for (const source of catalogue.sources) builder.addSource(source);
    for (let i = 0; i < catalogue.count; i++) builder.add(catalogue.record(i));
  }
  if (builder.count === 0) {
    throw new FormatError('no-data', {}, { expected: 'at least one orbit', given: 'none', remedy: 'give another file' });
  }
  return builder.build();
}
