import { auPerDayOfKmPerSecond, kmPerAu } from '../constants.js';
import type { StateVector } from '../planets/initial-states.js';
import { secondsPastJ2000 } from './spk.js';
import { segmentEvaluator } from './spk-segments.js';
import { spkSegment, type Trajectory } from './spk-writer.js';

/** The motion through states (au, au/d) at equal steps from JD `start` to `end`, by Hermite interpolation over eight of them. */
export function interpolateStates(start: number, end: number, states: readonly StateVector[]): Trajectory {
  const step = (end - start) / (states.length - 1);
  const nearest: Trajectory = (jd) => states[Math.round((jd - start) / step)]!;
  const evaluate = segmentEvaluator(spkSegment({ name: '', target: 1, start, end, intervalDays: step, type: 13 }, nearest))!;
  const out = new Float64Array(6);
  return (jd) => {
    evaluate(secondsPastJ2000(jd), out);
    return Array.from(out, (value, k) => (k < 3 ? value / kmPerAu : value * auPerDayOfKmPerSecond)) as unknown as StateVector;
  };
}
