import { PreconditionerError } from './errors.js';

/** Losses at one learning rate, one a seed; ∞ for a run that diverged. */
export interface RateLosses {
  readonly learningRate: number;
  readonly losses: readonly number[];
}

/** The best learning rate of a sweep. */
export interface BestRate {
  readonly learningRate: number;
  /** Mean and sample standard deviation over the seeds. */
  readonly mean: number;
  readonly deviation: number;
  /** Seeds that diverged at the best rate, and runs that did in all. */
  readonly divergedSeeds: number;
  readonly divergedRuns: number;
  /** Whether a better one may lie outside the grid. */
  readonly atEdge: boolean;
}

/** `count` learning rates from `low` to `high`, evenly spaced on a logarithmic scale. */
export function logarithmicGrid(low: number, high: number, count: number): number[] {
  if (!(low > 0 && high >= low && Number.isInteger(count) && count >= 1)) {
    throw new PreconditionerError('argument', `learning rates: expected 0 < low ≤ high and a whole count, got ${low}, ${high}, ${count}`);
  }
  return Array.from({ length: count }, (_, i) => (count === 1 ? low : low * (high / low) ** (i / (count - 1))));
}

/**
 * The learning rate with the lowest mean loss over the seeds, the smaller one of equals. A seed that diverged makes the mean ∞:
 * no rate is picked on the seeds that happened to survive it.
 * @throws {PreconditionerError} `empty`; `all-diverged` where no rate kept all seeds finite
 */
export function bestLearningRate(sweep: readonly RateLosses[], name = 'sweep'): BestRate {
  if (sweep.length === 0) throw new PreconditionerError('empty', `${name}: expected at least one learning rate, got none`);
  const sorted = [...sweep].sort((a, b) => a.learningRate - b.learningRate);
  const scores = sorted.map(
    ({ losses }) => losses.reduce((sum, loss) => sum + (Number.isFinite(loss) ? loss : Infinity), 0) / losses.length,
  );
  const best = scores.reduce((at, score, i) => (score < scores[at]! ? i : at), 0);
  const divergedRuns = sorted.reduce((sum, { losses }) => sum + losses.filter((loss) => !Number.isFinite(loss)).length, 0);
  if (!Number.isFinite(scores[best])) {
    throw new PreconditionerError(
      'all-diverged',
      `${name}: expected a learning rate at which every seed stays finite, all from ${sorted[0]!.learningRate} to ${sorted.at(-1)!.learningRate} diverged; lower the grid`,
      { divergedRuns },
    );
  }
  const { learningRate, losses } = sorted[best]!;
  const mean = scores[best]!;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / Math.max(1, losses.length - 1);
  return {
    learningRate,
    mean,
    deviation: Math.sqrt(variance),
    divergedSeeds: losses.filter((loss) => !Number.isFinite(loss)).length,
    divergedRuns,
    atEdge: sorted.length > 1 && (best === 0 || best === sorted.length - 1),
  };
}
