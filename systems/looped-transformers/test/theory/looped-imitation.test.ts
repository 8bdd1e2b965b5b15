import { RandomStream } from '@sardonyx/data';
import { evaluate, random } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { initLoopedTransformer } from '../../src/model/model.js';
import { measureBounds } from '../../src/theory/calibration.js';
import { sequenceLogits, solve } from '../../src/theory/construction.js';
import { imitateByLooping } from '../../src/theory/looped-imitation.js';
import { unrolledModel } from '../../src/theory/plain-model.js';
import { TheoryError } from '../../src/theory/theory-error.js';
import { drawSchedule, imitationDifference } from '../../src/theory/verification/looped-imitation-theorem.js';
import { randomPlainModel, randomSequences } from '../../src/theory/verification/random-models.js';
import { relativeDifference } from '../../src/theory/verification/relative-difference.js';
import { measureTrainedModel } from '../../src/theory/verification/trained-model.js';
import { expectOrdinaryModel } from './ordinary-shapes.js';

const stream = new RandomStream(0, 'looped imitation test');
const sequencesOf = (count = 3) => randomSequences(stream, count, 12, 9);

describe('imitation by one looped layer', () => {
  test.each([
    [1, 1],
    [1, 4],
    [2, 6],
    [3, 3],
    [4, 12],
  ])('R = %d distinct layers in L = %d steps, to rounding', async (distinct, steps) => {
    const model = await randomPlainModel(stream, { distinct, schedule: drawSchedule(stream, distinct, steps) });
    const sequences = sequencesOf();
    const imitation = await imitateByLooping(model, sequences);
    expect(imitation.loops).toBe(steps);
    expectOrdinaryModel(imitation);
    // Sums in another order; a change of the weights in their last bit does as much.
    expect(relativeDifference(await sequenceLogits(unrolledModel(model), sequences), await solve(imitation, sequences))).toBeLessThan(
      2e-15,
    );
  });

  test('the block of a looped model in its own order, and float32', async () => {
    const model = await randomPlainModel(stream, { distinct: 2, config: { loops: 3 }, dtype: 'float32' });
    const sequences = sequencesOf();
    // The looped model itself, not unrolled by us.
    const truth = await sequenceLogits(model, sequences);
    const imitation = await imitateByLooping(model, sequences);
    expect(imitation.loops).toBe(6);
    expect(relativeDifference(truth, await solve(imitation, sequences))).toBeLessThan(2e-6); // 2e-15·2^29, as float32 is coarser
  });

  test('shorter sequences than the longest', async () => {
    const model = await randomPlainModel(stream, { distinct: 2, schedule: [0, 1, 0] });
    const imitation = await imitateByLooping(model, sequencesOf());
    const short = randomSequences(stream, 2, 3, 9);
    expect(relativeDifference(await sequenceLogits(unrolledModel(model), short), await solve(imitation, short))).toBeLessThan(2e-15);
  });

  test('B and C at the measured bounds do, below them are refused, and forced they fail grossly', async () => {
    const model = await randomPlainModel(stream, { distinct: 3, schedule: [0, 1, 2, 1, 0, 2] });
    const sequences = sequencesOf();
    const { requiredB, requiredC } = await imitateByLooping(model, sequences);
    expect(await imitationDifference(model, sequences, { B: requiredB, C: requiredC })).toBeLessThan(2e-15);
    for (const [name, options, required] of [
      ['B', { B: 1 }, requiredB],
      ['C', { C: 0.1 }, requiredC],
    ] as const) {
      const refusal = await imitateByLooping(model, sequences, options).catch((cause: unknown) => cause);
      expect(refusal).toBeInstanceOf(TheoryError);
      expect((refusal as TheoryError).code).toBe('bound');
      expect((refusal as TheoryError).measured).toBe(required);
      expect((refusal as TheoryError).message).toContain(`expected ${name} of at least ${required.toPrecision(6)}`);
      expect(await imitationDifference(model, sequences, { ...options, unchecked: true })).toBeGreaterThan(0.05);
    }
  });

  test('calibration measures layers that are switched off too', async () => {
    const model = await randomPlainModel(stream, { distinct: 2, schedule: [0, 0, 0] });
    const alone = await randomPlainModel(stream, { distinct: 1, schedule: [0, 0, 0] });
    const large = {
      ...model,
      params: {
        ...model.params,
        block: [model.params.block[0]!, (await randomPlainModel(stream, { distinct: 1, gain: 20 })).params.block[0]!],
      },
    };
    const sequences = sequencesOf();
    const [own, other] = [await measureBounds(alone, sequences), await measureBounds(large, sequences)];
    expect(other.preactivation).toBeGreaterThan(3 * own.preactivation);
    expect(other.score).toBeGreaterThan(3 * own.score);
    expect(await imitationDifference(large, sequences)).toBeLessThan(2e-15);
  });

  test('a trained model, by both constructions', async () => {
    const measured = await measureTrainedModel(2, 150, 0);
    expect(measured.accuracy).toBeGreaterThan(0.5); // of a hundred sums, where guessing gives a few
    expect(measured.imitation).toBeLessThan(1e-13); // trained attention is sharper than random, and so is rounding
    expect(measured.sameByWeights).toBe(measured.tokens);
    expect(measured.sameByExecutor).toBe(measured.tokens);
  });

  test('refuses models beyond the theorem, and schedules of layers there are not', async () => {
    const config = { layers: 1, loops: 1, width: 8, heads: 2, hidden: 8, vocabulary: 5, length: 4, inject: 'none' } as const;
    const rotary = { ...config, positions: 'rotary', activation: 'geluTanh' } as const;
    const params = await evaluate(initLoopedTransformer(random.key(0), rotary));
    const message = /norm none, relu, learned positions.*given norm rms, activation geluTanh, positions rotary/;
    await expect(imitateByLooping({ config: rotary, params }, [[1, 2]])).rejects.toThrow(message);
    const model = await randomPlainModel(stream, { distinct: 2, schedule: [0, 2] });
    await expect(imitateByLooping(model, sequencesOf())).rejects.toThrow('expected at least one of the layers 0 to 1, given [0, 2]');
    await expect(imitateByLooping({ ...model, schedule: [0, 1] }, [])).rejects.toThrow('sequences of the calibration');
  });
});
