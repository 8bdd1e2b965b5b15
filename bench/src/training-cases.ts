import { z } from 'zod';
import type { BenchmarkCase } from './benchmark.js';

const size = z.int().min(1);

/** AdamW (arXiv:1711.05101, with decoupled decay `learningRate · weightDecay` on every parameter). */
const optimizerSchema = z.strictObject({
  learningRate: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
  weightDecay: z.number(),
});

/** A pre-LayerNorm GPT: forward, backward and AdamW on one fixed batch of tokens. */
export const gptCaseSchema = z.strictObject({
  kind: z.literal('gpt'),
  batch: size,
  length: size,
  width: size,
  layers: size,
  heads: size,
  vocabulary: size,
  layerNormEpsilon: z.number(),
  optimizer: optimizerSchema,
});
/** A ReLU network with the layer widths `sizes`: forward, backward and AdamW on one fixed batch. */
export const mlpCaseSchema = z.strictObject({
  kind: z.literal('mlp'),
  batch: size,
  sizes: z.array(size).min(2),
  optimizer: optimizerSchema,
});
/** A stride-1 convolution, padding "same", no bias, NCHW; with `backward`, the gradients of input and weight too. */
export const convolutionCaseSchema = z.strictObject({
  kind: z.literal('convolution'),
  batch: size,
  channels: size,
  height: size,
  width: size,
  kernel: size,
  groups: size,
  backward: z.boolean(),
});
/** `relu` of so many floats: what a call costs. */
export const reluCaseSchema = z.strictObject({ kind: z.literal('relu'), length: size });

export const trainingCaseSchema = z.discriminatedUnion('kind', [gptCaseSchema, mlpCaseSchema, convolutionCaseSchema, reluCaseSchema]);
export type GptCase = z.infer<typeof gptCaseSchema>;
export type MlpCase = z.infer<typeof mlpCaseSchema>;
export type ConvolutionCase = z.infer<typeof convolutionCaseSchema>;
export type ReluCase = z.infer<typeof reluCaseSchema>;
export type TrainingCase = z.infer<typeof trainingCaseSchema>;

const optimizer = { learningRate: 3e-4, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };

function gpt(batch: number, length: number, width: number, layers = 4): GptCase {
  return { kind: 'gpt', batch, length, width, layers, heads: 4, vocabulary: 96, layerNormEpsilon: 1e-5, optimizer };
}

function convolution(kernel: number, groups: number, backward: boolean): ConvolutionCase {
  return { kind: 'convolution', batch: 8, channels: 64, height: 56, width: 56, kernel, groups, backward };
}

/** Optimizers run on one fixed batch: past a thousand or so of steps the loss vanishes and denormal numbers distort the times. */
const trainingIterations = 40;

function step(name: string, specification: TrainingCase, maximumIterations = trainingIterations): BenchmarkCase {
  return { name, specification, measure: 'step', maximumIterations };
}

/** The cases of the training benchmark, in the order in which they are measured. */
export const trainingCases: readonly BenchmarkCase[] = [
  step('gpt-16x64x64', gpt(16, 64, 64)),
  step('gpt-8x128x256', gpt(8, 128, 256)),
  step('gpt-4x64x512', gpt(4, 64, 512)),
  step('mlp-784-256-10', { kind: 'mlp', batch: 64, sizes: [784, 256, 10], optimizer }, 100),
  step('conv3x3', convolution(3, 1, false)),
  step('conv3x3-backward', convolution(3, 1, true)),
  step('depthwise3x3', convolution(3, 64, false)),
  step('depthwise3x3-backward', convolution(3, 64, true)),
  step('depthwise5x5', convolution(5, 64, false)),
  step('depthwise5x5-backward', convolution(5, 64, true)),
  step('overhead', { kind: 'relu', length: 1024 }, 20_000),
  { name: 'compile-12', specification: gpt(8, 128, 256, 12), measure: 'first-step', maximumIterations: 1 },
];
