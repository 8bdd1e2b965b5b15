import { any, argmax, cast, equal, expandDims, ShapeError, type Tensor, topK } from '@sardonyx/tensor';
import { reduceLosses, type ReductionOptions } from './reduction.js';

/**
 * Share of rows whose largest logit is the label's: logits [..., classes], labels [...] of int32 or int64.
 * `weights` may be a mask; `reduction: 'none'` tells 1 or 0 for every row.
 */
export const accuracy = (logits: Tensor, labels: Tensor, options: ReductionOptions = {}): Tensor =>
  reduceLosses(cast(equal(cast(argmax(logits, -1), labels.dtype), labels), logits.dtype), options);

/** Share of rows whose label is among the `k` largest logits; see `accuracy`. Throws ShapeError for k outside 1 … classes. */
export function topKAccuracy(logits: Tensor, labels: Tensor, k: number, options: ReductionOptions = {}): Tensor {
  const classes = logits.shape.at(-1) ?? 0;
  if (!Number.isInteger(k) || k < 1 || k > classes) {
    throw new ShapeError('shape', `topKAccuracy: expected k from 1 to ${classes} classes, given ${k}`);
  }
  const { indices } = topK(logits, k);
  const hits = any(equal(cast(indices, labels.dtype), expandDims(labels, -1)), -1);
  return reduceLosses(cast(hits, logits.dtype), options);
}

/** Share of rows whose logit is positive exactly where the target is above ½: both [...]. */
export const binaryAccuracy = (logits: Tensor, targets: Tensor, options: ReductionOptions = {}): Tensor =>
  reduceLosses(cast(equal(logits.greater(0), targets.greater(0.5)), logits.dtype), options);
