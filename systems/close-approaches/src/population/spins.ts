import { acos } from '../mathematics/index.js';
import { particleStream } from '../particle-stream.js';
import { rateOfPeriod, type Spin } from '../yarkovsky/yarkovsky-drift.js';
import { type Gap, isNearGap, nearestGap } from './gaps.js';

export interface SpinRule {
  /**
   * `gaps`: asteroids near a gap spin upright or upside down, so that they drift towards it or away, others at random;
   * `random`: all at random.
   */
  readonly orientation: 'gaps' | 'random';
  /** Share of the asteroids near a gap that drift towards it. */
  readonly towards: number;
  /** Of asteroids whose own period is not known, h. */
  readonly period: number;
}

export const defaultSpinRule: SpinRule = { orientation: 'gaps', towards: 0.5, period: 6 };

/** What the spin of a particle follows from. */
export interface SpinCircumstances {
  readonly particle: number;
  readonly seed: number;
  /** au. */
  readonly semiMajorAxis: number;
  /** Farthest that it can drift during the run, au. */
  readonly reach: number;
  readonly gaps: readonly Gap[];
  /** h, where known. */
  readonly rotationPeriod?: number | undefined;
}

/**
 * The spin of a particle at the start; depends on seed and particle only. Prograde spins drift outward: towards a gap that
 * lies outside.
 */
export function initialSpin(
  { particle, seed, semiMajorAxis, reach, gaps, rotationPeriod }: SpinCircumstances,
  { orientation, towards, period }: SpinRule,
): { readonly spin: Spin; readonly nearGap: boolean } {
  const stream = particleStream(seed, 'spin at the start', particle);
  const rate = rateOfPeriod(rotationPeriod ?? period);
  const nearGap = isNearGap(semiMajorAxis, reach, gaps);
  if (nearGap && orientation === 'gaps') {
    const isTowards = stream.uniform() < towards;
    const isOutward = nearestGap(semiMajorAxis, gaps).way > 0 === isTowards;
    return { spin: { obliquity: isOutward ? 0 : Math.PI, rate }, nearGap };
  }
  return { spin: { obliquity: acos(2 * stream.uniform() - 1), rate }, nearGap };
}
