import {
  add,
  arange,
  broadcastTo,
  expandDims,
  type FloatDType,
  lessEqual,
  rotary,
  scatterAlongAxis,
  ShapeError,
  take,
  type Tensor,
  zeros,
} from '@sardonyx/tensor';
import { attendHeads, type AttentionParameters, type HeadsOptions, projectHeads } from './multi-head-attention.js';

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
 * Throws ShapeError where more positions come than there is room for; running past the capacity fails the run (RuntimeError).
 */
export function decodeStep(
  params: AttentionParameters,
  x: Tensor,
  cache: KeyValueCache,
  position: Tensor,
  { heads, rotary: tables }: HeadsOptions,
): { readonly output: Tensor; readonly cache: KeyValueCache } {
  const length = x.shape.at(-2)!;
  const capacity = cache.key.shape.at(-2)!;
  if (length > capacity) {
    throw new ShapeError('shape', `decodeStep: expected at most ${capacity} positions, the cache's capacity, given ${length}`);
  }
  const places = add(position, arange(length, { dtype: 'int32' }));
  const projected = projectHeads(params, x, x, heads);
  const turn = (heads: Tensor) => (tables ? rotary(heads, take(tables.cos, places), take(tables.sin, places), tables) : heads);
  const next = {
    key: writeAt(cache.key, places, turn(projected.key)),
    value: writeAt(cache.value, places, projected.value),
  };
  const mask = lessEqual(arange(capacity, { dtype: 'int32' }), expandDims(places, 1));
  return { output: attendHeads(params, turn(projected.query), next.key, next.value, { mask }), cache: next };
}

/** Rows [batch, heads, length, width] put at places [length] of the cache. */
const writeAt = (cache: Tensor, places: Tensor, rows: Tensor): Tensor =>
  scatterAlongAxis(cache, broadcastTo(expandDims(places, 1), rows.shape), rows, -2);
