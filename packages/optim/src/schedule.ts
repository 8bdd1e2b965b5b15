import { cast, full, type Tensor } from '@sardonyx/tensor';

/** A value of every step: a function of the step count, an int32 scalar that is 1 at the first update. */
export type ScheduleFunction = (step: Tensor) => Tensor;

/** A number for every step: a constant, or a function of the step that returns a floating-point scalar. */
export type Schedule = number | ScheduleFunction;

/**
 * The value at a step as a float64 scalar: in float32, 1 − β₂ᵗ of the first steps would lose four digits.
 */
export const valueAt = (schedule: Schedule, step: Tensor): Tensor =>
  typeof schedule === 'number' ? full([], schedule, 'float64') : cast(schedule(step), 'float64');
