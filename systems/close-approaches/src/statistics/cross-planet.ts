import { ApproachTable } from './approach-table.js';
import { type Approach, type SampleWeights, yearsSince } from './approach-times.js';

/** Two consecutive approaches of one particle to different planets. */
export interface Transfer {
  readonly particle: number;
  /** Places in `planetNames`. */
  readonly from: number;
  readonly to: number;
  /** Years since the start of the run at the first, and from it to the second. */
  readonly time: number;
  readonly duration: number;
  /** Speeds at infinity, au/d. */
  readonly departureSpeed: number;
  readonly arrivalSpeed: number;
}

/**
 * Asteroids, by weight, that approach both planet i and planet j, for the first `planets` planets; the diagonal holds those that
 * approach i. Symmetric.
 */
export function crossPlanetTable(events: Iterable<Approach>, { weight }: SampleWeights, planets = 4): number[][] {
  const visited = new Map<number, number>();
  for (const { particle, planet } of events) visited.set(particle, (visited.get(particle) ?? 0) | (1 << planet));
  const table = Array.from({ length: planets }, () => Array.from({ length: planets }, () => 0));
  for (const [particle, mask] of [...visited].sort(([a], [b]) => a - b)) {
    for (let i = 0; i < planets; i++) {
      for (let j = 0; j < planets; j++) if (mask & (1 << i) && mask & (1 << j)) table[i]![j]! += weight[particle]!;
    }
  }
  return table;
}

/** All transfers within `longest` years, by particle and time. `start`: JD of the start of the run. */
export function transfers(events: Iterable<Approach>, start: number, longest = 10): Transfer[] {
  const table = ApproachTable.of(events);
  const order = table.byParticle();
  const found: Transfer[] = [];
  for (let k = 1; k < order.length; k++) {
    const [last, next] = [table.at(order[k - 1]!), table.at(order[k]!)];
    const time = yearsSince(last, start);
    const duration = yearsSince(next, start) - time;
    if (next.particle !== last.particle || next.planet === last.planet || duration > longest) continue;
    const { particle } = next;
    found.push({ particle, from: last.planet, to: next.planet, time, duration, departureSpeed: last.vInf, arrivalSpeed: next.vInf });
  }
  return found;
}
