import { type Matrix, matrix, symmetricRankUpdate } from '@sardonyx/linalg';
import { AnalysisError } from './analysis-error.js';

/**
 * Mean and scatter of rows that come in parts: Σ (x − x̄)(x − x̄)ᵀ. The first row is taken off
 * all, so that features far from 0 lose no digits where the mean is taken off the squares at the end, and features that never
 * change have a scatter of exactly 0.
 */
export class ScatterSums {
  private shift: Float64Array | undefined;
  private sums: Float64Array;
  private products: Matrix;
  private rows = 0;

  constructor(readonly width: number) {
    this.sums = new Float64Array(width);
    this.products = matrix(width, width);
  }

  /** Rows so far. */
  get count(): number {
    return this.rows;
  }

  /**
   * Adds the rows of a part, [rows, width] in float64.
   * @returns the same rows after the shift, for sums of one's own
   * @throws {AnalysisError} `invalid-argument` where the width is another, or a number is not finite
   */
  add(part: Matrix): Matrix {
    if (part.columns !== this.width) {
      throw new AnalysisError('invalid-argument', 'scatter', `rows of ${this.width} features`, String(part.columns), 'give all alike');
    }
    const strange = part.data.find((value) => !Number.isFinite(value));
    if (strange !== undefined) {
      throw new AnalysisError(
        'invalid-argument',
        'scatter',
        'finite numbers',
        String(strange),
        'look where the model diverges: apply fewer loops',
      );
    }
    if (part.rows > 0) this.shift ??= Float64Array.from(part.data.subarray(0, this.width));
    const shifted = matrix(part.rows, part.columns, Float64Array.from(part.data));
    for (let i = 0; i < shifted.data.length; i++) shifted.data[i]! -= this.shift![i % this.width]!;
    for (let i = 0; i < shifted.data.length; i++) this.sums[i % this.width]! += shifted.data[i]!;
    if (part.rows > 0) this.products = symmetricRankUpdate(shifted, this.products, { transpose: true });
    this.rows += part.rows;
    return shifted;
  }

  /** What was taken off every row, [width]; zeros before the first. */
  get origin(): Float64Array {
    return this.shift ?? new Float64Array(this.width);
  }

  /** Mean of the rows less {@link origin}, [width]. */
  shiftedMean(): Float64Array {
    return this.sums.map((sum) => sum / this.rows);
  }

  /** Σ (x − x̄)(x − x̄)ᵀ, [width, width]. */
  scatter(): Matrix {
    const mean = this.shiftedMean();
    const data = Float64Array.from(this.products.data);
    for (let i = 0; i < this.width; i++) {
      for (let j = 0; j < this.width; j++) data[i * this.width + j]! -= this.rows * mean[i]! * mean[j]!;
    }
    return matrix(this.width, this.width, data);
  }
}
