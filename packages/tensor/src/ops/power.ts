import type { DType } from '../core/dtype.js';
import { Tensor } from '../core/tensor.js';
import { mul, sub } from './arithmetic.js';
import { equal } from './compare.js';
import { defineBinary } from './elementwise.js';
import { filledWith } from './full.js';
import { where } from './select.js';
import { log, reciprocal, rsqrt, sqrt, square } from './unary.js';

const powered: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'int64'];

const powOp = defineBinary({
  name: 'pow',
  onnx: 'Pow',
  dtypes: powered,
  gradient: (g, a, b, y) => [() => mul(g, slopeInBase(a, b)), () => mul(g, mul(y, logOfBase(a)))],
});

/** b·a^(b−1), and 0 for b = 0 also where a = 0. */
function slopeInBase(a: Tensor, b: Tensor): Tensor {
  const exponent = filledWith(b);
  if (exponent !== undefined) return mul(pow(a, exponent - 1), exponent);
  const constant = equal(b, 0);
  return where(constant, 0, mul(b, pow(a, sub(where(constant, 1, b), 1))));
}

/** log a, and 0 for a = 0, where a^b log a tends to 0 for every b > 0. */
const logOfBase = (a: Tensor): Tensor => log(where(equal(a, 0), 1, a));

/** Exponents with an operator of their own, faster and exact. */
const special = new Map<number, (a: Tensor) => Tensor>([
  [1, (a) => a],
  [2, square],
  [0.5, sqrt],
  [-1, reciprocal],
  [-0.5, rsqrt],
]);

/**
 * a to the power b, element by element. NaN for negative a and fractional b.
 * Gradients at the edges: 0 by a where b = 0, 0 by b where a = 0.
 */
export function pow(a: Tensor | number, b: Tensor | number): Tensor {
  if (a instanceof Tensor && typeof b === 'number' && a.dtype.startsWith('float')) {
    const short = special.get(b);
    if (short) return short(a);
  }
  return powOp(a, b);
}
