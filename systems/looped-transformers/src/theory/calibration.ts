import { embedding, linear, mlp, multiHeadAttention, positionEmbedding, type TransformerBlockParameters } from '@sardonyx/nn';
import { abs, add, jit, matmul, max, reshape, stack, swapAxes, tensor, type Tensor } from '@sardonyx/tensor';
import type { LoopedTransformerParameters } from '../model/model.js';
import { type ScheduledModel, scheduleOf } from './plain-model.js';

/** The largest values that a model without norms shows on some sequences. */
export interface MeasuredBounds {
  /** Largest |⟨q, k⟩|/√(head width) of any distinct layer, active or not, at any step. */
  readonly score: number;
  /** Largest input of a ReLU of any distinct layer, active or not, at any step; biases alone count too. */
  readonly preactivation: number;
  /** Positions of the sequences measured. */
  readonly length: number;
}

function largestScore({ attention }: TransformerBlockParameters, x: Tensor, heads: number): Tensor {
  const split = (y: Tensor): Tensor => {
    const [batch, length, inner] = y.shape as [number, number, number];
    return swapAxes(reshape(y, [batch, length, heads, inner / heads]), 1, 2);
  };
  const query = split(linear(attention.query, x));
  const scores = matmul(query, split(linear(attention.key, x)), { transposeB: true, scale: 1 / Math.sqrt(query.shape.at(-1)!) });
  return max(abs(scores));
}

/**
 * Runs the model over the sequences and measures every distinct layer on every state, since a layer that is switched off
 * still reads the states of the others. Sequences [batch][length], token ids.
 */
export async function measureBounds(model: ScheduledModel, sequences: readonly ArrayLike<number>[]): Promise<MeasuredBounds> {
  const schedule = scheduleOf(model);
  const { heads } = model.config;
  const length = sequences[0]!.length;
  const measure = jit((params: LoopedTransformerParameters, tokens: Tensor) => {
    let x = add(embedding(params.tokenEmbedding, tokens), positionEmbedding(params.positionEmbedding!, length));
    const scores: Tensor[] = [];
    const inputs = params.block.flatMap(({ mlp: { up } }) => (up.bias ? [max(up.bias)] : []));
    for (const active of schedule.map((layer) => params.block[layer]!)) {
      for (const layer of params.block) scores.push(largestScore(layer, x, heads));
      x = add(x, multiHeadAttention(active.attention, x, { heads, causal: true }));
      for (const layer of params.block) inputs.push(max(linear(layer.mlp.up, x)));
      x = add(x, mlp(active.mlp, x, { activation: 'relu' }));
    }
    return { score: max(stack(scores)), preactivation: max(stack(inputs)) };
  });
  const tokens = tensor(Int32Array.from(sequences.flatMap((sequence) => Array.from(sequence))), [sequences.length, length]);
  const { score, preactivation } = measure(model.params, tokens);
  const bounds = { score: Number(await score.item()), preactivation: Number(await preactivation.item()), length };
  measure.dispose();
  return bounds;
}
