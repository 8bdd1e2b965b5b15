import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op, type VjpContext } from '../core/op.js';
import { resolveAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { mul, sub } from './arithmetic.js';
import { sum } from './broadcast.js';
import { allowedDType, floats } from './checks.js';
import { exp } from './unary.js';

interface SoftmaxAttributes {
  readonly axis: number;
}

type Gradient = (g: Tensor, y: Tensor, sumAlong: (x: Tensor) => Tensor) => Tensor;

/** Softmax or its logarithm: both have a gradient made of the output alone. */
function defineSoftmax(name: string, onnx: string, gradient: Gradient) {
  const op: Op<SoftmaxAttributes> = defineOp<SoftmaxAttributes>({
    name,
    infer: ([x]) => [{ dtype: allowedDType(name, x!.dtype, floats), shape: x!.shape }],
    lower: (builder, [x], { attributes: { axis }, inputs: [input] }) => [input!.size === 0 ? x! : builder.emit(onnx, [x!], { axis })],
    vjp: ({ outputs: [y], cotangents: [g], attributes: { axis } }: VjpContext<SoftmaxAttributes>) => [
      gradient(g!, y!, (x) => sum(x, axis, { keepDims: true })),
    ],
    batch: ([x], _, { axis }) => [applyOne(op, [x!], { axis: axis + 1 })],
  });
  return (x: Tensor, axis = -1): Tensor => {
    if (x.rank === 0) throw operatorError(ShapeError, name, 'expected an axis to run along, given a scalar');
    return applyOne(op, [x], { axis: resolveAxis(name, axis, x.rank) });
  };
}

/** eˣ/Σ eˣ along an axis, the last by default, without overflow. NaN along an axis of nothing but −∞. */
export const softmax = defineSoftmax('softmax', 'Softmax', (g, y, sumAlong) => mul(y, sub(g, sumAlong(mul(g, y)))));

/** x − log Σ eˣ along an axis, the last by default. */
export const logSoftmax = defineSoftmax('logSoftmax', 'LogSoftmax', (g, y, sumAlong) => sub(g, mul(exp(y), sumAlong(g))));
