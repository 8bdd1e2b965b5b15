import type { Tensor } from '@sardonyx/tensor';

/** A number for every step: a constant, or a function of the step count (an int32 scalar, 1 at the first update). */
export type Schedule = number | ((step: Tensor) => Tensor);
