import {
  add,
  arange,
  broadcastTo,
  cachedAttention,
  expandDims,
  type FloatDType,
  lessEqual,
  reshape,
  rotary,
  scatterAlongAxis,
  ShapeError,
  take,
  type Tensor,
  zeros,
} from '@sardonyx/tensor';
import { joinHeads, splitHeads } from './heads.js';
import { linear } from './linear.js';
import { attendHeads, type AttentionParameters, type HeadsOptions, projectHeads, type RotaryOptions } from './multi-head-attention.js';

/** Keys and values of the positions decoded so far, in front of room for more. Donate it to the step that updates it. */
export interface KeyValueCache {
  /** [batch, keyValueHeads, capacity, headWidth] */
  readonly key: Tensor;
  readonly value: Tensor;
}

export interface KeyValueCacheSizes {
  readonly batch: number;
  readonly keyValueHeads: number;
  /** Positions there is room for. */
  readonly capacity: number;
  readonly headWidth: number;
}

/** An empty cache. */
export function initKeyValueCache(sizes: KeyValueCacheSizes, dtype: FloatDType = 'float32'): KeyValueCache {
  const shape = [sizes.batch, sizes.keyValueHeads, sizes.capacity, sizes.headWidth];
  return { key: zeros(shape, dtype), value: zeros(shape, dtype) };
}

/**
 * Causal self-attention of new positions to themselves and all before them.
 * x [batch, length, width] holds positions `position` … `position + length − 1`, with `position` an int32 scalar; the
 * result [batch, length, width] is that of `multiHeadAttention` with `causal` over the whole sequence, at these
 * positions. Returned beside it is the cache with the new keys and values written in place of the old ones.
 *
 * Where the cache is donated, a step costs what the positions so far cost, whatever the capacity, if it is in float32, the
 * heads' width is a multiple of 8, and it brings one position or a batch of 1. Other steps copy the cache and attend to
 * the whole of it.
 *
 * Throws ShapeError where more positions come than there is room for; running past the capacity fails the run (RuntimeError).
 */
export function decodeStep(
  params: AttentionParameters,
  x: Tensor,
  cache: KeyValueCache,
  position: Tensor,
  options: HeadsOptions,
): { readonly output: Tensor; readonly cache: KeyValueCache } {
  const length = x.shape.at(-2)!;
  const capacity = cache.key.shape.at(-2)!;
  if (length > capacity) {
    throw new ShapeError('shape', `decodeStep: expected at most ${capacity} positions, the cache's capacity, given ${length}`);
  }
  return isInPlace(x, cache) ? decodeInPlace(params, x, cache, position, options) : decodeByCopy(params, x, cache, position, options);
}

/** What `cachedAttention` takes. */
function isInPlace(x: Tensor, { key, value }: KeyValueCache): boolean {
  const [batch, length] = x.shape.slice(-3) as [number, number, number];
  const width = key.shape.at(-1)!;
  return x.rank === 3 && x.dtype === 'float32' && width % 8 === 0 && value.shape.at(-1) === width && (length === 1 || batch === 1);
}

function decodeInPlace(
  params: AttentionParameters,
  x: Tensor,
  cache: KeyValueCache,
  position: Tensor,
  { heads, rotary: tables }: HeadsOptions,
): { readonly output: Tensor; readonly cache: KeyValueCache } {
  const [batch, length] = x.shape as [number, number, number];
  const [, keyValueHeads, capacity, width] = cache.key.shape as [number, number, number, number];
  const isTurnedInside = tables && width % 16 === 0 && tables.cos.shape[0]! >= capacity;
  const turn = (vectors: Tensor, count: number): Tensor =>
    tables && !isTurnedInside ? joinHeads(turnAt(splitHeads(vectors, count), tables, placesFrom(position, length))) : vectors;
  const { output, cache: next } = cachedAttention(
    turn(linear(params.query, x), heads),
    turn(linear(params.key, x), keyValueHeads),
    linear(params.value, x),
    cache,
    broadcastTo(reshape(position, [1]), [batch]),
    { heads, keyValueHeads, ...(isTurnedInside && { rotary: tables }) },
  );
  return { output: linear(params.output, output), cache: next };
}

function decodeByCopy(
  params: AttentionParameters,
  x: Tensor,
  cache: KeyValueCache,
  position: Tensor,
  { heads, rotary: tables }: HeadsOptions,
): { readonly output: Tensor; readonly cache: KeyValueCache } {
  const places = placesFrom(position, x.shape.at(-2)!);
  const projected = projectHeads(params, x, x, heads);
  const turn = (vectors: Tensor) => (tables ? turnAt(vectors, tables, places) : vectors);
  const next = {
    key: writeAt(cache.key, places, turn(projected.key)),
    value: writeAt(cache.value, places, projected.value),
  };
  const mask = lessEqual(arange(cache.key.shape.at(-2)!, { dtype: 'int32' }), expandDims(places, 1));
  return { output: attendHeads(params, turn(projected.query), next.key, next.value, { mask }), cache: next };
}

const placesFrom = (position: Tensor, length: number): Tensor => add(position, arange(length, { dtype: 'int32' }));

/** Heads [..., length, width] turned to the places [length]. */
const turnAt = (vectors: Tensor, tables: RotaryOptions, places: Tensor): Tensor =>
  rotary(vectors, take(tables.cos, places), take(tables.sin, places), tables);

/** Rows [batch, heads, length, width] put at places [length] of the cache. */
const writeAt = (cache: Tensor, places: Tensor, rows: Tensor): Tensor =>
  scatterAlongAxis(cache, broadcastTo(expandDims(places, 1), rows.shape), rows, -2);
