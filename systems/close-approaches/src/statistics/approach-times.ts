import { daysPerYear } from '../constants.js';
import type { EncounterEvent } from '../encounters/encounter-event.js';
import { StatisticsError } from './statistics-error.js';

/** What statistics need of an event. */
export type Approach = Pick<EncounterEvent, 'particle' | 'planet' | 'jd' | 'rMin' | 'vRel' | 'vInf' | 'opikU' | 'tisserand'>;

/** Years since the start of the run, from and to. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whom the particles of a run stand for. */
export interface SampleWeights {
  /** Asteroids of the catalogue that each particle stands for. */
  readonly weight: ArrayLike<number>;
  /** The asteroid that each particle is, or is a clone of: chance draws asteroids, not clones. */
  readonly asteroid: ArrayLike<number>;
  /** The stratum of each particle's asteroid. */
  readonly stratum: ArrayLike<number>;
}

/** Every particle stands for the same number of asteroids, without clones and strata. */
export const evenWeights = (count: number, weight: number): SampleWeights => ({
  weight: new Float64Array(count).fill(weight),
  asteroid: Uint32Array.from({ length: count }, (_, particle) => particle),
  stratum: new Uint32Array(count),
});

/** Years from the start, at JD `start`, to an event. */
export const yearsSince = ({ jd }: Pick<Approach, 'jd'>, start: number): number => (jd - start) / daysPerYear;

/**
 * Ascending times of the approaches to one planet (place in `planetNames`), in years since `start` (JD), by particle.
 * @throws {StatisticsError} `particle` where one is not among the `count` of the sample
 */
export function approachTimes(events: Iterable<Approach>, planet: number, start: number, count: number): ReadonlyMap<number, Float64Array> {
  const times = new Map<number, number[]>();
  for (const event of events) {
    if (event.planet !== planet) continue;
    if (event.particle >= count) {
      throw new StatisticsError(
        'particle',
        `approaches: expected particles 0 to ${count - 1}, got ${event.particle}; give the sample of this run`,
      );
    }
    const own = times.get(event.particle);
    if (own === undefined) times.set(event.particle, [yearsSince(event, start)]);
    else own.push(yearsSince(event, start));
  }
  return new Map([...times].sort(([a], [b]) => a - b).map(([particle, years]) => [particle, Float64Array.from(years).sort()]));
}
