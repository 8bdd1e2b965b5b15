import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { additionBatch, additionLength, additionOf, additionVocabulary, drawAdditionBatch } from '../src/tasks/addition.js';
import type { LoopedTransformerConfig } from '../src/model/model.js';
import { createTrainer } from '../src/training/trainer.js';

const task = { digits: 1, operands: [2] };
const length = additionLength(2, 1);
const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 2,
  width: 32,
  heads: 2,
  hidden: 64,
  vocabulary: additionVocabulary.length,
  length,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
const options = { steps: 300, learningRate: 0.01, warmupSteps: 20, clipNorm: 1 };

describe('training', () => {
  test('learns to add two digits, and judges whole answers', async () => {
    const trainer = await createTrainer(config, options, 1);
    const stream = new RandomStream(1, 'data');
    const all = Array.from({ length: 100 }, (_, i) => additionOf([Math.floor(i / 10), i % 10], 1));
    const score = async () => (await trainer.exactMatches(additionBatch(all, length))).filter(Boolean).length;
    const before = await score();
    for (let step = 0; step < options.steps; step++) await trainer.step(drawAdditionBatch(stream, task, 64, length));
    const after = await score();
    trainer.dispose();
    expect(before).toBeLessThan(10);
    // All 100 sums occur in training; a model that learned only part of the answer stays under half.
    expect(after).toBeGreaterThan(60);
  });

  test('goes on from a checkpoint to the same bits', async () => {
    const losses = async (checkpointAt: number | undefined) => {
      let trainer = await createTrainer(config, options, 3);
      const stream = new RandomStream(3, 'data');
      const seen: number[] = [];
      for (let step = 0; step < 12; step++) {
        if (step === checkpointAt) {
          const saved = await trainer.save();
          trainer.dispose();
          trainer = await createTrainer(config, options, 99);
          trainer.restore(saved);
        }
        seen.push((await trainer.step(drawAdditionBatch(stream, task, 8, length))).loss);
      }
      trainer.dispose();
      return seen;
    };
    const uninterrupted = await losses(undefined);
    expect(await losses(1)).toEqual(uninterrupted);
    expect(await losses(7)).toEqual(uninterrupted);
  });

  test('refuses a checkpoint of another model, naming what differs', async () => {
    const small = await createTrainer(config, options, 1);
    const large = await createTrainer({ ...config, width: 64 }, options, 1);
    const saved = await small.save();
    expect(() => large.restore(saved)).toThrow(/params\.tokenEmbedding\.weight is float32\[14, 32\], expected float32\[14, 64\]/);
    small.dispose();
    large.dispose();
  });
});
