import type { PlanetOrbit } from '../orbits/planet-orbits.js';

/** Keplerian elements of many bodies about the Sun, one array an element: ecliptic and equinox of J2000. */
export interface ElementsTable {
  /** Semi-major axis, au; positive. */
  readonly a: Float64Array;
  /** Eccentricity, in [0, 1). */
  readonly e: Float64Array;
  /** Inclination, degrees. */
  readonly i: Float64Array;
  /** Longitude of the ascending node, degrees. */
  readonly node: Float64Array;
  /** Argument of perihelion, degrees. */
  readonly peri: Float64Array;
  /** Mean anomaly at the body's epoch, degrees. */
  readonly meanAnomaly: Float64Array;
  /** JD (TDB) of each body's elements. */
  readonly epoch: Float64Array;
  /** Absolute magnitude; NaN where the catalogue has none. */
  readonly H: Float64Array;
  /** Name or designation of the body at an index. */
  readonly name: (index: number) => string;
}

/** A table and what it is: the words of the page beside its bodies. */
export interface Catalogue {
  readonly title: string;
  /** What a reader should know about it: where it comes from, what was left out. */
  readonly note: string;
  readonly table: ElementsTable;
  /** Of particles of a run, their ids, row by row. */
  readonly particles?: Int32Array;
  /** The planets' orbits at the time of the elements; else those of J2000.0. */
  readonly planets?: readonly PlanetOrbit[];
  /** JD (TDB) that the bodies are to be shown at first. */
  readonly jd?: number;
}

/** Empty columns for `count` bodies. */
export function elementColumns(count: number): Omit<ElementsTable, 'name'> {
  const column = (): Float64Array => new Float64Array(count);
  return { a: column(), e: column(), i: column(), node: column(), peri: column(), meanAnomaly: column(), epoch: column(), H: column() };
}

/** The first rows of columns. */
export function firstRows(columns: Omit<ElementsTable, 'name'>, count: number): Omit<ElementsTable, 'name'> {
  const { a, e, i, node, peri, meanAnomaly, epoch, H } = columns;
  const first = (column: Float64Array): Float64Array => column.subarray(0, count);
  return {
    a: first(a),
    e: first(e),
    i: first(i),
    node: first(node),
    peri: first(peri),
    meanAnomaly: first(meanAnomaly),
    epoch: first(epoch),
    H: first(H),
  };
}

/** The bodies at the given indices, in their order. */
export function selectBodies(table: ElementsTable, indices: ArrayLike<number>): ElementsTable {
  const picked = (column: Float64Array): Float64Array => Float64Array.from(indices, (index) => column[index]!);
  const { a, e, i, node, peri, meanAnomaly, epoch, H, name } = table;
  return {
    a: picked(a),
    e: picked(e),
    i: picked(i),
    node: picked(node),
    peri: picked(peri),
    meanAnomaly: picked(meanAnomaly),
    epoch: picked(epoch),
    H: picked(H),
    name: (index) => name(indices[index]!),
  };
}
