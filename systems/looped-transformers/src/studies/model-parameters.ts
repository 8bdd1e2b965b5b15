import { z } from 'zod';

/** The parameters that every study of a looped transformer has. */
export const modelParameters = {
  layers: z.int().min(1).max(24).default(1).describe('k, distinct layers of the looped block'),
  loops: z.int().min(1).max(64).default(12).describe('L, times the block is applied'),
  width: z.int().min(8).max(4096).default(256).describe('model width d'),
  heads: z.int().min(1).max(64).default(8).describe('attention heads'),
};

/** The parameters of studies that compare models of several shapes (k⊗L). */
export const bodyParameters = {
  width: modelParameters.width,
  heads: modelParameters.heads,
  positions: z.enum(['learned', 'rotary']).default('rotary').describe('position information'),
  activation: z.enum(['relu', 'geluTanh']).default('geluTanh').describe('activation of the perceptrons'),
  inject: z
    .enum(['none', 'add', 'concatLinear'])
    .default('none')
    .describe('what every loop is given besides the last state: nothing, the first input, or a map of both'),
};

/** What models of all shapes have in common. */
export const bodyOf = ({ width, heads, positions, activation, inject }: z.output<z.ZodObject<typeof bodyParameters>>) => ({
  width,
  heads,
  hidden: 4 * width,
  positions,
  activation,
  inject,
});
