import { isFloat } from '../core/dtype.js';
import type { Tensor } from '../core/tensor.js';
import type { Op } from '../core/op.js';
import { div, mul, neg, sub } from './arithmetic.js';
import { defineBinary } from './elementwise.js';
import { round } from './unary.js';

/** ONNX's remainder with the sign of the dividend; without `fmod`, defined for integers only, that of the divisor. */
const truncated: Op['lower'] = (builder, inputs) => [builder.emit('Mod', inputs, { fmod: 1 })];

const floored: Op['lower'] = (builder, [a, b], { outputs: [y] }) => {
  if (!isFloat(y!.dtype)) return [builder.emit('Mod', [a!, b!])];
  const remainder = builder.emit('Mod', [a!, b!], { fmod: 1 });
  const zero = builder.scalar(y!.dtype, 0);
  // The remainder has the sign of a: moved by one divisor where that is not the sign of b.
  const wrong = builder.emit('Less', [builder.emit('Mul', [builder.emit('Sign', [remainder]), b!]), zero]);
  return [builder.emit('Where', [wrong, builder.emit('Add', [remainder, b!]), remainder])];
};

/** With y = a − q·b for a whole q: 1 by a, −q by b. */
const gradient = (g: Tensor, a: Tensor, b: Tensor, y: Tensor): [() => Tensor, () => Tensor] => [
  () => g,
  () => neg(mul(g, round(div(sub(a, y), b)))),
];

/** a − b·⌊a/b⌋: the remainder with the sign of b, as in Python. For integers b must not be 0. */
export const mod = defineBinary({ name: 'mod', onnx: floored, gradient });

/** a − b·trunc(a/b): the remainder with the sign of a, as in C. For integers b must not be 0. */
export const fmod = defineBinary({ name: 'fmod', onnx: truncated, gradient });
