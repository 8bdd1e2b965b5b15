import { sunGm } from '../constants.js';
import { stateOfCometary, stateOfKeplerian } from '../orbit/state-from-elements.js';
import type { StateVector } from '../planets/initial-states.js';
import { FormatError } from './format-error.js';
import { completeRecord, type OrbitColumn, orbitColumns, type OrbitRecord, requiredColumns } from './orbit-record.js';
import { TextColumn, TextColumnBuilder } from './text-column.js';

/**
 * Orbits of many bodies, a column a quantity: heliocentric osculating elements on the ecliptic of J2000, each at its own epoch.
 * Units are those of {@link orbitColumns}; NaN marks what is not known.
 */
export class Catalogue {
  constructor(
    /** Numbers (`1`) or provisional designations (`2024 AB12`). */
    readonly designations: TextColumn,
    /** Names; empty where a body has none. */
    readonly names: TextColumn,
    /** The columns that some source had, always with {@link requiredColumns}. */
    readonly columns: ReadonlyMap<OrbitColumn, Float64Array>,
    /** Files it was made from. */
    readonly sources: readonly string[],
    /** Which of a body's solutions each orbit is, as its source numbers them; empty where it does not. */
    readonly solutions: TextColumn = TextColumn.empty(designations.length),
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
    const record: OrbitRecord = { designation: this.designations.at(index), name: this.names.at(index) };
    if (!this.solutions.isBlank) record.solution = this.solutions.at(index);
    for (const [name, values] of this.columns) record[name] = values[index]!;
    return record;
  }

  /** Heliocentric position and velocity (au, au/d, ecliptic of J2000) of one body at its epoch. */
  state(index: number): StateVector {
    return stateOfRecord(this.record(index));
  }

  /** The bodies at `indices`, in their order. */
  select(indices: ArrayLike<number>): Catalogue {
    const columns = new Map(Array.from(this.columns, ([name, values]) => [name, Float64Array.from(indices, (index) => values[index]!)]));
    return new Catalogue(
      this.designations.select(indices),
      this.names.select(indices),
      columns,
      this.sources,
      this.solutions.select(indices),
    );
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

/** Rows that a builder makes room for where it is not told how many come. */
const defaultCapacity = 1024;
/** A column is cut to its rows where it has room for more than so many times as many. */
const spareRoom = 1.25;

/**
 * Gathers records into columns. With room for the rows that come, `capacity`, nothing is held twice; room that is never used costs no
 * memory, as it is never touched.
 */
export class CatalogueBuilder {
  readonly #designations = new TextColumnBuilder();
  readonly #names = new TextColumnBuilder();
  readonly #solutions = new TextColumnBuilder();
  readonly #columns = new Map<OrbitColumn, GrowingColumn>();
  readonly #sources: string[] = [];
  #capacity: number;

  constructor({ capacity = defaultCapacity }: { readonly capacity?: number } = {}) {
    this.#capacity = Math.max(1, Math.ceil(capacity));
  }

  get count(): number {
    return this.#designations.length;
  }

  addSource(name: string): void {
    this.#sources.push(name);
  }

  /** Makes room for so many rows in all, in columns that are still to come. */
  reserve(capacity: number): void {
    this.#capacity = Math.max(this.#capacity, Math.ceil(capacity));
  }

  /** Adds a body. @throws {FormatError} as {@link completeRecord}; without file and line */
  add(given: OrbitRecord): void {
    const record = completeRecord(given, sunGm);
    const row = this.count;
    for (const name of columnNames) {
      const value = record[name];
      if (value === undefined || Number.isNaN(value)) continue;
      let column = this.#columns.get(name);
      if (column === undefined) this.#columns.set(name, (column = new GrowingColumn(this.#capacity)));
      column.set(row, value);
    }
    this.#designations.push(record.designation);
    this.#names.push(record.name ?? '');
    this.#solutions.push(record.solution ?? '');
  }

  /** The catalogue of what was added; the builder is done with. */
  build(): Catalogue {
    const { count } = this;
    const columns = new Map<OrbitColumn, Float64Array>();
    for (const name of columnNames) {
      const column = this.#columns.get(name);
      if (column !== undefined || (requiredColumns as readonly string[]).includes(name))
        columns.set(name, column?.rows(count) ?? new Float64Array(count).fill(NaN));
      this.#columns.delete(name);
    }
    return new Catalogue(this.#designations.build(), this.#names.build(), columns, this.#sources, this.#solutions.build());
  }
}

const columnNames = Object.keys(orbitColumns) as OrbitColumn[];

/** Numbers that come row by row; NaN in rows that are left out. */
class GrowingColumn {
  #values: Float64Array;
  /** Rows set or filled. */
  #known = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  set(row: number, value: number): void {
    if (row >= this.#values.length) {
      const longer = new Float64Array(2 * row);
      longer.set(this.#values.subarray(0, this.#known));
      this.#values = longer;
    }
    if (row > this.#known) this.#values.fill(NaN, this.#known, row);
    this.#values[row] = value;
    this.#known = row + 1;
  }

  /** The first `count` rows. */
  rows(count: number): Float64Array {
    if (count > this.#values.length) this.set(count - 1, NaN);
    else if (count > this.#known) this.#values.fill(NaN, this.#known, count);
    return this.#values.length > spareRoom * count ? this.#values.slice(0, count) : this.#values.subarray(0, count);
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
