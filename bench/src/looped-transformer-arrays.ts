import { dataStream, integers, uniform } from './formula.js';
import type { LoopedGenerateCase, LoopedModel, LoopedTrainCase } from './looped-transformer-cases.js';
import type { NamedArray } from './training-parameters.js';

/**
 * The model's parameters in their numbered order, named by their paths in `@sardonyx/looped-transformers`: embeddings; a
 * layer's gain, query, key, value, output, gain, up, its bias, down; gain, head. Number j is stream j of σ = 0.64/√width,
 * less by √(2·layers·loops) where a matrix writes to the residual stream; gains are 1, biases 0.
 */
export function loopedParameters({ layers, loops, width, hidden, vocabulary, length, positions }: LoopedModel): NamedArray[] {
  const parameters: NamedArray[] = [];
  const reading = 0.64 / Math.sqrt(width);
  const writing = reading / Math.sqrt(2 * layers * loops);
  const add = (name: string, shape: readonly number[], values: Float32Array): void => void parameters.push({ name, shape, values });
  const matrix = (name: string, rows: number, columns: number, deviation: number): void =>
    add(name, [rows, columns], uniform(rows * columns, parameters.length, deviation));
  const gain = (name: string): void => add(`${name}.gain`, [width], new Float32Array(width).fill(1));

  matrix('tokenEmbedding.weight', vocabulary, width, reading);
  if (positions === 'learned') matrix('positionEmbedding.weight', length, width, reading);
  for (let layer = 0; layer < layers; layer++) {
    const name = `block[${layer}]`;
    gain(`${name}.attentionNorm`);
    for (const role of ['query', 'key', 'value']) matrix(`${name}.attention.${role}.weight`, width, width, reading);
    matrix(`${name}.attention.output.weight`, width, width, writing);
    gain(`${name}.mlpNorm`);
    matrix(`${name}.mlp.up.weight`, width, hidden, reading);
    add(`${name}.mlp.up.bias`, [hidden], new Float32Array(hidden));
    matrix(`${name}.mlp.down.weight`, hidden, width, writing);
  }
  gain('norm');
  matrix('head.weight', width, vocabulary, reading);
  return parameters;
}

/** Tokens `hash(i, dataStream) mod vocabulary`, targets of the next stream, weights 1 at the last `supervised` positions. */
export function loopedBatch({ model: { length, vocabulary }, batch, supervised }: LoopedTrainCase) {
  return {
    tokens: integers(batch * length, dataStream, vocabulary),
    targets: integers(batch * length, dataStream + 1, vocabulary),
    weights: Float32Array.from({ length: batch * length }, (_, i) => (i % length >= length - supervised ? 1 : 0)),
  };
}

/** Prompts of equal length, one of every row. */
export function loopedPrompts({ model: { vocabulary }, batch, prompt }: LoopedGenerateCase): number[][] {
  const tokens = integers(batch * prompt, dataStream, vocabulary);
  return Array.from({ length: batch }, (_, row) => [...tokens.subarray(row * prompt, (row + 1) * prompt)]);
}
