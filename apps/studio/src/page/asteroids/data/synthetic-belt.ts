import { syntheticBelt as asteroidsOf } from '@sardonyx/close-approaches/population';
import { type Catalogue, elementColumns } from './elements-table.js';

/** The belt that a run of `close-approaches/belt` draws from where it is given no catalogue and the same seed. */
export function syntheticBelt(count: number, seed: number): Catalogue {
  const columns = elementColumns(count);
  asteroidsOf({ count, seed }).forEach((asteroid, index) => {
    columns.a[index] = asteroid.semiMajorAxis;
    columns.e[index] = asteroid.eccentricity;
    columns.i[index] = asteroid.inclination;
    columns.node[index] = asteroid.node;
    columns.peri[index] = asteroid.argument;
    columns.meanAnomaly[index] = asteroid.meanAnomaly;
    columns.epoch[index] = asteroid.epoch;
    columns.H[index] = asteroid.absoluteMagnitude!;
  });
  return {
    title: 'synthetic belt',
    note: 'Not real asteroids: the stand-in for a catalogue that close-approaches/belt draws from, without families.',
    table: { ...columns, name: (index) => `S${index + 1}` },
  };
}
