import { type Expressions, expressions } from '../lowering/expression.js';
import { mul, neg } from './arithmetic.js';
import { floats } from './checks.js';
import { defineUnary } from './elementwise.js';
import { exp, square } from './unary.js';

/**
 * erf(√z)/√z on [0, 1], in powers of z: interpolated at 13 Chebyshev points in 50 digits, error 7e-18.
 */
const central = [
  1.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145, -0.000854832698083379,
  0.0001205533111164271, -1.4925595266831182e-5, 1.6461000484121368e-6, -1.6350312701054695e-7, 1.4659775274047436e-8,
  -1.1372848856791674e-9, 5.957176147748911e-11,
];

/**
 * exp(x²)·erfc(x) on [1, 6], in powers of (x − 3)/(x + 3): interpolated at 17 Chebyshev points in 50 digits,
 * error 5e-18. Beyond 6, erf rounds to 1.
 */
const tail = [
  0.17900115118138996, -0.3262335600430372, 0.24560380171233093, -0.15011593650077582, 0.07166583719797331, -0.024392499318790735,
  0.004269136333077869, 0.0007077464435611972, -0.0005970619531815352, 4.525520140579536e-5, 6.405657794051666e-5, -1.2859347351455289e-5,
  -7.977696579644072e-6, 2.1124428949403864e-6, 1.2459620847174093e-6, -2.6915157592850126e-7, -2.0355575642200858e-7,
];

/** erf in float64, for which ONNX Runtime has no kernel: within 2 units in the last place. */
function emitErf64(e: Expressions, x: string): string {
  const near = e.min(e.max(x, -1), 1);
  const inner = e.mul(near, e.polynomial(central, e.mul(near, near)));
  const far = e.min(e.max(e.abs(x), 1), 6);
  const place = e.div(e.sub(far, 3), e.add(far, 3));
  const complement = e.mul(e.exp(e.neg(e.mul(far, far))), e.polynomial(tail, place));
  const outer = e.mul(e.sign(x), e.sub(1, complement));
  return e.where(e.less(e.abs(x), 1), inner, outer);
}

/** erf in float32, and in float64 by `emitErf64`. */
export const emitErf = (e: Expressions, x: string): string => (e.dtype === 'float64' ? emitErf64(e, x) : e.erf(x));

/** Error function 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = defineUnary({
  name: 'erf',
  onnx: (builder, [x], { outputs: [y] }) => [emitErf(expressions(builder, y!.dtype), x!)],
  dtypes: floats,
  gradient: (g, x) => mul(mul(g, 2 / Math.sqrt(Math.PI)), exp(neg(square(x)))),
});

/** Constant of Winitzki's formula, for which its largest relative error is least. */
const winitzki = 0.147;

/**
 * Winitzki's closed form (2008, "A handy approximation for the error function and its inverse"), good to 2e-3, written
 * without cancellation (the tangent near 0, where 1 − x² has lost the digits of x), then Halley's iteration on erf(y) = x, which triples the number of right digits: one step
 * reaches float32, two reach float64.
 */
function emitErfInv(e: Expressions, x: string): string {
  const logarithm = e.log(e.mul(e.sub(1, x), e.add(1, x)));
  const a = e.add(e.mul(logarithm, 0.5), 2 / (Math.PI * winitzki));
  const b = e.mul(logarithm, -1 / winitzki);
  const closed = e.mul(e.sign(x), e.sqrt(e.div(b, e.add(e.sqrt(e.add(e.mul(a, a), b)), a))));
  const linear = e.mul(x, Math.sqrt(Math.PI) / 2);
  let y = e.where(e.less(e.abs(x), 0.1), linear, closed);
  for (let step = 0; step < (e.dtype === 'float64' ? 2 : 1); step++) {
    const inverseSlope = e.mul(e.exp(e.mul(y, y)), Math.sqrt(Math.PI) / 2);
    const newton = e.mul(e.sub(emitErf(e, y), x), inverseSlope);
    y = e.sub(y, e.div(newton, e.add(e.mul(y, newton), 1)));
  }
  const atEnds = e.mul(x, Number.POSITIVE_INFINITY);
  return e.where(e.equal(e.abs(x), 1), atEnds, y);
}

/** The y in erf(y) = x for x in [−1, 1], infinite at the ends, NaN outside. */
export const erfInv = defineUnary({
  name: 'erfInv',
  onnx: (builder, [x], { outputs: [y] }) => [emitErfInv(expressions(builder, y!.dtype), x!)],
  dtypes: floats,
  gradient: (g, _, y) => mul(mul(g, Math.sqrt(Math.PI) / 2), exp(square(y))),
});
