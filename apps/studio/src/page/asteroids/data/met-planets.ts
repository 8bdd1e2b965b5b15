import { terrestrialPlanets } from '@sardonyx/close-approaches/mechanics';
import type { CloseApproachRow } from './close-approach.js';
import type { Catalogue } from './elements-table.js';

/** Of every body the innermost planet that it meets, 1 for Mercury to 4 for Mars, or 0 where it meets none. */
export function metPlanets({ particles, table }: Catalogue, approaches: readonly CloseApproachRow[]): Uint8Array {
  const met = new Uint8Array(table.a.length);
  if (particles === undefined) return met;
  const innermost = new Map<number, number>();
  for (const { particle, planet } of approaches) {
    if (particle === undefined) continue;
    const place = terrestrialPlanets.indexOf(planet) + 1;
    innermost.set(particle, Math.min(place, innermost.get(particle) ?? place));
  }
  particles.forEach((particle, row) => {
    met[row] = innermost.get(particle) ?? 0;
  });
  return met;
}
