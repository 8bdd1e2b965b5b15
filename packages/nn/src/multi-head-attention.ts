import {
  attention,
  logicalAnd,
  matmul,
  ones,
  rotary,
  type RotaryLayout,
  ShapeError,
  sliceAxis,
  softmax,
  type Tensor,
  tril,
  where,
} from '@sardonyx/tensor';
import { groupHeads, groupMask, joinHeads, splitHeads, ungroupHeads } from './heads.js';
import { initLinear, linear, type LinearOptions, type LinearParameters } from './linear.js';
import { splitKey } from './keys.js';
import type { RotaryTables } from './rotary-tables.js';

export interface AttentionParameters {
  /** width → heads·headWidth */
  readonly query: LinearParameters;
  /** contextWidth → keyValueHeads·headWidth */
  readonly key: LinearParameters;
  /** contextWidth → keyValueHeads·headWidth */
  readonly value: LinearParameters;
  /** heads·headWidth → width */
  readonly output: LinearParameters;
}

export interface AttentionSizes {
  readonly width: number;
  readonly heads: number;
  /** Heads of keys and values, each shared by heads / keyValueHeads consecutive heads of queries; `heads` by default. */
  readonly keyValueHeads?: number;
  /** width / heads by default. */
  readonly headWidth?: number;
  /** Width of what keys and values are made of, for cross-attention; `width` by default. */
  readonly contextWidth?: number;
}

export interface AttentionInitOptions extends LinearOptions {
  /** Options of the last map where they differ from the others', such as a smaller initializer. */
  readonly output?: LinearOptions;
}

/** Throws ShapeError where heads do not divide the width, or groups of heads are not whole. */
export function initMultiHeadAttention(key: Tensor, sizes: AttentionSizes, options: AttentionInitOptions = {}): AttentionParameters {
  const { width, heads, keyValueHeads = heads, headWidth = width / heads, contextWidth = width } = sizes;
  if (!Number.isInteger(headWidth) || !Number.isInteger(heads / keyValueHeads)) {
    throw new ShapeError(
      'shape',
      `initMultiHeadAttention: expected heads that divide the width and keyValueHeads that divide heads, given width ${width}, heads ${heads}, keyValueHeads ${keyValueHeads}, headWidth ${headWidth}`,
    );
  }
  const { output, ...each } = options;
  const [ofQuery, ofKey, ofValue, ofOutput] = splitKey(key, 4);
  const inner = keyValueHeads * headWidth;
  return {
    query: initLinear(ofQuery!, { inputs: width, outputs: heads * headWidth }, each),
    key: initLinear(ofKey!, { inputs: contextWidth, outputs: inner }, each),
    value: initLinear(ofValue!, { inputs: contextWidth, outputs: inner }, each),
    output: initLinear(ofOutput!, { inputs: heads * headWidth, outputs: width }, { ...each, ...output }),
  };
}

/** Tables for positions from 0 on, at least as many as there are queries and keys, and the layout of pairs. */
export interface RotaryOptions extends RotaryTables {
  /** `interleaved` by default. */
  readonly layout?: RotaryLayout;
}

export interface HeadsOptions {
  /** Heads of queries; those of keys and values follow from the parameters. */
  readonly heads: number;
  /** Rotary positions; none by default. Self-attention only. */
  readonly rotary?: RotaryOptions;
}

export interface MultiHeadAttentionOptions extends HeadsOptions {
  /** [..., keys, contextWidth]: what keys and values are made of; x itself by default. */
  readonly context?: Tensor;
  /** Position i sees positions up to i. */
  readonly causal?: boolean;
  /** bool, broadcastable to [..., heads, queries, keys]: true where a query may see a key. */
  readonly mask?: Tensor;
}

/**
 * Multi-head attention of x [..., queries, width] to itself, or to a context: [..., queries, width].
 * Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.2; shared heads of keys and values: Ainslie et al. 2023
 * (arXiv:2305.13245). Throws ShapeError where sizes do not fit, or where rotary positions meet a context.
 */
export function multiHeadAttention(params: AttentionParameters, x: Tensor, options: MultiHeadAttentionOptions): Tensor {
  const { causal = false, mask } = options;
  const { query, key, value } = placedHeads(params, x, options);
  return attendHeads(params, query, key, value, { causal, ...(mask && { mask }) });
}

/**
 * What every query of `multiHeadAttention` attends to, [..., heads, queries, keys]: rows sum to 1, hidden keys have 0.
 * Throws as `multiHeadAttention`.
 */
export function attentionProbabilities(params: AttentionParameters, x: Tensor, options: MultiHeadAttentionOptions): Tensor {
  const { causal = false, mask } = options;
  const { query, key } = placedHeads(params, x, options);
  const size = query.shape.at(-3)! / key.shape.at(-3)!;
  const scale = 1 / Math.sqrt(query.shape.at(-1)!);
  const scores = ungroupHeads(matmul(groupHeads(query, size), groupHeads(key, 1), { transposeB: true, scale }));
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const past = causal ? tril(ones([queries, keys], 'bool'), keys - queries) : undefined;
  const visible = past && mask ? logicalAnd(past, mask) : (past ?? mask);
  return softmax(visible ? where(visible, scores, hiddenScore) : scores, -1);
}

/** So low that its probability is exactly zero, yet finite: a row with nothing visible stays defined. */
const hiddenScore = -1e30;

/** The heads of queries, keys and values, turned to their positions where those are rotary. */
function placedHeads(params: AttentionParameters, x: Tensor, { heads, context = x, rotary: tables }: MultiHeadAttentionOptions) {
  if (tables && context !== x) {
    throw new ShapeError('shape', 'multiHeadAttention: rotary positions are those of self-attention; leave out rotary or context');
  }
  const projected = projectHeads(params, x, context, heads);
  if (!tables) return projected;
  const { cos, sin } = firstRows(tables, x.shape.at(-2)!);
  const { query, key, value } = projected;
  return { query: rotary(query, cos, sin, tables), key: rotary(key, cos, sin, tables), value };
}

function firstRows({ cos, sin }: RotaryTables, length: number): RotaryTables {
  if (cos.shape[0] === length) return { cos, sin };
  if (cos.shape[0]! < length) {
    throw new ShapeError('shape', `multiHeadAttention: expected rotary tables of at least ${length} positions, given ${cos.shape[0]}`);
  }
  return { cos: sliceAxis(cos, 0, 0, length), sin: sliceAxis(sin, 0, 0, length) };
}

/** Queries [..., heads, queries, headWidth]; keys and values [..., keyValueHeads, keys, headWidth]. */
export function projectHeads(params: AttentionParameters, x: Tensor, context: Tensor, heads: number) {
  const query = splitHeads(linear(params.query, x), heads);
  const keyValueHeads = params.key.weight.shape[1]! / query.shape.at(-1)!;
  return {
    query,
    key: splitHeads(linear(params.key, context), keyValueHeads),
    value: splitHeads(linear(params.value, context), keyValueHeads),
  };
}

/** Attention of heads, in groups where several share keys and values, and the map back to the model's width. */
export function attendHeads(
  params: AttentionParameters,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: { readonly causal?: boolean; readonly mask?: Tensor },
): Tensor {
  const size = query.shape.at(-3)! / key.shape.at(-3)!;
  if (size === 1) return linear(params.output, joinHeads(attention(query, key, value, options)));
  const { mask, causal = false } = options;
  const grouped = attention(groupHeads(query, size), groupHeads(key, 1), groupHeads(value, 1), {
    causal,
    ...(mask && { mask: groupMask(mask, size) }),
  });
  return linear(params.output, joinHeads(ungroupHeads(grouped)));
}
