import type { TrainConfigInput } from './train-config.js';

/* Configurations by name: those of the paper in full size (arXiv:2502.17416, §3 and appendix A), and small ones that run in minutes. */

/** The reasoning tasks' model and training: width 128, rotary positions, Adafactor, 200,000 steps of 256. */
const reasoning = {
  model: { loops: 6, layers: 1, width: 128, heads: 8, positions: 'rotary', activation: 'geluTanh' },
  training: { steps: 200_000, batchSize: 256, learningRate: 0.001, warmupSteps: 1000, optimizer: { name: 'adafactor' } },
  evaluation: { every: 5000, examples: 2000, measure: 'exact' },
} as const;

export const trainPresets: Readonly<Record<string, TrainConfigInput>> = {
  'paper/addition': {
    model: { layers: 1, loops: 12, width: 256, heads: 8, positions: 'learned' },
    data: {
      task: 'addition',
      parameters: { digits: 3, operands: [2, 4, 8, 16, 32], evaluateOperands: [8, 16, 24, 32] },
      evaluate: [8, 16, 24, 32].map((operands) => ({ name: `n=${operands}`, parameters: { evaluateOperands: [operands] } })),
    },
    training: { ...reasoning.training, batchSize: 1024, learningRate: 0.005 },
    evaluation: reasoning.evaluation,
  },
  'paper/phop': { ...reasoning, data: { task: 'p-hop', parameters: { length: 256, hops: 16 } } },
  'paper/igsm': { ...reasoning, model: { ...reasoning.model, loops: 8 }, data: { task: 'symbolic-igsm' } },
  'paper/lm-1b': {
    model: { layers: 12, loops: 2, width: 2048, heads: 32, hidden: 5120, tiedHead: true },
    data: { text: ['pile.jsonl.zst'], tokenizer: 'bpe', vocabularySize: 256_000, length: 1280, validation: 0.001 },
    training: { steps: 400_000, batchSize: 512, learningRate: 0.01, warmupSteps: 1000 },
    evaluation: { every: 20_000, examples: 10_000, measure: 'dense' },
  },
  'small/phop': {
    model: { layers: 1, loops: 4, width: 64, heads: 4, positions: 'learned', activation: 'relu' },
    data: { task: 'p-hop', parameters: { length: 32, hops: 2, sampler: 'uniform', supervise: 'dense' } },
    training: { steps: 1500, batchSize: 32, learningRate: 0.003, warmupSteps: 100 },
    evaluation: { every: 250, examples: 512, measure: 'dense' },
  },
  'small/addition': {
    model: { layers: 1, loops: 3, width: 64, heads: 4, positions: 'learned', activation: 'relu' },
    data: {
      task: 'addition',
      parameters: { digits: 3, operands: [2], evaluateOperands: [2], heldOut: 0.01 },
    },
    training: { steps: 3000, batchSize: 32, learningRate: 0.003, warmupSteps: 100 },
    evaluation: { every: 500, examples: 256, measure: 'exact' },
  },
};
