import { sunGm } from '@sardonyx/close-approaches/mechanics';
import type { ElementsTable } from '../data/elements-table.js';

const radians = Math.PI / 180;

/** Mean motions in radians a day: √(Gm/a³). */
export function meanMotions({ a }: ElementsTable): Float64Array {
  return Float64Array.from(a, (axis) => Math.sqrt(sunGm / axis) / axis);
}

/**
 * Mean anomalies at a JD to `out`, radians in [−π, π]. Whole revolutions are taken off in double precision, so that single precision
 * holds what is left to 2·10⁻⁷ rad however far the time is from the epoch.
 */
export function meanAnomaliesAt({ meanAnomaly, epoch }: ElementsTable, motions: Float64Array, jd: number, out: Float32Array): void {
  for (let index = 0; index < motions.length; index++) {
    const revolutions = (meanAnomaly[index]! * radians + motions[index]! * (jd - epoch[index]!)) / (2 * Math.PI);
    out[index] = 2 * Math.PI * (revolutions - Math.round(revolutions));
  }
}
