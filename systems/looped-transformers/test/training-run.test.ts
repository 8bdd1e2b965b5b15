import { createHash } from 'node:crypto';
import { Interrupted, type StudyCheckpoint, type StudyContext } from '@sardonyx/study';
import { mul } from '@sardonyx/tensor';
import { RandomStream } from '@sardonyx/data';
import { ByteTokenizer } from '@sardonyx/data/tokenizers';
import { describe, expect, test } from 'vitest';
import { decodeModelDocument } from '../src/model/model-document.js';
import { openModel } from '../src/generation/model-session.js';
import { loopedTriple } from '../src/studies/contenders.js';
import { bucketsByDifficulty, drawBatch, taskBucket } from '../src/training/task-training.js';
import { additionTask } from '../src/tasks/addition.js';
import { pHop } from '../src/tasks/p-hop.js';
import { dataOrderHash, descriptionOf } from '../src/tasks/task.js';
import { packSequences } from '../src/tasks/task-sequence.js';
import { folderOfModel } from '../src/training/study-model.js';
import type { TrainingPlan } from '../src/training/training-plan.js';
import { median } from '../src/training/training-records.js';
import { drawTextParts, tokensOf } from '../src/training/text-data.js';
import { trainModels } from '../src/training/training-run.js';

const task = pHop({ length: 12, hops: 2, sampler: 'uniform', supervise: 'dense', heldOut: 0 });
const config = {
  layers: 1,
  loops: 2,
  width: 16,
  heads: 2,
  hidden: 32,
  vocabulary: 4,
  length: 12,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
} as const;
const contenders = loopedTriple(config, ['iso-parameter', 'iso-flop']).map((contender) => ({ ...contender, seed: 5 }));

const plan = (change: Partial<TrainingPlan> = {}): TrainingPlan => ({
  contenders: contenders.slice(0, 1),
  training: { steps: 20, learningRate: 0.01, warmupSteps: 2, clipNorm: 1 },
  dataName: 'p-hop train',
  data: (stream) => drawBatch(stream, task, { batchSize: 8, length: 12 }),
  buckets: () => [taskBucket(task, { name: 'p=2', difficulty: 2, count: 32, seed: 1, batchSize: 16 })],
  measure: 'dense',
  evaluateEvery: 5,
  ...change,
});

/** A context that keeps what it is told, and checkpoints before the step after `stopAt` metrics. */
function context({ restored, stopAfter = Infinity }: { restored?: StudyCheckpoint; stopAfter?: number } = {}) {
  const told = {
    files: {} as Record<string, Uint8Array | string>,
    logs: [] as string[],
    metrics: [] as [number, Record<string, number>][],
    results: {} as Record<string, unknown>,
  };
  let saved: StudyCheckpoint | undefined;
  let steps = 0;
  const ctx: StudyContext = {
    seed: 1,
    workers: 1,
    signal: new AbortController().signal,
    restored,
    progress: () => void (steps += 1),
    metric: (step, values) => void told.metrics.push([step, { ...values }]),
    log: (text) => void told.logs.push(text),
    table: () => ({ append: () => undefined }) as never,
    dueCheckpoint: () => steps >= stopAfter,
    checkpoint(checkpoint) {
      saved = structuredClone(checkpoint);
      return Promise.reject(new Interrupted());
    },
    file: (path, contents) => void (told.files[path] = contents),
    place: (path) => path,
    result: (name, value) => void (told.results[name] = value),
    yield: () => Promise.resolve(),
  };
  return { ctx, told, saved: () => saved };
}

describe('a training run', () => {
  test('gives all models of a seed the same data in the same order', async () => {
    const hashes = new Map<string, string[]>();
    const { ctx } = context();
    await trainModels(
      ctx,
      plan({
        contenders,
        async data(stream, _step, { name }) {
          const problems = Array.from({ length: 8 }, () => task.draw(stream));
          const { tokens, targets, weights } = packSequences(problems.map(task.sequence), 12, 0);
          const hash = createHash('sha256').update(tokens).update(targets).update(weights).digest('hex');
          hashes.set(name, [...(hashes.get(name) ?? []), hash]);
          return task.batch(problems);
        },
      }),
    );
    const [first, ...others] = [...hashes.values()];
    expect([...hashes.keys()]).toEqual(['(1⊗2)', '(1⊗1)', '(2⊗1)']);
    expect(first).toHaveLength(20);
    expect(new Set(first).size).toBe(20);
    for (const other of others) expect(other).toEqual(first);
  });

  test('records the learning rate, and tells how fast it is without recording it', async () => {
    const { ctx, told } = context();
    const labels: string[] = [];
    await trainModels({ ...ctx, progress: (_done, _total, label) => void labels.push(label!) }, plan());
    const rates = told.metrics.flatMap(([step, values]) =>
      'learning rate (1⊗2)' in values ? [[step, values['learning rate (1⊗2)']!] as const] : [],
    );
    // The first of two steps of warm-up to 0.01; then 9 of the 18 steps of the cosine down to a tenth: half-way.
    expect(rates.map(([step]) => step)).toEqual([0, 10]);
    expect(rates[0]![1]).toBeCloseTo(0.005, 12);
    expect(rates[1]![1]).toBeCloseTo(0.0055, 12);
    expect(labels).toHaveLength(20);
    for (const label of labels) expect(label).toMatch(/^\(1⊗2\) loss \d+\.\d{3}, [1-9]\d* tokens\/s$/);
    expect(JSON.stringify(told)).not.toMatch(/tokens\/s/);
  });

  test('saves every model with what its tokens mean: the same bytes again, and the model that was judged', async () => {
    const files = [];
    for (let time = 0; time < 2; time++) {
      const { ctx, told } = context();
      await trainModels(ctx, plan({ contenders, describe: () => descriptionOf(task) }));
      files.push(told.files);
    }
    expect(Object.keys(files[0]!)).toEqual(
      ['1x2', '1x1', '2x1'].flatMap((name) => [`models/${name}/model.safetensors`, `models/${name}/config.json`]),
    );
    expect(files[1]).toEqual(files[0]);
    const document = decodeModelDocument({
      weights: files[0]!['models/2x1/model.safetensors'] as Uint8Array,
      config: files[0]!['models/2x1/config.json'] as string,
    });
    expect(document).toMatchObject({
      config: { layers: 2, loops: 1 },
      step: 20,
      vocabulary: ['a', 'b', 'c', 'd'],
      task: { name: 'p-hop' },
    });
    const session = openModel(document);
    expect(session.example(4)!.prompt).toHaveLength(12);
    expect(session.example(4)!.answer).toHaveLength(1);
    session.dispose();
  });

  test('names the folder of a model after its label', () => {
    expect(['(1⊗4)', '(1⊗4) at once seed 2', '(1⊗1, 2⊗3) S_3', '(2⊗4) λ=0.01', '(2⊗4) λ=10'].map(folderOfModel)).toEqual([
      '1x4',
      '1x4-at-once-seed-2',
      '1x1-2x3-S-3',
      '2x4-0.01',
      '2x4-10',
    ]);
  });

  test('draws from the stream that the hash of the data order is of', async () => {
    expect(await dataOrderHash(task, 5, 8)).toBe(await dataOrderHash(pHop({ ...task.parameters }), 5, 8));
    expect(await dataOrderHash(task, 6, 8)).not.toBe(await dataOrderHash(task, 5, 8));
  });

  test('stops a model that gets no better', async () => {
    const { ctx, told } = context();
    const finals = await trainModels(
      ctx,
      plan({ training: { steps: 1000, learningRate: 1e-12, warmupSteps: 1, clipNorm: 1 }, patience: 2 }),
    );
    // Nothing is learned at this rate: the first evaluation is the best, and two more are no better.
    expect(finals.map(({ step }) => step)).toEqual([15]);
    expect(told.logs.at(-1)).toMatch(/no better for 2 evaluations, stopped at step 15/);
  });

  test('goes back with half the rate where a model diverges, and names the failure where it may not', async () => {
    let poisoned = 0;
    const data: TrainingPlan['data'] = (stream, step) => {
      const batch = drawBatch(stream, task, { batchSize: 8, length: 12 });
      if (step !== 12 || poisoned++ > 0 || Array.isArray(batch)) return batch;
      const one = batch as Exclude<typeof batch, readonly unknown[]>;
      return { ...one, weights: mul(one.weights, Number.NaN) };
    };
    const { ctx, told } = context();
    const finals = await trainModels(ctx, plan({ data, rollbacks: 1 }));
    expect(finals[0]?.step).toBe(20);
    expect(told.logs.find((text) => text.includes('half the learning rate'))).toMatch(/at step 13; .* back to step 10 with half/);
    // Steps 10 and 11 were taken twice: the metric of step 10 stands there twice.
    expect(told.metrics.filter(([step, values]) => step === 10 && 'loss (nats) (1⊗2)' in values)).toHaveLength(2);
    poisoned = 0;
    await expect(trainModels(context().ctx, plan({ data }))).rejects.toThrow(/\(1⊗2\): training: .* loss NaN .* at step 13/);
  });

  test('goes on after a rollback to the same bits', async () => {
    // The poison depends on the learning rate that is left, so that every process sees the same.
    const rollbacks = new Set<string>();
    const poisonedOnce = (key: string): TrainingPlan['data'] => {
      return (stream, step) => {
        const batch = drawBatch(stream, task, { batchSize: 8, length: 12 });
        if (step !== 12 || rollbacks.has(key)) return batch;
        rollbacks.add(key);
        const one = batch as Exclude<typeof batch, readonly unknown[]>;
        return { ...one, weights: mul(one.weights, Number.NaN) };
      };
    };
    const whole = context();
    await trainModels(whole.ctx, plan({ data: poisonedOnce('whole'), rollbacks: 1 }));
    const data = poisonedOnce('broken');
    const first = context({ stopAfter: 17 });
    await expect(trainModels(first.ctx, plan({ data, rollbacks: 1 }))).rejects.toThrow(Interrupted);
    const second = context({ restored: structuredClone(first.saved()!) });
    await trainModels(second.ctx, plan({ data, rollbacks: 1 }));
    expect([...first.told.metrics, ...second.told.metrics]).toEqual(whole.told.metrics);
    expect(second.told.results['accuracy looped']).toEqual(whole.told.results['accuracy looped']);
  });

  test('goes back over the beginning of a stage of a model that grows', async () => {
    let poisoned = 0;
    const data: TrainingPlan['data'] = (stream, step) => {
      const batch = drawBatch(stream, task, { batchSize: 8, length: 12 });
      if (step !== 12 || poisoned++ > 0) return batch;
      const one = batch as Exclude<typeof batch, readonly unknown[]>;
      return { ...one, weights: mul(one.weights, Number.NaN) };
    };
    const { ctx, told } = context();
    const growing = { ...contenders[0]!, config: { ...contenders[0]!.config, layers: 2 } };
    // Two stages of ten steps each: the rollback goes to the end of the first, whose model is the smaller one.
    const stacking = { blockSize: 1, exponent: 0 };
    const finals = await trainModels(ctx, plan({ contenders: [growing], data, rollbacks: 1, stacking }));
    expect(finals[0]?.step).toBe(20);
    expect(told.logs.filter((text) => text.includes('2 layers from step 10 on'))).toHaveLength(2);
  });

  test('trains several seeds and reports their median and spread', async () => {
    const { ctx, told } = context();
    const seeds = [5, 6, 7].map((seed) => ({ ...contenders[0]!, seed }));
    const finals = await trainModels(ctx, plan({ contenders: seeds }));
    const accuracies = finals.map(({ accuracy }) => accuracy).sort((a, b) => a - b);
    expect(new Set(accuracies).size).toBeGreaterThan(1);
    expect(told.results['accuracy (1⊗2)']).toBe(accuracies[1]);
    expect(told.results['least accuracy (1⊗2)']).toBe(accuracies[0]);
    expect(told.results['most accuracy (1⊗2)']).toBe(accuracies[2]);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('notes an accuracy that a shortcut explains', async () => {
    const { ctx, told } = context();
    const bucket = taskBucket(task, { name: 'p=2', difficulty: 2, count: 256, seed: 1, batchSize: 64 });
    const level = bucket.plateaus!.dense.find(({ name }) => name === 'the last symbol')!.accuracy;
    const steps = 150;
    await trainModels(
      ctx,
      plan({ training: { steps, learningRate: 0.003, warmupSteps: 10, clipNorm: 1 }, evaluateEvery: steps, buckets: () => [bucket] }),
    );
    const reached = told.results['accuracy (1⊗2)'] as number;
    const noted = told.logs.some((text) => text.includes('is the level of the shortcut "the last symbol"'));
    expect(noted).toBe(Math.abs(reached / 100 - level) <= 0.01);
    expect(noted).toBe(true);
  });
});

describe('buckets', () => {
  test('by difficulty hold every problem once, with shares that add up', () => {
    const sums = additionTask({ digits: 1, operands: [2, 3], evaluateOperands: [2, 3], heldOut: 0.05 });
    const buckets = bucketsByDifficulty(sums, { count: 60, seed: 2, batchSize: 7 });
    expect(buckets.map(({ name }) => name)).toEqual(['operands=2', 'operands=3']);
    expect(buckets.reduce((sum, { share }) => sum + share!, 0)).toBeCloseTo(1, 12);
    const rows = buckets.map(({ batches }) =>
      [...(batches() as Iterable<{ tokens: { shape: readonly number[] } }>)].map(({ tokens }) => tokens.shape[0]!),
    );
    expect(rows.flat().reduce((a, b) => a + b, 0)).toBe(60);
  });

  test('of a text cut a batch in parts of as many sequences, which need one whole sequence', async () => {
    const store = tokensOf(new ByteTokenizer(), 'the quick brown fox');
    const rows = async (batchSize: number, accumulate: number) =>
      [await drawTextParts(new RandomStream(1, 'text'), store, { batchSize, accumulate, length: 8 })]
        .flat()
        .map(({ tokens }) => tokens.shape[0]);
    expect(await rows(8, 1)).toEqual([8]);
    expect(await rows(8, 4)).toEqual([2, 2, 2, 2]);
    expect(await rows(10, 4)).toEqual([3, 3, 3, 1]);
    expect(await rows(2, 4)).toEqual([1, 1]);
    const tooLong = drawTextParts(new RandomStream(1, 'text'), store, { batchSize: 2, length: 19 });
    await expect(tooLong).rejects.toThrow(/expected 20 tokens or more, for a sequence of 19 positions .*, given 19; give more text/);
  });

  test('cut a batch in parts that together hold it', async () => {
    const { RandomStream } = await import('@sardonyx/data');
    const parts = drawBatch(new RandomStream(1, 'x'), task, { batchSize: 10, length: 12, accumulate: 3 });
    const whole = drawBatch(new RandomStream(1, 'x'), task, { batchSize: 10, length: 12 });
    if (!Array.isArray(parts) || Array.isArray(whole)) throw new Error('expected parts and a whole');
    expect(parts.map(({ tokens }) => tokens.shape[0])).toEqual([4, 4, 2]);
    const tokens = await Promise.all(parts.map(async ({ tokens }) => Array.from(await tokens.data())));
    expect(tokens.flat()).toEqual(Array.from(await (whole as { tokens: { data(): Promise<ArrayLike<number>> } }).tokens.data()));
  });
});
