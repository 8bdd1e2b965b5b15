import { stateOfKeplerian, sunGm } from '@sardonyx/close-approaches/mechanics';
import type { ElementsTable } from '../data/elements-table.js';

/** Heliocentric place (au) of one body of a table at a JD, in double precision. */
export function bodyPlace(table: ElementsTable, index: number, jd: number): readonly [number, number, number] {
  const semiMajorAxis = table.a[index]!;
  const degreesPerDay = ((Math.sqrt(sunGm / semiMajorAxis) / semiMajorAxis) * 180) / Math.PI;
  const elements = {
    ...elementsOf(table, index),
    meanAnomaly: (table.meanAnomaly[index]! + degreesPerDay * (jd - table.epoch[index]!)) % 360,
  };
  const [x, y, z] = stateOfKeplerian(elements, sunGm);
  return [x, y, z];
}

/** Elements of one body, at its epoch. */
export const elementsOf = ({ a, e, i, node, peri, meanAnomaly }: ElementsTable, index: number) => ({
  semiMajorAxis: a[index]!,
  eccentricity: e[index]!,
  inclination: i[index]!,
  node: node[index]!,
  argument: peri[index]!,
  meanAnomaly: meanAnomaly[index]!,
});
