import { add, div, mul, neg, sub } from './arithmetic.js';
import { floats } from './checks.js';
import { defineUnary, type UnaryFunction } from './elementwise.js';
import { type Expressions, expressions } from '../lowering/expression.js';

/* Roots, exponentials, logarithms and rounding. Where ONNX has no operator the lowering is a composition. */

/** eˣ */
export const exp = defineUnary({
  name: 'exp',
  onnx: 'Exp',
  dtypes: floats,
  gradient: (g, _, y) => mul(g, y),
});

/** Natural logarithm: −∞ at 0, NaN below. */
export const log = defineUnary({
  name: 'log',
  onnx: 'Log',
  dtypes: floats,
  gradient: (g, x) => div(g, x),
});

/** log(1 + x), accurate for small x. */
export const log1p = defineUnary({
  name: 'log1p',
  onnx: (builder, [x], { outputs: [y] }) => [emitLog1p(expressions(builder, y!.dtype), x!)],
  dtypes: floats,
  gradient: (g, x) => div(g, add(x, 1)),
});

/**
 * With u the rounded 1 + x, log(u) plus what the rounding lost, (x − (u − 1))/u to first order. Large x is bounded in the
 * correction, which is 0 there and would be ∞ − ∞ at ∞; u is kept from 0, where the correction is 0/0.
 */
export function emitLog1p(e: Expressions, x: string): string {
  const bounded = e.min(x, 1e4);
  const u = e.add(bounded, 1);
  const lost = e.div(e.sub(bounded, e.sub(u, 1)), e.max(u, 1e-7));
  return e.add(e.log(e.add(x, 1)), lost);
}

/** eˣ − 1, accurate for small x. */
export const expm1 = defineUnary({
  name: 'expm1',
  onnx(builder, [x], { outputs: [y] }) {
    // tanh(x/2) = (eˣ − 1)/(eˣ + 1)
    const e = expressions(builder, y!.dtype);
    return [e.mul(e.tanh(e.mul(x!, 0.5)), e.add(e.exp(x!), 1))];
  },
  dtypes: floats,
  gradient: (g, _, y) => mul(g, add(y, 1)),
});

/** Square root: NaN below 0; its gradient at 0 is infinite. */
export const sqrt = defineUnary({
  name: 'sqrt',
  onnx: 'Sqrt',
  dtypes: floats,
  gradient: (g, _, y) => div(mul(g, 0.5), y),
});

/** 1/√x */
export const rsqrt = defineUnary({
  name: 'rsqrt',
  onnx: (builder, inputs) => [builder.emit('Reciprocal', [builder.emit('Sqrt', inputs)])],
  dtypes: floats,
  gradient: (g, x, y) => mul(div(mul(g, -0.5), x), y),
});

/** x² */
export const square: UnaryFunction = defineUnary({
  name: 'square',
  onnx: (builder, [x]) => [builder.emit('Mul', [x!, x!])],
  gradient: (g, x) => mul(mul(g, 2), x),
});

/** 1/x */
export const reciprocal: UnaryFunction = defineUnary({
  name: 'reciprocal',
  onnx: 'Reciprocal',
  dtypes: floats,
  gradient: (g, _, y) => neg(mul(g, square(y))),
});

/** |x|; its gradient at 0 is 0. */
export const abs = defineUnary({
  name: 'abs',
  onnx: 'Abs',
  gradient: (g, x) => mul(g, sign(x)),
});

/** −1, 0 or 1; its gradient is 0. */
export const sign = defineUnary({ name: 'sign', onnx: 'Sign', gradient: 'zero' });

/** The largest whole number not above x; its gradient is 0. */
export const floor = defineUnary({
  name: 'floor',
  onnx: 'Floor',
  dtypes: floats,
  gradient: 'zero',
});

/** The smallest whole number not below x; its gradient is 0. */
export const ceil = defineUnary({ name: 'ceil', onnx: 'Ceil', dtypes: floats, gradient: 'zero' });

/** The nearest whole number, halves to the even one; its gradient is 0. */
export const round = defineUnary({
  name: 'round',
  onnx: 'Round',
  dtypes: floats,
  gradient: 'zero',
});

/** Hyperbolic tangent. */
export const tanh = defineUnary({
  name: 'tanh',
  onnx: 'Tanh',
  dtypes: floats,
  gradient: (g, _, y) => mul(g, sub(1, square(y))),
});

/** 1/(1 + e⁻ˣ) */
export const sigmoid = defineUnary({
  name: 'sigmoid',
  onnx: 'Sigmoid',
  dtypes: floats,
  gradient: (g, _, y) => mul(mul(g, y), sub(1, y)),
});

/** Whether x is NaN, as bool. */
export const isNaN = defineUnary({
  name: 'isNaN',
  onnx: 'IsNaN',
  dtypes: floats,
  result: 'bool',
});

/** Whether x is neither infinite nor NaN, as bool. */
export const isFinite = defineUnary({
  name: 'isFinite',
  onnx(builder, [x], { inputs: [input] }) {
    const e = expressions(builder, input!.dtype);
    return [e.less(e.abs(x!), Number.POSITIVE_INFINITY)];
  },
  dtypes: floats,
  result: 'bool',
});
