import { DTypeError, operatorError, ShapeError } from '../core/errors.js';
import { apply, applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape, sameShape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { broadcastTo, sum } from './broadcast.js';
import { allowedDType, floats, indices } from './checks.js';
import { expandDims } from './structure.js';
import { exp } from './unary.js';

/** Outputs −log softmax(logits)[label] of every row, and log softmax for the gradient. */
const crossEntropyOp: Op = defineOp({
  name: 'crossEntropy',
  infer([logits, labels]) {
    const dtype = allowedDType('crossEntropy', logits!.dtype, floats);
    if (!indices.includes(labels!.dtype)) {
      throw operatorError(DTypeError, 'crossEntropy', `expected labels of dtype int32 or int64, given ${labels!.dtype}`);
    }
    if (logits!.shape.length === 0 || !sameShape(logits!.shape.slice(0, -1), labels!.shape)) {
      throw operatorError(
        ShapeError,
        'crossEntropy',
        `expected logits [..., classes] and labels [...], given ${formatShape(logits!.shape)} and ${formatShape(labels!.shape)}`,
      );
    }
    return [
      { dtype, shape: labels!.shape },
      { dtype, shape: logits!.shape },
    ];
  },
  lower(builder, [logits, labels], { inputs }) {
    const logProbabilities = builder.emit('LogSoftmax', [logits!], { axis: -1 });
    const column = builder.emit('Unsqueeze', [labels!, builder.ints([-1])]);
    const picked = builder.emit('GatherElements', [logProbabilities, column], { axis: -1 });
    const rows = builder.emit('Reshape', [picked, builder.ints(inputs[1]!.shape)], { allowzero: 1 });
    return [builder.emit('Neg', [rows]), logProbabilities];
  },
  /** ∂logits = (softmax − one-hot)·g; a cotangent h of log softmax itself adds h − softmax·Σh. */
  vjp({ inputs: [, labels], outputs: [, logProbabilities], cotangents: [g, h] }) {
    const probabilities = exp(logProbabilities!);
    const ofLoss = g && mul(subtractOneAt(probabilities, labels!), expandDims(g, -1));
    const ofLog = h && sub(h, mul(probabilities, sum(h, -1, { keepDims: true })));
    return [ofLoss && ofLog ? add(ofLoss, ofLog) : (ofLoss ?? ofLog), undefined];
  },
  batch(inputs, batched) {
    const size = inputs[batched.indexOf(true)]!.shape[0]!;
    const full = inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])));
    return apply(crossEntropyOp, full, {});
  },
});

/** x with 1 subtracted at one element of every row: softmax − one-hot without building the one-hot matrix. */
const subtractOneAtOp: Op = defineOp({
  name: 'subtractOneAt',
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  lower(builder, [x, labels], { inputs }) {
    const { dtype } = inputs[0]!;
    const { shape } = inputs[1]!;
    const column = builder.emit('Unsqueeze', [labels!, builder.ints([-1])]);
    const minusOne = builder.emit('Expand', [builder.scalar(dtype, -1), builder.ints([...shape, 1])]);
    return [builder.emit('ScatterElements', [x!, column, minusOne], { axis: -1, reduction: 'add' })];
  },
  vjp: ({ cotangents: [g] }) => [g, undefined],
  batch([x, labels], batched) {
    const size = (batched[0] ? x! : labels!).shape[0]!;
    const full = [x!, labels!].map((t, i) => (batched[i] ? t : broadcastTo(t, [size, ...t.shape])));
    return [applyOne(subtractOneAtOp, full, {})];
  },
});

const subtractOneAt = (x: Tensor, labels: Tensor): Tensor => applyOne(subtractOneAtOp, [x, labels], {});

export interface CrossEntropyOptions {
  /**
   * `mean` over all rows (default), `sum`, or `none` for one loss a row.
   */
  readonly reduction?: 'mean' | 'sum' | 'none';
  /** Weight of every row, of the labels' shape: a mask of ones and zeros, say. The mean is over the total weight. */
  readonly weights?: Tensor;
}

/**
 * Cross-entropy of integer labels under softmax(logits), −log softmax(logits)[label], computed stably from the logits.
 * logits [..., classes], labels [...] of int32 or int64 in 0..classes−1.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const rows = apply(crossEntropyOp, [logits, labels], {})[0]!;
  const { weights, reduction = 'mean' } = options;
  const weighted = weights ? mul(rows, weights) : rows;
  if (reduction === 'none') return weighted;
  const total = sum(weighted);
  if (reduction === 'sum') return total;
  return weights ? div(total, sum(weights)) : mul(total, 1 / sizeOf(labels.shape));
}
