import { bestLearningRate } from '../learning-rate-sweep.js';

/*
 * The protocol of the comparison, the same for every optimizer: a grid of learning rates around the optimizer's own centre,
 * each tried once on one tuning seed; then the rate with the lowest validation loss on seeds that tuning never saw.
 */

/** How much every optimizer gets. */
export interface TuningBudget {
  /** Learning rates tried, an odd number. */
  readonly rates: number;
  /** Neighbouring rates differ by the factor 10^spacing. */
  readonly spacing: number;
  /** Runs at the chosen rate. */
  readonly seeds: number;
}

/** Trials that every optimizer gets. */
export const trialsOf = ({ rates, seeds }: TuningBudget): number => rates + seeds;

/** The learning rates around a centre, ascending. */
export const ratesAround = (centre: number, { rates, spacing }: TuningBudget): number[] =>
  Array.from({ length: rates }, (_, i) => centre * 10 ** ((i - (rates - 1) / 2) * spacing));

/** A trial: tuning at one of the rates, or one of the runs at the chosen one. */
export type Trial =
  | { readonly kind: 'tuning'; readonly seed: number; readonly rate: number }
  | { readonly kind: 'evaluation'; readonly seed: number; readonly run: number };

/** Seeds of a study's runs lie this far apart, so that no two studies share one. */
const seedsApart = 1000;

/** Trial `index` of an optimizer: all rates on the tuning seed first, then the other seeds. */
export function trialAt(index: number, { rates }: TuningBudget, studySeed: number): Trial {
  const tuningSeed = studySeed * seedsApart;
  if (index < rates) return { kind: 'tuning', seed: tuningSeed, rate: index };
  const run = index - rates;
  return { kind: 'evaluation', seed: tuningSeed + 1 + run, run };
}

/** The chosen rate: its place in the grid, and whether a better one may lie outside. */
export interface ChosenRate {
  readonly rate: number;
  readonly atEdge: boolean;
}

/** The rate of the lowest finite validation loss, the smaller one of equals; none where all diverged. */
export function chooseRate(losses: readonly number[]): ChosenRate | undefined {
  if (!losses.some(Number.isFinite)) return undefined;
  const { learningRate, atEdge } = bestLearningRate(losses.map((loss, rate) => ({ learningRate: rate, losses: [loss] })));
  return { rate: learningRate, atEdge };
}
