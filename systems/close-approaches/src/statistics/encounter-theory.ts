import { sunGm } from '../constants.js';
import { planetNames, planets } from '../planets/bodies.js';
import type { Approach } from './approach-times.js';
import { type Summary, summaryOf } from './histogram.js';

/** By how much speeds may differ from Öpik's, which is for a circular orbit of the planet. */
export const opikTolerance = (planet: number): number => (planetNames[planet] === 'mercury' ? 0.2 : 0.05);

/** One event against Öpik's and Tisserand's relations. */
export interface TheoryCheck {
  /** v∞ in units of the planet's circular speed, over U = √(3 − T); NaN where U is 0 or the particle is bound. */
  readonly speedRatio: number;
  /** Whether the ratio is 1 within {@link opikTolerance}. */
  readonly holds: boolean;
}

export function checkTheory({ planet, vInf, opikU }: Approach): TheoryCheck {
  const circularSpeed = Math.sqrt(sunGm / planets[planet]!.semiMajorAxis);
  const speedRatio = opikU > 0 && vInf > 0 ? vInf / (circularSpeed * opikU) : NaN;
  return { speedRatio, holds: Math.abs(speedRatio - 1) <= opikTolerance(planet) };
}

/** All events of one planet against the relations. */
export interface TheorySummary {
  /** Of v∞ over Öpik's speed. */
  readonly speedRatio: Summary;
  /** Events with a ratio, and share of them within the tolerance. */
  readonly checked: number;
  readonly withinTolerance: number;
  /** |T′ − T| from one approach of a particle to its next within `longest` years: Tisserand's parameter outlives flybys. */
  readonly tisserandChange: Summary;
}

/** @param longest days between two approaches whose Tisserand parameters are compared */
export function summarizeTheory(events: readonly Approach[], longest = 3652.5): TheorySummary {
  const checks = events.map(checkTheory).filter(({ speedRatio }) => !Number.isNaN(speedRatio));
  const ordered = events.toSorted((a, b) => a.particle - b.particle || a.jd - b.jd);
  const changes = ordered.slice(1).flatMap((next, k) => {
    const last = ordered[k]!;
    const comparable = next.particle === last.particle && next.planet === last.planet && next.jd - last.jd <= longest;
    return comparable ? [Math.abs(next.tisserand - last.tisserand)] : [];
  });
  return {
    speedRatio: summaryOf(checks.map(({ speedRatio }) => speedRatio)),
    checked: checks.length,
    withinTolerance: checks.filter(({ holds }) => holds).length / checks.length,
    tisserandChange: summaryOf(changes),
  };
}
