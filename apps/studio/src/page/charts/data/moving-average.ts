/**
 * Exponential moving average of a sequence, free of the bias towards its start: after values x_0 ... x_t it is
 * Σ w^(t-i) x_i / Σ w^(t-i), the sums over the finite values only. At a value that is not finite it is NaN, and the
 * average goes on from the values before.
 */
export class MovingAverage {
  readonly #weight: number;
  #sum = 0;
  #mass = 0;

  /** @param weight of what came before, from 0 (no smoothing) to below 1 */
  constructor(weight: number) {
    this.#weight = weight;
  }

  next(value: number): number {
    if (!Number.isFinite(value)) return NaN;
    this.#sum = this.#weight * this.#sum + value;
    this.#mass = this.#weight * this.#mass + 1;
    return this.#sum / this.#mass;
  }
}
