import { addToDiagonal, cholesky, choleskySolve, type Matrix, matrix, multiply, transpose } from '@sardonyx/linalg';
import { AnalysisError } from './analysis-error.js';
import { ScatterSums } from './scatter-sums.js';

/** The ridge on features of variance 1, by default: far under what a feature varies by, far over rounding of float32. */
export const defaultRidge = 1e-6;

/** A linear read-out of classes: the class with the largest score xᵀ·w_c + b_c. */
export interface LinearProbe {
  /** [features, classes] */
  readonly weights: Matrix;
  /** [classes]; −∞ of a class that no example had. */
  readonly biases: Float64Array;
  /** The most frequent class of the examples: what one says without looking. */
  readonly majority: number;
}

/**
 * Sums over examples, part by part, of which `fit` makes a linear read-out for each way to label them, in closed form: Fisher's linear discriminant
 * with a ridge, for many classes (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 4.3). With
 * features of mean 0 and variance 1, class means m_c, shares π_c and the covariance W within the classes,
 *
 *   w_c = (W + ridge·I)⁻¹ m_c,   b_c = −½ m_cᵀ w_c + ln π_c
 *
 * Why not ridge regression on one-hot labels: its read-out of a class that lies between two others, or is rare, is masked by them.
 * Why not logistic regression: it needs an optimizer, with steps that decide what is found; this is one factorization. It reads
 * what is linear alone, as both others do, and never better than the best linear read-out: an accuracy is a lower bound.
 */
export class LinearProbeSums {
  private readonly sums: ScatterSums;
  private readonly labelings: readonly LabelSums[];

  /**
   * @param classes of each way to label the examples
   * @throws {AnalysisError} `invalid-argument` for less than two classes
   */
  constructor(
    readonly features: number,
    classes: readonly number[],
  ) {
    this.sums = new ScatterSums(features);
    this.labelings = classes.map((count) => {
      if (!Number.isInteger(count) || count < 2) throw invalid('linear probe', 'two classes or more', String(count));
      return { counts: new Float64Array(count), totals: new Float64Array(count * features) };
    });
  }

  /** Examples so far. */
  get count(): number {
    return this.sums.count;
  }

  /**
   * Adds examples: rows [examples, features], and in every labeling the class of each.
   * @throws {AnalysisError} `invalid-argument` where rows and labels do not fit, or a label is no class
   */
  add(rows: Matrix, labels: readonly ArrayLike<number>[]): void {
    this.labelings.forEach(({ counts }, at) => expectLabels(rows, labels[at]!, counts.length));
    const shifted = this.sums.add(rows);
    this.labelings.forEach((labeling, at) => addTo(labeling, shifted, labels[at]!));
  }

  /**
   * The read-out of each labeling from all examples so far.
   * @throws {AnalysisError} `too-few-points` for no more examples than features, `invalid-argument` for a ridge that is not above 0
   */
  fit(ridge = defaultRidge): LinearProbe[] {
    const rows = this.sums.count;
    if (!(ridge > 0)) throw invalid('linear probe', 'a ridge above 0', String(ridge));
    if (rows <= this.features) {
      throw new AnalysisError('too-few-points', 'linear probe', `more than ${this.features} examples`, String(rows), 'give more');
    }
    const scatter = this.sums.scatter();
    const mean = this.sums.shiftedMean();
    // A feature that never changes tells nothing; it stays 0 whatever it is divided by.
    const deviations = mean.map((_, k) => Math.sqrt(scatter.data[k * this.features + k]! / rows) || 1);
    return this.labelings.map((labeling) => {
      const means = standardizedMeans(labeling, mean, deviations);
      const shares = labeling.counts.map((count) => count / rows);
      const within = withinClasses(scatter, deviations, means, shares, rows);
      const solved = choleskySolve(cholesky(addToDiagonal(within, ridge)), transpose(means));
      const probe = unstandardized(solved, means, shares, mean, deviations, this.sums.origin);
      return { ...probe, majority: shares.indexOf(Math.max(...shares)) };
    });
  }
}

/** Examples of each class, [classes], and the sums of their rows less the common origin, [classes, features]. */
interface LabelSums {
  readonly counts: Float64Array;
  readonly totals: Float64Array;
}

function addTo({ counts, totals }: LabelSums, rows: Matrix, labels: ArrayLike<number>): void {
  for (let i = 0; i < rows.rows; i++) {
    const label = labels[i]!;
    counts[label]! += 1;
    for (let k = 0; k < rows.columns; k++) totals[label * rows.columns + k]! += rows.data[i * rows.columns + k]!;
  }
}

/** m_c, [classes, features]; 0 of a class without examples. */
function standardizedMeans({ counts, totals }: LabelSums, mean: Float64Array, deviations: Float64Array): Matrix {
  const features = mean.length;
  const means = matrix(counts.length, features);
  counts.forEach((count, c) => {
    if (count === 0) return;
    for (let k = 0; k < features; k++) means.data[c * features + k] = (totals[c * features + k]! / count - mean[k]!) / deviations[k]!;
  });
  return means;
}

/** W: the correlations of all rows less those of the class means. */
function withinClasses(scatter: Matrix, deviations: Float64Array, means: Matrix, shares: Float64Array, rows: number): Matrix {
  const n = scatter.columns;
  const weighted = matrix(
    means.rows,
    n,
    means.data.map((value, at) => value * shares[Math.floor(at / n)]!),
  );
  const between = multiply(means, weighted, { transposeLeft: true });
  const within = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const total = scatter.data[i * n + j]! / rows / (deviations[i]! * deviations[j]!);
      within.data[i * n + j] = total - (between.data[i * n + j]! + between.data[j * n + i]!) / 2;
    }
  }
  return within;
}

/** The read-out in terms of the rows as they were given. */
function unstandardized(
  solved: Matrix,
  means: Matrix,
  shares: Float64Array,
  mean: Float64Array,
  deviations: Float64Array,
  origin: Float64Array,
): Pick<LinearProbe, 'weights' | 'biases'> {
  const { rows: features, columns: classes } = solved;
  const weights = matrix(features, classes);
  const biases = shares.map((share) => Math.log(share));
  for (let k = 0; k < features; k++) {
    for (let c = 0; c < classes; c++) {
      const weight = solved.data[k * classes + c]!;
      weights.data[k * classes + c] = weight / deviations[k]!;
      biases[c]! -= weight * (means.data[c * features + k]! / 2 + (origin[k]! + mean[k]!) / deviations[k]!);
    }
  }
  return { weights, biases };
}

/** The class that a probe reads from each row, [examples]. Throws LinalgError `shape` for rows of other features. */
export function readClasses({ weights, biases }: LinearProbe, rows: Matrix): Int32Array {
  const scores = multiply(rows, weights);
  return Int32Array.from({ length: rows.rows }, (_, i) => {
    let best = 0;
    for (let c = 1; c < biases.length; c++) {
      if (scores.data[i * biases.length + c]! + biases[c]! > scores.data[i * biases.length + best]! + biases[best]!) best = c;
    }
    return best;
  });
}

function expectLabels({ rows }: Matrix, labels: ArrayLike<number>, classes: number): void {
  if (labels.length !== rows) throw invalid('linear probe', `a label for each of ${rows} rows`, String(labels.length));
  for (let i = 0; i < rows; i++) {
    const label = labels[i]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw invalid('linear probe', `classes from 0 to ${classes - 1}`, `${label} in row ${i}`);
  }
}

const invalid = (what: string, expected: string, given: string): AnalysisError =>
  new AnalysisError('invalid-argument', what, expected, given, 'correct it');
