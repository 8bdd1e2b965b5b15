import { resolveAxes } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { mul } from '../../ops/arithmetic.js';
import { type ReduceOptions, sum } from '../../ops/broadcast.js';
import { prod } from '../../ops/product.js';
import { all, any, logsumexp, max, mean, min } from '../../ops/reductions.js';
import { logSoftmax, softmax } from '../../ops/softmax.js';
import { reshape } from '../../ops/structure.js';
import { abs, log, sqrt } from '../../ops/unary.js';
import { foldReduction } from '../folding.js';
import type { NodeCall } from '../node-call.js';
import type { OnnxOperator, OperatorTable } from '../operator.js';

type Reduce = (x: Tensor, axes: readonly number[], options: ReduceOptions) => Tensor;

/** Axes are an attribute in older versions; none means all, or none where `noop_with_empty_axes` says so. */
function axesOf(call: NodeCall, rank: number): number[] {
  const given = call.integersOf('axes', 1);
  if (given && given.length > 0) return resolveAxes('reduction', given, rank);
  return call.integer('noop_with_empty_axes', 0) ? [] : resolveAxes('reduction', undefined, rank);
}

const reduction = (reduce: Reduce, onNumbers?: (elements: readonly number[]) => number): OnnxOperator => ({
  trace(call) {
    const x = call.tensor(0);
    return reduce(x, axesOf(call, x.rank), { keepDims: call.integer('keepdims', 1) === 1 });
  },
  ...(onNumbers && { fold: foldReduction(onNumbers, axesOf) }),
  known: [1],
});

const total = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
const square = (x: Tensor) => mul(x, x);

/** Before version 13 all axes from the given one on are one. */
const overAxis = (f: (x: Tensor, axis?: number) => Tensor): OnnxOperator => ({
  trace(call) {
    const x = call.tensor(0);
    const axis = call.integer('axis', call.opset < 13 ? 1 : -1);
    if (call.opset >= 13 || axis === x.rank - 1 || axis === -1) return f(x, axis);
    const rows = x.shape.slice(0, axis < 0 ? axis + x.rank : axis);
    return reshape(f(reshape(x, [...rows, -1]), -1), x.shape);
  },
});

export const reductionOperators: OperatorTable = {
  ReduceSum: reduction(sum, total),
  ReduceMean: reduction(mean),
  ReduceMax: reduction(
    (x, axes, options) => (x.dtype === 'bool' ? any : max)(x, axes, options),
    (x) => x.reduce((a, b) => Math.max(a, b), -Infinity),
  ),
  ReduceMin: reduction(
    (x, axes, options) => (x.dtype === 'bool' ? all : min)(x, axes, options),
    (x) => x.reduce((a, b) => Math.min(a, b), Infinity),
  ),
  ReduceProd: reduction(prod, (x) => x.reduce((a, b) => a * b, 1)),
  ReduceL1: reduction((x, axes, options) => sum(abs(x), axes, options)),
  ReduceL2: reduction((x, axes, options) => sqrt(sum(square(x), axes, options))),
  ReduceSumSquare: reduction((x, axes, options) => sum(square(x), axes, options)),
  ReduceLogSum: reduction((x, axes, options) => log(sum(x, axes, options))),
  ReduceLogSumExp: reduction(logsumexp),
  Softmax: overAxis(softmax),
  LogSoftmax: overAxis(logSoftmax),
};
