import { RandomStream } from '@sardonyx/data';
import { valueAt } from '@sardonyx/optim';
import { mul, square, sum, tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { curriculum, stageAt } from '../src/training/curriculum.js';
import { DivergenceError } from '../src/training/divergence.js';
import { addShares, denseShare, exactShare, lastShare, lossShare, meanOf, positionShares } from '../src/training/judgement.js';
import type { LoopedTransformerConfig, LoopedTransformerParameters } from '../src/model/model.js';
import { type OptimizerChoice, optimizerNames } from '../src/training/optimizer-choice.js';
import type { SequenceBatch } from '../src/model/sequence-batch.js';
import { additionLength, additionVocabulary, drawAdditionBatch } from '../src/tasks/addition.js';
import { createTrainer } from '../src/training/trainer.js';
import { learningRateOf, type TrainingOptions } from '../src/training/training-options.js';

const task = { digits: 1, operands: [2, 3] };
const length = additionLength(3, 1);
const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 2,
  width: 16,
  heads: 2,
  hidden: 32,
  vocabulary: additionVocabulary.length,
  length,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
const options: TrainingOptions = { steps: 20, learningRate: 0.01, warmupSteps: 2, clipNorm: 1 };
const draw = (stream: RandomStream, size = 8) => drawAdditionBatch(stream, task, size, length);

/** Losses of `steps` steps, with the trainer replaced by one restored from its checkpoint before step `at`. */
async function losses(training: TrainingOptions, steps: number, at?: number): Promise<number[]> {
  let trainer = await createTrainer(config, training, 3);
  const stream = new RandomStream(3, 'data');
  const seen: number[] = [];
  for (let step = 0; step < steps; step++) {
    if (step === at) {
      const saved = await trainer.save();
      trainer.dispose();
      trainer = await createTrainer(config, training, 99);
      trainer.restore(saved);
    }
    seen.push((await trainer.step(draw(stream))).loss);
  }
  trainer.dispose();
  return seen;
}

describe('optimizers by name', () => {
  const choices: OptimizerChoice[] = [
    ...optimizerNames.filter((name) => name !== 'shampoo').map((name): OptimizerChoice => ({ name })),
    { name: 'adafactor', scaleParameter: false },
    { name: 'soap', preconditionEvery: 3 },
    { name: 'shampoo', preconditionEvery: 5, grafting: 'adam' },
  ];

  test.each(choices)('$name lowers the loss, and resumes to the same bits', async (optimizer) => {
    const training = { ...options, optimizer, learningRate: optimizer.name === 'sgd' ? 0.3 : 0.02 };
    const whole = await losses(training, 12);
    expect(await losses(training, 12, 5)).toEqual(whole);
    // Losses of different batches vary by a few percent; two halves of six steps show the fall.
    const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(whole.slice(6))).toBeLessThan(mean(whole.slice(0, 6)));
  });

  test('weight decay shrinks matrices and leaves vectors alone', async () => {
    const trainer = await createTrainer(config, { ...options, learningRate: 1e-9, optimizer: { name: 'adamW', weightDecay: 1e6 } }, 1);
    const before = await trainer.save();
    await trainer.step(draw(new RandomStream(1, 'data')));
    const after = await trainer.save();
    const ratio = (path: string) => Number(after[path]!.data[3]) / Number(before[path]!.data[3]);
    // A rate of 5e-10 at the first of two warm-up steps times the decay of 1e6 is 5e-4, which float32 shows to 1e-7.
    expect(ratio('params.block[0].mlp.up.weight')).toBeCloseTo(1 - 5e-4, 6);
    expect(ratio('params.norm.gain')).toBeCloseTo(1, 6);
    trainer.dispose();
  });
});

describe('schedule', () => {
  const rate = async (step: number, change: Partial<TrainingOptions> = {}) =>
    valueAt(learningRateOf({ ...options, steps: 1000, learningRate: 0.4, warmupSteps: 100, ...change }), tensor(step, [], 'int32')).item();

  test('warms up from zero, peaks where the warm-up ends, and ends at a tenth', async () => {
    expect(await rate(0)).toBe(0);
    expect(await rate(50)).toBeCloseTo(0.2, 12);
    expect(await rate(100)).toBeCloseTo(0.4, 12);
    expect(await rate(550)).toBeCloseTo((0.4 + 0.04) / 2, 12);
    expect(await rate(1000)).toBeCloseTo(0.04, 12);
    expect(await rate(5000)).toBeCloseTo(0.04, 12);
  });

  test('ends at another share, zero too, and warms up over a twentieth unless told', async () => {
    expect(await rate(1000, { minLearningRateRatio: 0 })).toBeCloseTo(0, 12);
    expect(await rate(1000, { minLearningRateRatio: 0.5 })).toBeCloseTo(0.2, 12);
    const { warmupSteps: _, ...unsaid } = options;
    const early = valueAt(learningRateOf({ ...unsaid, steps: 1000, learningRate: 0.4 }), tensor(25, [], 'int32'));
    expect(await early.item()).toBeCloseTo(0.2, 12);
  });
});

describe('gradient accumulation', () => {
  test('equals one large batch, also where the parts have different numbers of targets', async () => {
    const stream = new RandomStream(5, 'data');
    const [ofTwo, ofThree] = [
      drawAdditionBatch(stream, { digits: 1, operands: [2] }, 4, length),
      drawAdditionBatch(stream, { digits: 1, operands: [3] }, 8, length),
    ];
    const join = async (key: keyof SequenceBatch) => {
      const parts = await Promise.all([ofTwo[key].data(), ofThree[key].data()]);
      return [...parts[0], ...parts[1]].map(Number);
    };
    const whole: SequenceBatch = {
      tokens: tensor(Int32Array.from(await join('tokens')), [12, length]),
      targets: tensor(Int32Array.from(await join('targets')), [12, length]),
      weights: tensor(Float32Array.from(await join('weights')), [12, length]),
    };
    const [inParts, atOnce] = [await createTrainer(config, options, 7), await createTrainer(config, options, 7)];
    const [a, b] = [await inParts.step([ofTwo, ofThree]), await atOnce.step(whole)];
    // Sums of the same terms in another order: float32 rounding of some hundred terms.
    expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-5);
    expect(Math.abs(a.gradientNorm - b.gradientNorm)).toBeLessThan(1e-5 * b.gradientNorm);
    const [x, y] = [await inParts.save(), await atOnce.save()];
    const moment = (saved: typeof x) => saved['optimizer.slots.first.block[0].mlp.up.weight']!.data as Float32Array;
    const scale = Math.max(...moment(y).map(Math.abs));
    moment(x).forEach((value, i) => expect(Math.abs(value - moment(y)[i]!)).toBeLessThan(1e-4 * scale));
    inParts.dispose();
    atOnce.dispose();
  });

  test('refuses a step without targets that count', async () => {
    const trainer = await createTrainer(config, options, 7);
    const { tokens, targets, weights } = draw(new RandomStream(5, 'data'));
    await expect(trainer.step([{ tokens, targets, weights: mul(weights, 0) }])).rejects.toThrow(/expected targets that count/);
    trainer.dispose();
  });
});

describe('a penalty', () => {
  test('is minimised too, and reported apart from the loss', async () => {
    const penalty = ({ head }: LoopedTransformerParameters) => mul(sum(square(head!.weight)), 10);
    const [plain, penalised] = [await createTrainer(config, options, 7), await createTrainer(config, { ...options, penalty }, 7)];
    const stream = () => new RandomStream(5, 'data');
    const [a, b] = [await plain.step(draw(stream())), await penalised.step(draw(stream()))];
    expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-4);
    expect(b.penalty).toBeGreaterThan(10);
    const rest = stream();
    let last = b;
    for (let i = 0; i < 15; i++) last = await penalised.step(draw(rest));
    expect(last.penalty!).toBeLessThan(0.8 * b.penalty!);
    plain.dispose();
    penalised.dispose();
  });
});

describe('divergence', () => {
  test('is an error that names step, loss, gradient and the largest parameter', async () => {
    const trainer = await createTrainer(config, options, 7);
    await trainer.step(draw(new RandomStream(5, 'data')));
    const saved = await trainer.save();
    const path = 'params.block[0].mlp.down.weight';
    const huge = { ...saved, [path]: { ...saved[path]!, data: (saved[path]!.data as Float32Array).map(() => 1e38) } };
    trainer.restore(huge);
    const error = await trainer.step(draw(new RandomStream(5, 'data'))).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error).toMatchObject({ code: 'diverged', step: 2, largest: { path: 'block[0].mlp.down.weight' } });
    expect(String(error)).toMatch(/at step 2; the largest parameter before it was block\[0\]\.mlp\.down\.weight with norm/);
    trainer.restore(saved);
    expect(Number.isFinite((await trainer.step(draw(new RandomStream(5, 'data')))).loss)).toBe(true);
    trainer.dispose();
  });
});

describe('judgement', () => {
  const judgement = {
    batch: 2,
    length: 4,
    right: Uint8Array.of(1, 0, 1, 1, 0, 1, 1, 0),
    weights: Float32Array.of(0, 0, 1, 1, 0, 1, 1, 1),
    losses: Float32Array.of(9, 9, 0.5, 0.5, 9, 1, 1, 2),
  };

  test('counts weighted positions, whole sequences, last positions and places', () => {
    expect(denseShare(judgement)).toEqual({ sum: 4, count: 5 });
    expect(exactShare(judgement)).toEqual({ sum: 1, count: 2 });
    expect(lastShare(judgement)).toEqual({ sum: 1, count: 2 });
    expect(positionShares(judgement)).toEqual([
      { sum: 0, count: 0 },
      { sum: 1, count: 1 },
      { sum: 2, count: 2 },
      { sum: 1, count: 2 },
    ]);
    expect(meanOf(lossShare(judgement))).toBeCloseTo(1, 6);
    expect(addShares(denseShare(judgement), exactShare(judgement))).toEqual({ sum: 5, count: 7 });
  });

  test('leaves out rows that only fill a batch up', () => {
    const filled = {
      batch: 4,
      length: 2,
      right: Uint8Array.of(1, 1, 0, 1, 1, 1, 0, 0),
      weights: Float32Array.of(1, 1, 1, 0, 0, 0, 0, 0),
      losses: new Float32Array(8),
    };
    expect(exactShare(filled)).toEqual({ sum: 1, count: 2 });
    expect(lastShare(filled)).toEqual({ sum: 1, count: 2 });
  });

  test('of a model agrees with exact matches, and depends on the loops asked for', async () => {
    const trainer = await createTrainer(config, options, 7);
    const batch = () => draw(new RandomStream(8, 'data'));
    const [once, twice] = [await trainer.judge(batch(), 1), await trainer.judge(batch())];
    expect(once.losses).not.toEqual(twice.losses);
    expect(await trainer.judge(batch(), 2)).toEqual(twice);
    expect(twice.losses).toHaveLength(8 * length);
    trainer.dispose();
  });
});

describe('curricula', () => {
  test('hold each stage from its share of the steps on', () => {
    const stages = curriculum([1, 2, 4], [0.12, 0.5]);
    expect([0, 431, 432, 1799, 1800, 3599].map((step) => stageAt(stages, step, 3600))).toEqual([1, 1, 2, 2, 4, 4]);
    expect(stageAt(curriculum(['all'], []), 5, 10)).toBe('all');
  });

  test('refuse shares that do not fit', () => {
    expect(() => curriculum([1, 2], [])).toThrow(/expected 1 rising shares/);
    expect(() => curriculum([1, 2, 3], [0.5, 0.2])).toThrow(/given 0.5, 0.2/);
    expect(() => stageAt([], 0, 10)).toThrow(/given no stages/);
  });
});
