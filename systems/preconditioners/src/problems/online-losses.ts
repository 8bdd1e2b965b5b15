import type { Floats } from '@sardonyx/linalg';
import { RandomStream } from '@sardonyx/data';
import type { Examples } from '../data/libsvm.js';
import { PreconditionerError } from '../errors.js';
import { dot } from '../reductions.js';

/** A sequence of convex losses over row-major `rows × columns` matrices. */
export interface OnlineLosses {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Rounds before the sequence repeats. */
  readonly rounds: number;
  loss(round: number, x: Floats): number;
  gradient(round: number, x: Floats): Float64Array;
}

/**
 * Linear losses `⟨g_t, x⟩` from an adversary: `g_t` has the signs of the iterate, so that the player always pays, on a random half
 * of the coordinates, with scales that grow from 1 to 100 across them. The gradient depends on the iterate it is asked at, and
 * stays what it was first asked for.
 */
export function adversarialLinear(rows: number, columns: number, rounds: number, seed: number): OnlineLosses {
  const stream = new RandomStream(seed, 'adversarial losses');
  const d = rows * columns;
  const chosen: Float64Array[] = [];
  const gradientOf = (round: number, x: Floats): Float64Array => {
    chosen[round] ??= Float64Array.from({ length: d }, (_, i) => {
      const own = Math.sign(x[i]!);
      const sign = own === 0 ? (stream.uniform() < 0.5 ? -1 : 1) : own;
      return stream.uniform() < 0.5 ? 0 : sign * 100 ** (i / d);
    });
    return chosen[round];
  };
  return { name: 'adversarial linear', rows, columns, rounds, loss: (round, x) => dot(gradientOf(round, x), x), gradient: gradientOf };
}

/** Softmax regression: one row a class, one column a feature and one for the constant; `loss = log Σ exp(z_c − z_y)`. */
export function softmaxRegression({ inputs, labels, features }: Examples, name = 'logistic'): OnlineLosses {
  const { classes, order } = classesOf(labels);
  const columns = features + 1;
  const scores = (round: number, x: Floats): Float64Array => scoresOf(inputs[round]!, x, order.length, columns);
  return {
    name,
    rows: order.length,
    columns,
    rounds: inputs.length,
    loss: (round, x) => {
      const z = scores(round, x);
      const largest = Math.max(...z);
      return largest + Math.log(z.reduce((sum, value) => sum + Math.exp(value - largest), 0)) - z[classes[round]!]!;
    },
    gradient: (round, x) => {
      const z = scores(round, x);
      const largest = Math.max(...z);
      const weights = z.map((value) => Math.exp(value - largest));
      const total = weights.reduce((a, b) => a + b, 0);
      return outerWithInput(
        inputs[round]!,
        weights.map((weight, c) => weight / total - Number(c === classes[round])),
        columns,
      );
    },
  };
}

/** Multiclass hinge losses, `max(0, 1 + max_{c≠y} z_c − z_y)` (Crammer and Singer, JMLR 2, 2001). */
export function hingeRegression({ inputs, labels, features }: Examples, name = 'hinge'): OnlineLosses {
  const { classes, order } = classesOf(labels);
  const columns = features + 1;
  const rivalOf = (round: number, x: Floats): { margin: number; rival: number } => {
    const z = scoresOf(inputs[round]!, x, order.length, columns);
    const own = classes[round]!;
    const rival = z.reduce((best, value, c) => (c !== own && (best === -1 || value > z[best]!) ? c : best), -1);
    return { margin: 1 + z[rival]! - z[own]!, rival };
  };
  return {
    name,
    rows: order.length,
    columns,
    rounds: inputs.length,
    loss: (round, x) => Math.max(0, rivalOf(round, x).margin),
    gradient: (round, x) => {
      const { margin, rival } = rivalOf(round, x);
      const weights = Float64Array.from(order, (_, c) => (margin <= 0 ? 0 : Number(c === rival) - Number(c === classes[round])));
      return outerWithInput(inputs[round]!, weights, columns);
    },
  };
}

/**
 * Examples like those of a classification task, with what matters to preconditioners planted: features with the spectrum `k^{−decay}`
 * and a weight matrix of low rank that labels them.
 */
export function plantedExamples(classes: number, features: number, count: number, seed: number, decay = 1, rank = 2): Examples {
  const stream = new RandomStream(seed, 'planted examples');
  const normals = (length: number): Float64Array => Float64Array.from({ length }, () => stream.normal());
  const left = Array.from({ length: classes }, () => normals(rank));
  const right = Array.from({ length: rank }, () => normals(features));
  const inputs = Array.from({ length: count }, () => normals(features).map((value, k) => value * (k + 1) ** (-decay / 2)));
  const labels = inputs.map((input) => {
    const hidden = right.map((row) => dot(row, input));
    const scores = left.map((row) => dot(row, hidden) + 0.3 * stream.normal());
    return scores.indexOf(Math.max(...scores));
  });
  return { inputs, labels: Float64Array.from(labels), features };
}

/** Examples with every feature shifted to mean zero and scaled to variance one; constant features become zero. */
export function standardized({ inputs, labels, features }: Examples): Examples {
  const count = inputs.length;
  const means = Float64Array.from({ length: features }, (_, k) => inputs.reduce((sum, input) => sum + input[k]!, 0) / count);
  const scales = means.map((mean, k) => Math.sqrt(inputs.reduce((sum, input) => sum + (input[k]! - mean) ** 2, 0) / count));
  return {
    inputs: inputs.map((input) => input.map((value, k) => (scales[k]! > 0 ? (value - means[k]!) / scales[k]! : 0))),
    labels,
    features,
  };
}

function classesOf(labels: Float64Array): { classes: Int32Array; order: number[] } {
  const order = [...new Set(labels)].sort((a, b) => a - b);
  if (order.length < 2) throw new PreconditionerError('empty', `classification: expected at least two classes, got ${order.length}`);
  return { classes: Int32Array.from(labels, (label) => order.indexOf(label)), order };
}

function scoresOf(input: Float64Array, x: Floats, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, c) => {
    let sum = x[c * columns + columns - 1]!;
    for (let k = 0; k < input.length; k++) sum += x[c * columns + k]! * input[k]!;
    return sum;
  });
}

/** `weights ⊗ (input, 1)`, row-major. */
function outerWithInput(input: Float64Array, weights: Float64Array, columns: number): Float64Array {
  const outer = new Float64Array(weights.length * columns);
  weights.forEach((weight, c) => {
    for (let k = 0; k < input.length; k++) outer[c * columns + k] = weight * input[k]!;
    outer[c * columns + columns - 1] = weight;
  });
  return outer;
}
