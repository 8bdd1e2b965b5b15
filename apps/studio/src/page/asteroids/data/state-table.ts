import { keplerianOf, OrbitError, sunGm } from '@sardonyx/close-approaches/mechanics';
import { type ElementsTable, elementColumns, firstRows } from './elements-table.js';

/** Elements of the bodies whose orbits are drawn. */
export interface StateTable {
  readonly table: ElementsTable;
  /** Ids of the bodies, row by row. */
  readonly ids: Int32Array;
  /** Bodies without a row: on open orbits, or nearly so. */
  readonly left: number;
}

/**
 * The ellipses of e ≤ 0.99 that touch the paths of bodies at a JD.
 * @param states heliocentric, 6 numbers a body, au and au/d, axes of the ecliptic of J2000
 */
export function tableOfStates(
  states: Float64Array,
  ids: Int32Array,
  jd: number,
  about: (id: number) => { readonly name: string; readonly H: number },
): StateTable {
  const columns = elementColumns(ids.length);
  const kept = new Int32Array(ids.length);
  const names: string[] = [];
  let count = 0;
  ids.forEach((id, row) => {
    const elements = ellipseOf(states.subarray(6 * row, 6 * row + 6));
    if (elements === undefined) return;
    const { name, H } = about(id);
    columns.a[count] = elements.semiMajorAxis;
    columns.e[count] = elements.eccentricity;
    columns.i[count] = elements.inclination;
    columns.node[count] = elements.node;
    columns.peri[count] = elements.argument;
    columns.meanAnomaly[count] = elements.meanAnomaly;
    columns.epoch[count] = jd;
    columns.H[count] = H;
    kept[count] = id;
    names.push(name);
    count++;
  });
  return {
    table: { ...firstRows(columns, count), name: (index) => names[index] ?? '' },
    ids: kept.slice(0, count),
    left: ids.length - count,
  };
}

function ellipseOf(state: Float64Array) {
  try {
    const [x, y, z, vx, vy, vz] = state as unknown as [number, number, number, number, number, number];
    const elements = keplerianOf([x, y, z, vx, vy, vz], sunGm);
    return elements.semiMajorAxis > 0 && elements.eccentricity <= 0.99 ? elements : undefined;
  } catch (error) {
    if (error instanceof OrbitError) return undefined;
    throw error;
  }
}
