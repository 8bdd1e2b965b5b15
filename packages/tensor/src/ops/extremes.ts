import type { Tensor } from '../core/tensor.js';
import { mul } from './arithmetic.js';
import { equal, greater, less } from './compare.js';
import { defineBinary } from './elementwise.js';
import { where } from './select.js';

/** g where a wins, half of it where both are equal. */
const share = (wins: Tensor, ties: Tensor, g: Tensor): Tensor =>
  where(wins, g, where(ties, mul(g, 0.5), 0));

/** The larger of a and b, NaN where either is. Where they are equal each gets half the gradient. */
export const maximum = defineBinary({
  name: 'maximum',
  onnx: 'Max',
  gradient: (g, a, b) => [
    () => share(greater(a, b), equal(a, b), g),
    () => share(less(a, b), equal(a, b), g),
  ],
});

/** The smaller of a and b, NaN where either is. Where they are equal each gets half the gradient. */
export const minimum = defineBinary({
  name: 'minimum',
  onnx: 'Min',
  gradient: (g, a, b) => [
    () => share(less(a, b), equal(a, b), g),
    () => share(greater(a, b), equal(a, b), g),
  ],
});
