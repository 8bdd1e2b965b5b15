import { sunGm } from '../constants.js';
import { planetNames, planets } from '../planets/bodies.js';
import { ApproachTable } from './approach-table.js';
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
export function summarizeTheory(events: Iterable<Approach>, longest = 3652.5): TheorySummary {
  const table = ApproachTable.of(events);
  const ratios = new Float64Array(table.length);
  let [checked, held] = [0, 0];
  for (const approach of table) {
    const { speedRatio, holds } = checkTheory(approach);
    if (Number.isNaN(speedRatio)) continue;
    ratios[checked++] = speedRatio;
    if (holds) held++;
  }
  const order = table.byParticle();
  const changes = new Float64Array(table.length);
  let compared = 0;
  for (let k = 1; k < order.length; k++) {
    const [last, next] = [table.at(order[k - 1]!), table.at(order[k]!)];
    const isComparable = next.particle === last.particle && next.planet === last.planet && next.jd - last.jd <= longest;
    if (isComparable) changes[compared++] = Math.abs(next.tisserand - last.tisserand);
  }
  return {
    speedRatio: summaryOf(ratios.subarray(0, checked)),
    checked,
    withinTolerance: held / checked,
    tisserandChange: summaryOf(changes.subarray(0, compared)),
  };
}
