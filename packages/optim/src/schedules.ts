import { add, cast, clip, cos, div, greaterEqual, minimum, mul, pow, sub, TensorError, type Tensor, where } from '@sardonyx/tensor';
import { type Schedule, type ScheduleFunction, valueAt } from './schedule.js';

/* Schedules return float64 scalars. All hold their last value from their last step on. */

/** The same value at every step. */
export const constant =
  (value: number): ScheduleFunction =>
  (step) =>
    valueAt(value, step);

/** The share of `steps` that is done, from 0 at step 0 to 1 at step `steps` and after. */
function progress(name: string, step: Tensor, steps: number): Tensor {
  if (!(steps > 0)) {
    throw new TensorError('schedule', `schedules.${name}: expected a positive number of steps, given ${steps}`);
  }
  return clip(div(cast(step, 'float64'), steps), 0, 1);
}

/** start + (end − start)·share */
const between = (start: number, end: number, share: Tensor): Tensor => add(mul(share, end - start), start);

/** From `start` at step 0 to `end` at step `steps` along a line. */
export const linear =
  (start: number, end: number, steps: number): ScheduleFunction =>
  (step) =>
    between(start, end, progress('linear', step, steps));

/**
 * end + (start − end)·(1 + cos(π·step/steps))/2: half a wave from `start` to `end`, 0 by default.
 * Loshchilov, Hutter 2017 (arXiv:1608.03983), equation 5.
 */
export const cosine =
  (start: number, steps: number, end = 0): ScheduleFunction =>
  (step) =>
    between(end, start, mul(add(cos(mul(progress('cosine', step, steps), Math.PI)), 1), 0.5));

/** end + (start − end)·(1 − step/steps)^power */
export const polynomial =
  (start: number, end: number, steps: number, power = 1): ScheduleFunction =>
  (step) =>
    between(end, start, pow(sub(1, progress('polynomial', step, steps)), power));

/** start·factor^(step/every): multiplied by `factor` every so many steps, smoothly, without end. */
export const exponential =
  (start: number, factor: number, every: number): ScheduleFunction =>
  (step) =>
    mul(pow(valueAt(factor, step), div(cast(step, 'float64'), every)), start);

/** peak/√(max(step, steps)/steps): constant for `steps` steps, then falling with the root of the step. */
export const inverseSquareRoot =
  (peak: number, steps: number): ScheduleFunction =>
  (step) =>
    mul(pow(minimum(div(steps, cast(step, 'float64')), 1), 0.5), peak);

/**
 * Along a line from 0 at step 0 to what `then` begins with at step `steps`, then on with it: it counts its own steps from
 * there.
 */
export const warmUp =
  (steps: number, then: Schedule): ScheduleFunction =>
  (step) => {
    if (steps === 0) return valueAt(then, step);
    const start = valueAt(then, mul(step, 0));
    return piecewise([
      [0, (early) => mul(progress('warmUp', early, steps), start)],
      [steps, then],
    ])(step);
  };

/**
 * Schedules one after another: each of `[from, schedule]` holds from its step on, counting its own steps from there.
 * Throws TensorError where the first does not begin at 0 or the steps do not rise.
 */
export function piecewise(pieces: readonly (readonly [from: number, schedule: Schedule])[]): ScheduleFunction {
  if (pieces[0]?.[0] !== 0 || pieces.some(([from], i) => i > 0 && !(from > pieces[i - 1]![0]))) {
    throw new TensorError(
      'schedule',
      `schedules.piecewise: expected steps that rise from 0, given ${pieces.map(([from]) => from).join(', ')}`,
    );
  }
  return (step) =>
    pieces
      .map(([from, schedule]) => [from, valueAt(schedule, sub(step, from))] as const)
      .reduce<Tensor | undefined>((before, [from, value]) => (before ? where(greaterEqual(step, from), value, before) : value), undefined)!;
}
