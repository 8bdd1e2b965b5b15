import { RandomStream } from '@sardonyx/data';
import { additionLength, additionVocabulary, createTrainer, drawAdditionBatch } from '@sardonyx/looped-transformers/training';
import { prepare } from '../../../bench/src/contenders/sardonyx-cases.js';
import type { GptCase } from '../../../bench/src/training-cases.js';

/* The same training in Node and in a browser. */

const gpt: GptCase = {
  kind: 'gpt',
  batch: 4,
  length: 32,
  width: 32,
  layers: 2,
  heads: 4,
  vocabulary: 96,
  layerNormEpsilon: 1e-5,
  optimizer: { learningRate: 3e-4, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
};

/** Losses of a GPT under AdamW, each before its update. */
export async function trainGpt(steps: number): Promise<number[]> {
  const { step, dispose } = await prepare(gpt);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await step()) as number);
  await dispose?.();
  return losses;
}

const task = { digits: 2, operands: [2, 3] };

/** Losses of the addition model, and whether a fresh batch is answered exactly afterwards. */
export async function trainAddition(steps: number): Promise<{ losses: number[]; matches: boolean[] }> {
  const length = additionLength(3, task.digits);
  const trainer = await createTrainer(
    {
      layers: 1,
      loops: 3,
      width: 32,
      heads: 4,
      hidden: 128,
      vocabulary: additionVocabulary.length,
      length,
      positions: 'rotary',
      inject: 'none',
      activation: 'geluTanh',
    },
    { steps, learningRate: 1e-3, warmupSteps: 5, clipNorm: 1 },
    3,
  );
  const stream = new RandomStream(7, 'problems');
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await trainer.step(drawAdditionBatch(stream, task, 16, length))).loss);
  const matches = await trainer.exactMatches(drawAdditionBatch(stream, task, 16, length));
  trainer.dispose();
  return { losses, matches };
}
