import { RandomStream } from '@sardonyx/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  classification,
  createExaminer,
  createNetworkTrainer,
  drawWordSource,
  type Examiner,
  generatedText,
  isEmbeddingOrHead,
  languageModelling,
  optimizerTable,
  type PerceptronParameters,
  Teacher,
  type TransformerParameters,
} from '../src/index.js';

const teacher = new Teacher({ features: 6, classes: 3, units: 4, decay: 1 }, 0);
const examples = (name: string, count: number) => teacher.labelled(count, new RandomStream(0, name));
const perceptron = classification({ width: 8, depth: 2 }, examples('training', 512), examples('validation', 256), 32);
const model = languageModelling({ width: 8, heads: 2, layers: 1, length: 12 }, generatedText(drawWordSource(4, 0), 12, 32, 0), 8);

let ofPerceptron: Examiner<PerceptronParameters>;
let ofModel: Examiner<TransformerParameters>;
beforeAll(async () => {
  ofPerceptron = await createExaminer(perceptron);
  ofModel = await createExaminer(model);
});
afterAll(() => {
  ofPerceptron.dispose();
  ofModel.dispose();
});

/** All families that the optimizers' package has. */
const families = [
  'sgd',
  'momentum',
  'adam',
  'adamW',
  'adafactor',
  'normalizedSteepestDescent',
  'structuredAdaGrad',
  'shampoo',
  'soap',
  'muon',
  'asgo',
  'dasgo',
];

describe.each(optimizerTable)('$name', ({ make, centre }) => {
  const optimizer = () => make({ learningRate: centre, rootsEvery: 1 });

  test('learns a perceptron and a transformer', async () => {
    const [a, b] = [
      await createNetworkTrainer(perceptron, ofPerceptron, optimizer()),
      await createNetworkTrainer(model, ofModel, optimizer()),
    ];
    for (const trainer of [a, b]) {
      await trainer.start(1);
      const before = await trainer.judge();
      for (let step = 1; step <= 30; step++) expect((await trainer.update(1, step)).loss).toBeLessThan(20);
      expect(await trainer.judge()).toBeLessThan(before - 0.05);
      trainer.dispose();
    }
  });

  test('goes on from where it was saved, bit for bit', async () => {
    const whole = await createNetworkTrainer(perceptron, ofPerceptron, optimizer());
    await whole.start(2);
    for (let step = 1; step <= 3; step++) await whole.update(2, step);
    const saved = await whole.save();
    const rest = [4, 5, 6];
    const losses: number[] = [];
    for (const step of rest) losses.push((await whole.update(2, step)).loss);
    losses.push(await whole.judge());
    whole.dispose();

    const resumed = await createNetworkTrainer(perceptron, ofPerceptron, optimizer());
    resumed.restore(saved);
    const again: number[] = [];
    for (const step of rest) again.push((await resumed.update(2, step)).loss);
    again.push(await resumed.judge());
    resumed.dispose();
    expect(again).toEqual(losses);
  });
});

test('the table has all families of optimizers, under different names', () => {
  const made = optimizerTable.map(({ make }) => make({ learningRate: 0.1, rootsEvery: 1 }).name);
  expect(new Set(made)).toEqual(new Set(families));
  expect(new Set(optimizerTable.map(({ name }) => name)).size).toBe(optimizerTable.length);
});

test('stale roots begin late and learn too', async () => {
  const { make, centre } = optimizerTable.find(({ name }) => name === 'one-sided-shampoo')!;
  const trainer = await createNetworkTrainer(perceptron, ofPerceptron, make({ learningRate: centre, rootsEvery: 5 }));
  await trainer.start(1);
  const before = await trainer.judge();
  for (let step = 1; step <= 30; step++) await trainer.update(1, step);
  expect(await trainer.judge()).toBeLessThan(before - 0.05);
  trainer.dispose();
});

test('numbers that leave the range of roots end a run instead of the program', async () => {
  const { make } = optimizerTable.find(({ name }) => name === 'one-sided-shampoo')!;
  const trainer = await createNetworkTrainer(perceptron, ofPerceptron, make({ learningRate: 1e30, rootsEvery: 1 }));
  await trainer.start(1);
  const losses: number[] = [];
  for (let step = 1; step <= 5; step++) losses.push((await trainer.update(1, step)).loss);
  expect(losses.some((loss) => !Number.isFinite(loss))).toBe(true);
  // The next run of the same trainer is not touched by it.
  await trainer.start(1);
  expect((await trainer.update(1, 1)).loss).toBe(losses[0]);
  trainer.dispose();
});

test('embeddings and heads are told by their paths', () => {
  expect(['embedding.weight', 'head.weight', 'head.bias', 'hidden[0].weight', 'blocks[0].attention.heads'].map(isEmbeddingOrHead)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
