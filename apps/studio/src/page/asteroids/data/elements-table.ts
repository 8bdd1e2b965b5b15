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
}

/** Empty columns for `count` bodies. */
export function elementColumns(count: number): Omit<ElementsTable, 'name'> {
  const column = (): Float64Array => new Float64Array(count);
  return { a: column(), e: column(), i: column(), node: column(), peri: column(), meanAnomaly: column(), epoch: column(), H: column() };
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
