import type { RandomStream } from '@sardonyx/data';
import { sequenceLogits, solve } from '../construction.js';
import { imitateByLooping, type ImitationOptions } from '../looped-imitation.js';
import { type ScheduledModel, unrolledModel } from '../plain-model.js';
import { TheoryError } from '../theory-error.js';
import { randomPlainModel, randomSequences } from './random-models.js';
import { relativeDifference } from './relative-difference.js';
import type { Theorem } from './theorem.js';

/** Relative difference of logits between a model and the looped layer that imitates it. */
export async function imitationDifference(
  model: ScheduledModel,
  sequences: readonly number[][],
  options: ImitationOptions = {},
): Promise<number> {
  const imitation = await imitateByLooping(model, sequences, options);
  return relativeDifference(await sequenceLogits(unrolledModel(model), sequences), await solve(imitation, sequences));
}

/** R distinct layers applied in L steps, in random order with every layer at least once. */
const sizes: readonly (readonly [distinct: number, steps: number])[] = [
  [1, 3],
  [2, 2],
  [2, 6],
  [3, 8],
  [4, 12],
];

export const drawSchedule = (stream: RandomStream, distinct: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => (step < distinct ? step : stream.integer(distinct)));

/**
 * What may be left of rounding: sums run over all distinct layers side by side, in another order than in the model. A change
 * of the weights in their last bit moves the logits of these models by as much; sharper attention moves them further.
 */
const rounding = 2e-15;

/** Logits of random models and their imitations, refusal of B and C below the measured bounds, and what happens without it. */
export const loopedImitationTheorem: Theorem = {
  name: 'looped-imitation',
  paper: 'one looped layer simulates L layers with R distinct ones, its size O(R) times as large',
  statement: 'one looped layer imitates any L layers, R of them distinct, in L loops',
  async verify(stream) {
    let [worst, refusals, gross] = [0, 0, Infinity];
    for (const [distinct, steps] of sizes) {
      const model = await randomPlainModel(stream, { distinct, schedule: drawSchedule(stream, distinct, steps) });
      const sequences = randomSequences(stream, 4, 12, model.config.vocabulary);
      worst = Math.max(worst, await imitationDifference(model, sequences));
      // With one distinct layer nothing is ever switched off but the dummy, which C alone keeps at 0.
      for (const tooSmall of distinct > 1 ? [{ B: 1 }, { C: 0.1 }] : []) {
        refusals += Number(await isRefused(model, sequences, tooSmall));
        gross = Math.min(gross, await imitationDifference(model, sequences, { ...tooSmall, unchecked: true }));
      }
    }
    const expected = 2 * sizes.filter(([distinct]) => distinct > 1).length;
    return {
      holds: worst <= rounding && refusals === expected && gross > 1e-2,
      checked:
        `${sizes.length} random models of up to 4 distinct and 12 applied layers: logits differ by ${worst.toExponential(1)} of the largest; ` +
        `B or C too small: ${refusals} of ${expected} refused, unchecked they differ by at least ${gross.toExponential(1)}`,
      measured: { models: sizes.length, 'relative difference': worst, refusals, 'least difference, B or C too small': gross },
    };
  },
};

async function isRefused(model: ScheduledModel, sequences: readonly number[][], options: ImitationOptions): Promise<boolean> {
  try {
    await imitateByLooping(model, sequences, options);
    return false;
  } catch (cause) {
    if (cause instanceof TheoryError && cause.code === 'bound' && cause.measured !== undefined) return true;
    throw cause;
  }
}
