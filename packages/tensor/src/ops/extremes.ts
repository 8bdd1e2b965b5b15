import type { Tensor } from '../core/tensor.js';
import { add, mul } from './arithmetic.js';
import { cast } from './cast.js';
import { greater, greaterEqual, less, lessEqual } from './compare.js';
import { defineBinary } from './elementwise.js';
import { bounded } from './mask.js';

/** g where an operand wins, half of it where both are equal. */
function share(g: Tensor, wins: Tensor, atLeastTies: Tensor): Tensor {
  const weight = add(cast(wins, g.dtype), cast(atLeastTies, g.dtype));
  return mul(bounded(g), mul(weight, 0.5));
}

/** The larger of a and b, NaN where either is. Where they are equal each gets half the gradient. */
export const maximum = defineBinary({
  name: 'maximum',
  onnx: 'Max',
  gradient: (g, a, b) => [() => share(g, greater(a, b), greaterEqual(a, b)), () => share(g, less(a, b), lessEqual(a, b))],
});

/** The smaller of a and b, NaN where either is. Where they are equal each gets half the gradient. */
export const minimum = defineBinary({
  name: 'minimum',
  onnx: 'Min',
  gradient: (g, a, b) => [() => share(g, less(a, b), lessEqual(a, b)), () => share(g, greater(a, b), greaterEqual(a, b))],
});
