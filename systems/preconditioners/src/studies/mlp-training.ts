import { RandomStream } from '@sardonyx/data';
import { random } from '@sardonyx/tensor';
import { defineStudy, inputFolder } from '@sardonyx/study';
import { z } from 'zod';
import { readAsInput } from '../commands/bad-input.js';
import { readImages } from '../data/idx.js';
import { classification } from '../networks/classification.js';
import { initPerceptron, perceptronFlops } from '../networks/multilayer-perceptron.js';
import { raceParameters, referenceIsCompared } from '../networks/race-parameters.js';
import { type ClassificationExamples, Teacher } from '../networks/teacher-examples.js';
import { comparisonFigures } from './comparison-figures.js';
import { comparisonExpectations } from './comparison-verdicts.js';
import { comparisonCost, compareOptimizers } from './optimizer-comparison.js';

const params = z
  .object({
    ...raceParameters,
    width: z.int().min(1).max(8192).default(256).describe('width of the hidden layers'),
    depth: z.int().min(1).max(32).default(3).describe('hidden layers'),
    features: z.int().min(2).max(4096).default(128).describe('inputs of the generated examples'),
    classes: z.int().min(2).max(1000).default(10).describe('classes of the generated examples'),
    teacherUnits: z.int().min(1).max(4096).default(64).describe('hidden units of the teacher'),
    decay: z
      .number()
      .min(0)
      .max(4)
      .default(2)
      .describe('a of the variances k^−a of the inputs; structure pays where they are ill-conditioned'),
    examples: z.int().min(1).max(10_000_000).default(65_536).describe('training examples generated'),
    validationExamples: z.int().min(1).max(1_000_000).default(4096).describe('validation examples'),
    data: inputFolder('a folder with MNIST’s four files, .gz or not, instead of generated examples'),
  })
  .check(referenceIsCompared);
type Params = z.output<typeof params>;

/** The examples of a run: the user's own, or a teacher's, the same for all its trials. */
async function examplesOf(p: Params, seed: number): Promise<{ training: ClassificationExamples; validation: ClassificationExamples }> {
  if (p.data !== '') return readAsInput(p.data, () => readImages(p.data, p.validationExamples));
  const teacher = new Teacher({ features: p.features, classes: p.classes, units: p.teacherUnits, decay: p.decay }, seed);
  return {
    training: teacher.labelled(p.examples, new RandomStream(seed, 'training examples')),
    validation: teacher.judged(p.validationExamples, new RandomStream(seed, 'validation examples')),
  };
}

/** A multilayer perceptron trained by all optimizers of the library under equal budgets. */
export const mlpTraining = defineStudy({
  name: 'mlp-training',
  title: 'A perceptron trained by every optimizer, each with the same budget for tuning',
  paper: { arxiv: '2503.10537', where: 'beyond it: networks, in steps and in seconds' },
  summary:
    'all optimizers on a classifier of a teacher’s examples or of MNIST: tuned alike, several seeds, 95 % intervals, steps and seconds',
  params,
  presets: {
    quick: {
      optimizers: [
        'sgd',
        'momentum',
        'adam',
        'adamW',
        'adagrad-norm',
        'adagrad',
        'one-sided-shampoo',
        'one-sided-shampoo-ema',
        'shampoo-grafted',
        'soap',
        'muon',
      ],
      rates: 5,
      seeds: 3,
      steps: 300,
      evaluateEvery: 25,
      batchSize: 64,
      width: 32,
      depth: 2,
      features: 32,
      classes: 8,
      teacherUnits: 16,
      examples: 16_384,
      validationExamples: 2048,
    },
    // Small enough for full-matrix AdaGrad.
    standard: {
      rates: 7,
      seeds: 5,
      steps: 1500,
      evaluateEvery: 50,
      batchSize: 64,
      width: 20,
      depth: 2,
      features: 20,
      classes: 8,
      teacherUnits: 16,
      examples: 32_768,
      validationExamples: 4096,
    },
    paper: { rootsEvery: 10 },
  },
  cost(p) {
    // MNIST's sizes where a folder is given: a dry run reads no files.
    const sizes = { ...p, inputs: p.data === '' ? p.features : 784, classes: p.data === '' ? p.classes : 10 };
    return comparisonCost(p, initPerceptron(random.key(0), sizes), 3 * p.batchSize * perceptronFlops(sizes));
  },
  async run(ctx, p) {
    const { training, validation } = await examplesOf(p, ctx.seed);
    await compareOptimizers(ctx, classification(p, training, validation, p.batchSize), p);
  },
  figures: comparisonFigures,
  expect: comparisonExpectations,
});
