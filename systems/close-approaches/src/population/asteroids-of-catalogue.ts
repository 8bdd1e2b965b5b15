import type { Catalogue } from '../formats/catalogue.js';
import type { OrbitColumn } from '../formats/orbit-record.js';
import type { CatalogueAsteroid } from './catalogue-asteroid.js';

/** The bodies of an imported catalogue, in its order. */
export function asteroidsOf(catalogue: Catalogue): CatalogueAsteroid[] {
  const columns = new Map([...needed, ...optional].map((name) => [name, catalogue.column(name)]));
  return Array.from(catalogue.designations, (designation, index) => {
    const values = needed.map((name) => [name, columns.get(name)![index]!] as const);
    const known = optional.map((name) => [name, columns.get(name)![index]!] as const).filter(([, value]) => !Number.isNaN(value));
    return {
      name: catalogue.names.at(index) || designation,
      designation,
      numbered: /^\d+$/.test(designation),
      ...(Object.fromEntries([...values, ...known]) as unknown as Omit<CatalogueAsteroid, 'name'>),
    };
  });
}

const needed = [
  'epoch',
  'semiMajorAxis',
  'eccentricity',
  'inclination',
  'node',
  'argument',
  'meanAnomaly',
] as const satisfies readonly OrbitColumn[];
const optional = ['absoluteMagnitude', 'diameter', 'albedo', 'rotationPeriod', 'oppositions'] as const satisfies readonly OrbitColumn[];
