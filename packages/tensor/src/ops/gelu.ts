import { apply, defineOp, type Op } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { expressions } from '../lowering/expression.js';
import { add, addAll, mul, sub } from './arithmetic.js';
import { allowedDType, floats } from './checks.js';
import { defineUnary } from './elementwise.js';
import { emitErf } from './error-function.js';
import { exp, square } from './unary.js';

/** √(8/π): the tanh form is x·σ(z) with z = x·(c + c·0.044715·x²). */
const linear = Math.sqrt(8 / Math.PI);
const cubic = linear * 0.044715;

/** Outputs y = x·s, the gate s = σ(x·r) and r = c + c₃x²; gate and r spare the gradient their recomputation. */
const geluTanhOp: Op = defineOp({
  name: 'geluTanh',
  infer([x]) {
    const type = { dtype: allowedDType('gelu', x!.dtype, floats), shape: x!.shape };
    return [type, type, type];
  },
  lower(builder, [x], { inputs, outputs: [, s, r] }) {
    const { dtype } = inputs[0]!;
    if (dtype === 'float32' && !builder.isUsed(s!) && !builder.isUsed(r!)) {
      return [builder.emit('Gelu', [x!], { approximate: 'tanh' }), '', ''];
    }
    const square = builder.emit('Mul', [x!, x!]);
    const scaled = builder.emit('Mul', [square, builder.scalar(dtype, cubic)]);
    const slope = builder.emit('Add', [scaled, builder.scalar(dtype, linear)]);
    const gate = builder.emit('Sigmoid', [builder.emit('Mul', [x!, slope])]);
    return [builder.emit('Mul', [x!, gate]), gate, slope];
  },
  /** y' = s + s·(x − y)·z' with z' = c + 3c₃x² = 3r − 2c */
  vjp({ inputs: [x], outputs: [y, s, r], cotangents: [g, ofS, ofR] }) {
    const slope = sub(mul(r!, 3), 2 * linear);
    const direct = g && mul(g, mul(s!, add(mul(sub(x!, y!), slope), 1)));
    // Second derivatives: s' = s·(1 − s)·z', r' = 2c₃x.
    const throughS = ofS && mul(mul(ofS, mul(s!, sub(1, s!))), slope);
    const throughR = ofR && mul(mul(ofR, x!), 2 * cubic);
    return [addAll([direct, throughS, throughR].filter((term) => term !== undefined))];
  },
  batch: ([x]) => apply(geluTanhOp, [x!], {}),
});

/**
 * Gaussian error linear unit in its tanh form, x·½(1 + tanh(√(2/π)(x + 0.044715x³))).
 * Hendrycks, Gimpel 2016 (arXiv:1606.08415).
 */
export const geluTanh = (x: Tensor): Tensor => apply(geluTanhOp, [x], {})[0]!;

/** Φ(x) + x·φ(x), the slope of x·Φ(x): with z = x/√2 it is ½(1 + erf z + 2/√π·z·e^(−z²)). */
const geluSlope = defineUnary({
  name: 'geluSlope',
  onnx(builder, [x], { outputs: [y] }) {
    const e = expressions(builder, y!.dtype);
    const z = e.mul(x!, Math.SQRT1_2);
    const density = e.mul(e.mul(z, e.exp(e.neg(e.mul(z, z)))), 2 / Math.sqrt(Math.PI));
    return [e.mul(e.add(e.add(emitErf(e, z), density), 1), 0.5)];
  },
  dtypes: floats,
  // (Φ + xφ)′ = φ·(2 − x²) with φ = e^(−x²/2)/√(2π)
  gradient(g, x) {
    const squared = square(x);
    const density = mul(exp(mul(squared, -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return mul(g, mul(density, sub(2, squared)));
  },
});

/**
 * Gaussian error linear unit x·Φ(x) = x·½(1 + erf(x/√2)), with the normal distribution function Φ.
 * Hendrycks, Gimpel 2016 (arXiv:1606.08415).
 */
export const geluErf = defineUnary({
  name: 'geluErf',
  onnx(builder, [x], { outputs: [y] }) {
    if (y!.dtype !== 'float64') return [builder.emit('Gelu', [x!], {}, 'com.microsoft')];
    const e = expressions(builder, 'float64');
    return [e.mul(e.mul(x!, 0.5), e.add(emitErf(e, e.mul(x!, Math.SQRT1_2)), 1))];
  },
  dtypes: floats,
  gradient: (g, x) => mul(g, geluSlope(x)),
});
