import type { Tensor } from '../../core/tensor.js';
import { add, div, mul } from '../../ops/arithmetic.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { logicalAnd } from '../../ops/compare.js';
import { attention } from '../../ops/attention.js';
import { ones } from '../../ops/full.js';
import { concat } from '../../ops/join.js';
import { matmul } from '../../ops/matmul.js';
import { where } from '../../ops/select.js';
import { softmax } from '../../ops/softmax.js';
import { expandDims, reshape, transpose } from '../../ops/structure.js';
import { tril } from '../../ops/triangle.js';
import { tanh } from '../../ops/unary.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';

/** [batch, length, heads·width] as [batch, heads, length, width]. */
function splitHeads(x: Tensor, heads: number): Tensor {
  if (x.rank === 4) return x;
  const [batch, length, width] = x.shape as [number, number, number];
  return transpose(reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** Each key head serves a group of consecutive query heads. */
function repeatHeads(x: Tensor, heads: number): Tensor {
  const [batch, given, length, width] = x.shape as [number, number, number, number];
  if (given === heads) return x;
  const grouped = broadcastTo(expandDims(x, 2), [batch, given, heads / given, length, width]);
  return reshape(grouped, [batch, heads, length, width]);
}

/** Scores with what may not be seen at −∞, limited by `softcap`, plus a float mask. */
function maskedScores(call: NodeCall, q: Tensor, k: Tensor, scale: number, mask: Tensor | undefined): Tensor {
  const scores = matmul(q, k, { transposeB: true, scale });
  const cap = call.float('softcap', 0);
  const capped = cap > 0 ? mul(tanh(div(scores, cap)), cap) : scores;
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  // ONNX aligns the causal mask with the first key, behind those of the past.
  const past = call.optionalTensor(4)?.shape[2] ?? 0;
  const seen = call.integer('is_causal', 0) ? tril(ones([queries, keys], 'bool'), past) : undefined;
  const isBool = mask?.dtype === 'bool';
  const visible = isBool && seen ? logicalAnd(mask, seen) : isBool ? mask : seen;
  const biased = mask && !isBool ? add(capped, mask) : capped;
  return visible ? where(visible, biased, -Infinity) : biased;
}

/** softmax(Q·Kᵀ·scale + mask)·V for several heads: ONNX's Attention, version 23. */
function scaledDotProductAttention(call: NodeCall): Tensor[] {
  const flat = call.tensor(0);
  const heads = flat.rank === 4 ? flat.shape[1]! : call.integer('q_num_heads', 1);
  const keyHeads = flat.rank === 4 ? call.tensor(1).shape[1]! : call.integer('kv_num_heads', heads);
  const q = splitHeads(flat, heads);
  const extended = (input: number, past: number) => {
    const now = splitHeads(call.tensor(input), keyHeads);
    return call.has(past) ? concat([call.tensor(past), now], 2) : now;
  };
  const [presentKey, presentValue] = [extended(1, 4), extended(2, 5)];
  const [k, v] = [repeatHeads(presentKey, heads), repeatHeads(presentValue, heads)];
  const scale = call.float('scale', 1 / Math.sqrt(q.shape[3]!));
  const mask = call.optionalTensor(3);
  const isPlain = !call.has(4) && call.float('softcap', 0) === 0 && (mask === undefined || mask.dtype === 'bool');
  const causal = call.integer('is_causal', 0) === 1;
  const fits = !causal || (mask === undefined && q.shape[2] === k.shape[2]);
  const y =
    isPlain && fits
      ? attention(q, k, v, { scale, causal, ...(mask && { mask }) })
      : matmul(softmax(maskedScores(call, q, k, scale, mask)), v);
  const [batch, , length, width] = y.shape as [number, number, number, number];
  const merged = flat.rank === 4 ? y : reshape(transpose(y, [0, 2, 1, 3]), [batch, length, heads * width]);
  return [merged, presentKey, presentValue];
}

export const attentionOperators: OperatorTable = {
  Attention: {
    trace: scaledDotProductAttention,
    refuses: ({ inputs, outputs }) =>
      outputs[3] ? 'the scores as an output are not translated' : inputs[6] ? 'nonpad_kv_seqlen is not translated' : undefined,
  },
};
