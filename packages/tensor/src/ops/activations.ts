import { float } from '../lowering/builder.js';
import { expressions } from '../lowering/expression.js';
import { apply, applyOne, defineOp, type Op } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { cast } from './cast.js';
import { allowedDType, expectElement, floats, numeric } from './checks.js';
import { equal, greater } from './compare.js';
import { defineUnary } from './elementwise.js';
import { mask } from './mask.js';
import { emitLog1p, sigmoid } from './unary.js';

/** max(x, 0); its gradient at 0 is 0. */
export const relu = defineUnary({
  name: 'relu',
  onnx: 'Relu',
  dtypes: floats,
  gradient: (g, _, y) => mask(g, greater(y, 0)),
});

const leakyReluOp: Op<{ readonly slope: number }> = defineOp<{ readonly slope: number }>({
  name: 'leakyRelu',
  infer: ([x]) => [{ dtype: allowedDType('leakyRelu', x!.dtype, floats), shape: x!.shape }],
  lower(builder, [x], { attributes: { slope }, outputs: [y] }) {
    if (y!.dtype !== 'float64') return [builder.emit('LeakyRelu', [x!], { alpha: float(slope) })];
    const e = expressions(builder, 'float64');
    return [e.where(e.less(x!, 0), e.mul(x!, slope), x!)];
  },
  vjp: ({ inputs: [x], cotangents: [g], attributes: { slope } }) => [mul(g!, add(mul(cast(greater(x!, 0), x!.dtype), 1 - slope), slope))],
  batch: ([x], _, attributes) => [applyOne(leakyReluOp, [x!], attributes)],
});

/** x above 0, slope·x below; its gradient at 0 is the slope. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => applyOne(leakyReluOp, [x], { slope });

const eluOp: Op<{ readonly alpha: number }> = defineOp<{ readonly alpha: number }>({
  name: 'elu',
  infer: ([x]) => [{ dtype: allowedDType('elu', x!.dtype, floats), shape: x!.shape }],
  lower(builder, [x], { attributes: { alpha }, outputs: [y] }) {
    if (y!.dtype !== 'float64') return [builder.emit('Elu', [x!], { alpha: float(alpha) })];
    const e = expressions(builder, 'float64');
    return [e.where(e.less(x!, 0), e.mul(e.sub(e.exp(x!), 1), alpha), x!)];
  },
  // The derivative is 1 above 0, and α·eˣ = y + α below.
  vjp({ inputs: [x], outputs: [y], cotangents: [g], attributes: { alpha } }) {
    const below = add(clip(y!, undefined, 0), alpha);
    if (alpha === 1) return [mul(g!, below)];
    return [mul(g!, add(below, mul(cast(greater(x!, 0), x!.dtype), 1 - alpha)))];
  },
  batch: ([x], _, attributes) => [applyOne(eluOp, [x!], attributes)],
});

/** x above 0, α·(eˣ − 1) below. */
export const elu = (x: Tensor, alpha = 1): Tensor => applyOne(eluOp, [x], { alpha });

/** x·σ(x), with σ(x) as a second output that the gradient uses again. */
const siluOp: Op = defineOp<object>({
  name: 'silu',
  infer([x]) {
    const type = { dtype: allowedDType('silu', x!.dtype, floats), shape: x!.shape };
    return [type, type];
  },
  lower(builder, [x]) {
    const gate = builder.emit('Sigmoid', [x!]);
    return [builder.emit('Mul', [x!, gate]), gate];
  },
  vjp({ outputs: [y, gate], cotangents: [g, ofGate] }) {
    // (xσ)′ = σ + xσ(1 − σ) and σ′ = σ(1 − σ)
    const rest = sub(1, gate!);
    const terms = [...(g ? [mul(g, add(mul(y!, rest), gate!))] : []), ...(ofGate ? [mul(ofGate, mul(gate!, rest))] : [])];
    return [terms.length === 2 ? add(terms[0]!, terms[1]!) : terms[0]];
  },
  batch: ([x]) => apply(siluOp, [x!], {}),
});

/** x·σ(x) with the logistic function σ, also called swish. */
export const silu = (x: Tensor): Tensor => apply(siluOp, [x], {})[0]!;

/** log(1 + eˣ), without overflow. */
export const softplus = defineUnary({
  name: 'softplus',
  onnx(builder, [x], { outputs: [y] }) {
    if (y!.dtype !== 'float64') return [builder.emit('Softplus', [x!])];
    // max(x, 0) + log(1 + e^(−|x|))
    const e = expressions(builder, 'float64');
    return [e.add(e.max(x!, 0), emitLog1p(e, e.exp(e.neg(e.abs(x!)))))];
  },
  dtypes: floats,
  gradient: (g, x) => mul(g, sigmoid(x)),
});

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const clipOp: Op<Bounds> = defineOp<Bounds>({
  name: 'clip',
  infer([x], { min, max }) {
    const dtype = allowedDType('clip', x!.dtype, numeric);
    for (const bound of [min, max]) if (bound !== undefined) expectElement('clip', dtype, bound);
    return [{ dtype, shape: x!.shape }];
  },
  lower(builder, [x], { attributes: { min, max }, outputs: [y] }) {
    const bound = (value: number | undefined) => (value === undefined ? '' : builder.scalar(y!.dtype, value));
    return [builder.emit('Clip', [x!, bound(min), bound(max)])];
  },
  // Inside and on the bounds, and only there, the output is the input.
  vjp: ({ inputs: [x], outputs: [y], cotangents: [g] }) => [mask(g!, equal(x!, y!))],
  batch: ([x], _, attributes) => [applyOne(clipOp, [x!], attributes)],
});

/**
 * x moved into [min, max]; either bound may be left out. The gradient passes inside and on the bounds and is 0 outside.
 * For bounds that are tensors use `maximum` and `minimum`. Throws DTypeError where x is of integers and a bound is none.
 */
export const clip = (x: Tensor, min?: number, max?: number): Tensor => applyOne(clipOp, [x], { min, max });
