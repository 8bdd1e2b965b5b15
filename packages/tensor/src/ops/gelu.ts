import { apply, defineOp, type Op } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, addAll, mul, sub } from './arithmetic.js';
import { allowedDType, floats } from './checks.js';

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
  lower(builder, [x], { inputs }) {
    const { dtype } = inputs[0]!;
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
