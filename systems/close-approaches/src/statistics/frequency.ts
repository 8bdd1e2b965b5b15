import type { SampleWeights, Span } from './approach-times.js';
import { garwoodInterval, type Interval } from './garwood.js';
import { requireSpan } from './population-counts.js';

/** How often asteroids approach a planet. */
export interface Frequency {
  /** Approaches of the sample in the span. */
  readonly events: number;
  /** Asteroids of the sample that have any. */
  readonly contributors: number;
  /** (Σe)²/Σe² over weighted approaches e of each asteroid: how many even contributors would scatter as much; 0 without events. */
  readonly effectiveContributors: number;
  /** f = Σ w·e/(t₁ − t₀), approaches a year of the asteroids that the sample stands for. */
  readonly perYear: number;
  /** As if approaches were independent, which those of one asteroid are not. */
  readonly poissonInterval: Interval;
}

/** Approaches of each particle in a span, times its weight. */
export function weightedCounts(times: ReadonlyMap<number, ArrayLike<number>>, sample: SampleWeights, span: Span): Float64Array {
  const counts = new Float64Array(sample.weight.length);
  for (const [particle, years] of times) counts[particle] = sample.weight[particle]! * countWithin(years, span);
  return counts;
}

/** Frequency of approaches to a planet from each particle's times. */
export function frequencyOf(times: ReadonlyMap<number, ArrayLike<number>>, sample: SampleWeights, span: Span, level = 0.95): Frequency {
  const length = requireSpan(span);
  const byAsteroid = new Map<number, number>();
  let events = 0;
  for (const [particle, years] of times) {
    const count = countWithin(years, span);
    if (count === 0) continue;
    events += count;
    const asteroid = sample.asteroid[particle]!;
    byAsteroid.set(asteroid, (byAsteroid.get(asteroid) ?? 0) + count * sample.weight[particle]!);
  }
  let [sum, squares] = [0, 0];
  for (const value of byAsteroid.values()) {
    sum += value;
    squares += value * value;
  }
  const perEvent = events === 0 ? meanWeight(sample) : sum / events;
  const [low, high] = garwoodInterval(events, level);
  return {
    events,
    contributors: byAsteroid.size,
    effectiveContributors: squares === 0 ? 0 : (sum * sum) / squares,
    perYear: sum / length,
    poissonInterval: [(low * perEvent) / length, (high * perEvent) / length],
  };
}

function countWithin(years: ArrayLike<number>, { from, to }: Span): number {
  let count = 0;
  for (let k = 0; k < years.length; k++) if (years[k]! > from && years[k]! <= to) count++;
  return count;
}

const meanWeight = ({ weight }: SampleWeights): number => Array.from(weight).reduce((sum, value) => sum + value, 0) / weight.length;
