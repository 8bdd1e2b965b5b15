import { RandomStream } from '@sardonyx/data';
import { evaluate, treeMap } from '@sardonyx/tensor';
import type { LoopedTransformerConfig } from '../../model/model.js';
import {
  additionBatch,
  additionLength,
  additionVocabulary,
  type AdditionProblem,
  drawAddition,
  drawAdditionBatch,
  encodeAddition,
} from '../../tasks/addition.js';
import { createTrainer } from '../../training/trainer.js';
import { solve } from '../construction.js';
import { greedyChainOfThought, latentChainOfThought } from '../latent-chain-of-thought.js';
import { loopedChainOfThought } from '../looped-chain-of-thought.js';
import type { ScheduledModel } from '../plain-model.js';
import { imitationDifference } from './looped-imitation-theorem.js';

const task = { digits: 1, operands: [2] };
const length = additionLength(2, task.digits);

export interface TrainedMeasurement {
  /** Share of right answers of the trained model. */
  readonly accuracy: number;
  /** Relative difference of the logits of one looped layer that imitates it. */
  readonly imitation: number;
  /** Tokens of answers, and how many of them the looped block and the executor give as greedy decoding does. */
  readonly tokens: number;
  readonly sameByWeights: number;
  readonly sameByExecutor: number;
}

/** Trains a model of `layers` layers without norms on sums of two digits and carries it over into both constructions, in float64. */
export async function measureTrainedModel(layers: number, steps: number, seed: number): Promise<TrainedMeasurement> {
  const { model, accuracy } = await trainPlainModel(layers, steps, seed);
  const stream = new RandomStream(seed, 'theory trained test');
  const prompts = Array.from({ length: 32 }, () => encodeAddition(drawAddition(stream, 2, task.digits).prompt));
  const answerLength = length - prompts[0]!.length;
  const greedy = await greedyChainOfThought(model, prompts, answerLength);
  const same = (chains: readonly (readonly number[])[]): number =>
    greedy.tokens.reduce((sum, chain, at) => sum + chain.filter((token, step) => token === chains[at]![step]).length, 0);
  return {
    accuracy,
    imitation: await imitationDifference(model, prompts),
    tokens: prompts.length * answerLength,
    sameByWeights: same(await solve(await loopedChainOfThought(model, answerLength), prompts)),
    sameByExecutor: same(await latentChainOfThought(model, prompts, answerLength)),
  };
}

async function trainPlainModel(layers: number, steps: number, seed: number): Promise<{ model: ScheduledModel; accuracy: number }> {
  const config: LoopedTransformerConfig = {
    layers,
    loops: 1,
    width: 32,
    heads: 4,
    hidden: 64,
    vocabulary: additionVocabulary.length,
    length,
    positions: 'learned',
    inject: 'none',
    activation: 'relu',
    norm: 'none',
  };
  const trainer = await createTrainer(config, { steps, learningRate: 5e-3, warmupSteps: Math.ceil(steps / 20), clipNorm: 1 }, seed);
  try {
    const stream = new RandomStream(seed, 'theory training');
    for (let step = 0; step < steps; step++) await trainer.step(drawAdditionBatch(stream, task, 64, length));
    const right = await trainer.exactMatches(additionBatch(everySum(), length));
    const params = await evaluate(treeMap((x) => x.cast('float64'), trainer.parameters));
    return { model: { config, params }, accuracy: right.filter(Boolean).length / right.length };
  } finally {
    trainer.dispose();
  }
}

/** All hundred sums of two digits. */
const everySum = (): AdditionProblem[] =>
  Array.from({ length: 100 }, (_, at) => {
    const [a, b] = [Math.floor(at / 10), at % 10];
    return { prompt: `${a}+${b}=`, answer: String(a + b) };
  });
