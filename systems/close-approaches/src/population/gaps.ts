import { cbrt } from '../mathematics/index.js';

/** A gap of the main belt: a mean-motion resonance with Jupiter, the asteroid making `p` revolutions while Jupiter makes `q`. */
export interface Gap {
  readonly name: string;
  /** Semi-major axis of its middle, au. */
  readonly semiMajorAxis: number;
  /** au. */
  readonly halfWidth: number;
}

export interface GapResonance {
  readonly name: string;
  readonly p: number;
  readonly q: number;
  /** au. */
  readonly halfWidth: number;
}

/** The six gaps. The inner edge of the belt is where 4:1 meets the secular resonance ν6, which depends on the inclination. */
export const gapResonances: readonly GapResonance[] = [
  { name: 'ν6/4:1', p: 4, q: 1, halfWidth: 0.03 },
  { name: '3:1', p: 3, q: 1, halfWidth: 0.03 },
  { name: '5:2', p: 5, q: 2, halfWidth: 0.02 },
  { name: '7:3', p: 7, q: 3, halfWidth: 0.01 },
  { name: '9:4', p: 9, q: 4, halfWidth: 0.01 },
  { name: '2:1', p: 2, q: 1, halfWidth: 0.03 },
];

/** Mean semi-major axis of Jupiter, au. */
export const jupiterSemiMajorAxis = 5.2043;

/** Where the gaps lie for a Jupiter at `jupiterAxis` (au): a_J·(q/p)^(2/3) by Kepler's third law. */
export const gapsOf = (jupiterAxis: number, resonances: readonly GapResonance[] = gapResonances): readonly Gap[] =>
  resonances.map(({ name, p, q, halfWidth }) => {
    const ratio = cbrt(q / p);
    return { name, semiMajorAxis: jupiterAxis * ratio * ratio, halfWidth };
  });

/** The gap nearest to a semi-major axis, and the way to it: positive where the gap lies outside. */
export function nearestGap(semiMajorAxis: number, gaps: readonly Gap[]): { readonly gap: Gap; readonly way: number } {
  const ways = gaps.map((gap) => ({ gap, way: gap.semiMajorAxis - semiMajorAxis }));
  return ways.reduce((nearest, other) => (Math.abs(other.way) < Math.abs(nearest.way) ? other : nearest));
}

/**
 * Whether an asteroid can come into a gap: |a − a_gap| ≤ |da/dt|·T + half-width, for any of the gaps.
 * @param reach |da/dt|·T, au
 */
export const isNearGap = (semiMajorAxis: number, reach: number, gaps: readonly Gap[]): boolean =>
  gaps.some((gap) => Math.abs(semiMajorAxis - gap.semiMajorAxis) <= reach + gap.halfWidth);
