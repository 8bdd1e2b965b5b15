import {
  abs,
  add,
  crossEntropy as crossEntropyOfRows,
  div,
  exp,
  expandDims,
  less,
  logSoftmax,
  maximum,
  mean,
  mul,
  neg,
  norm,
  ShapeError,
  softplus,
  square,
  squeeze,
  sub,
  sum,
  takeAlongAxis,
  type Tensor,
  where,
} from '@sardonyx/tensor';
import { reduceLosses, type ReductionOptions } from './reduction.js';

/** (x − target)², each element. */
export const meanSquaredError = (x: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor =>
  reduceLosses(square(sub(x, target)), options);

/** |x − target|, each element. */
export const meanAbsoluteError = (x: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor =>
  reduceLosses(abs(sub(x, target)), options);

export interface HuberOptions extends ReductionOptions {
  /** Where the square turns into a line; 1 by default. */
  readonly delta?: number;
}

/** d²/2 for d = |x − target| up to δ, δ·(d − δ/2) beyond. Huber 1964 (doi:10.1214/aoms/1177703732). */
export function huber(x: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1 } = options;
  const distance = abs(sub(x, target));
  const inner = mul(square(distance), 0.5);
  const outer = mul(sub(distance, delta / 2), delta);
  return reduceLosses(where(less(distance, delta), inner, outer), options);
}

export interface CrossEntropyOptions extends ReductionOptions {
  /** Share ε of the target that is spread evenly over all classes; 0 by default. */
  readonly labelSmoothing?: number;
}

/**
 * Cross-entropy of integer labels under softmax(logits): logits [..., classes], labels [...] of int32 or int64, weights
 * broadcastable to the labels' shape.
 * With smoothing the target is (1 − ε)·one-hot + ε/classes (Szegedy et al. 2016, arXiv:1512.00567, section 7), which
 * adds ε·(logits[label] − mean(logits)) to each loss.
 * Throws ShapeError unless 0 ≤ ε < 1.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new ShapeError('shape', `crossEntropy: expected labelSmoothing from 0 to below 1, given ${labelSmoothing}`);
  }
  const losses = crossEntropyOfRows(logits, labels, { reduction: 'none' });
  if (labelSmoothing === 0) return reduceLosses(losses, options);
  const picked = squeeze(takeAlongAxis(logits, expandDims(labels, -1), -1), -1);
  return reduceLosses(add(losses, mul(sub(picked, mean(logits, -1)), labelSmoothing)), options);
}

export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** Factor on the losses of positive targets, a number or broadcastable to the logits; 1 by default. */
  readonly positiveWeight?: number | Tensor;
}

/**
 * −t·log σ(x) − (1 − t)·log(1 − σ(x)) of logits x and targets t in [0, 1] of one shape, without overflow:
 * log(1 + e⁻ˣ)·t + log(1 + eˣ)·(1 − t).
 */
export function binaryCrossEntropyWithLogits(logits: Tensor, targets: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  const { positiveWeight } = options;
  if (positiveWeight === undefined) {
    return reduceLosses(sub(softplus(logits), mul(logits, targets)), options);
  }
  const positive = mul(mul(softplus(neg(logits)), targets), positiveWeight);
  return reduceLosses(add(positive, mul(softplus(logits), sub(1, targets))), options);
}

/**
 * Kullback–Leibler divergence Σ p·(log p − log q) over the last axis, of the distribution p = softmax(targetLogits) from
 * q = softmax(logits): one loss a row. The gradient flows into both; stopGradient a teacher's logits.
 */
export function klDivergence(targetLogits: Tensor, logits: Tensor, options: ReductionOptions = {}): Tensor {
  const logP = logSoftmax(targetLogits);
  return reduceLosses(sum(mul(exp(logP), sub(logP, logSoftmax(logits))), -1), options);
}

/** ⟨x, y⟩/(|x|·|y|) over the last axis: [..., width] twice to [...]. Lengths below ε count as ε. */
export function cosineSimilarity(x: Tensor, y: Tensor, epsilon = 1e-8): Tensor {
  const lengths = mul(maximum(norm(x, -1), epsilon), maximum(norm(y, -1), epsilon));
  return div(sum(mul(x, y), -1), lengths);
}
