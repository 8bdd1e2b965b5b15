import type { Floats } from '@sardonyx/linalg';
import { PreconditionerError } from './errors.js';

/**
 * The average of visited points, updated in place of being summed: `x̄ = ((1 − β)/(1 − βᵗ))·Σ βᵗ⁻ˢ·x_s`, for `β = 1` the plain
 * mean. The paper averages the points where gradients were taken, `x₁ … x_t`: add a point before its step, not after.
 */
export class RunningAverage {
  private mean: Float64Array | undefined;
  private weight = 0;

  /** @throws {PreconditionerError} `argument` unless β lies in (0, 1] */
  constructor(private readonly beta = 1) {
    if (!(beta > 0 && beta <= 1)) throw new PreconditionerError('argument', `average: expected β above 0 and up to 1, got ${beta}`);
  }

  add(x: Floats): void {
    this.weight = this.beta * this.weight + 1;
    this.mean ??= new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) this.mean[i] = this.mean[i]! + (x[i]! - this.mean[i]!) / this.weight;
  }

  /** The average so far. @throws {PreconditionerError} `empty` */
  get value(): Float64Array {
    if (this.mean === undefined) throw new PreconditionerError('empty', 'average: expected at least one point, got none');
    return this.mean;
  }
}
