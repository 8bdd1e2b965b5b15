import { cachedAttention, type CachedAttentionOptions, sliceAxis, tensor, type Tensor } from '../../../src/index.js';
import type { HostArray, OpCase, Suite } from '../case.js';
import { at, build, sumOf } from '../reference.js';

const capacity = 6;
const angle = (position: number, pair: number): number => position * 10 ** (-pair / 8);
const table = (f: (x: number) => number, width: number): Tensor =>
  tensor(
    Array.from({ length: capacity * (width / 2) }, (_, i) => f(angle(Math.floor(i / (width / 2)), i % (width / 2)))),
    [capacity, width / 2],
  );

interface Sizes {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly width: number;
  readonly position: readonly number[];
  readonly scale?: number;
  readonly layout?: 'interleaved' | 'half-split';
}

/** Attention by its definition: the cache's first positions, then the new ones up to the query's own. */
function reference(sizes: Sizes, q: HostArray, k: HostArray, v: HostArray, keys: HostArray, values: HostArray): HostArray[] {
  const { heads, keyValueHeads, width, layout, scale = 1 / Math.sqrt(width), batch, length } = sizes;
  const filled = Math.min(...sizes.position) + length;
  const vector = (x: HostArray, row: number, i: number, head: number, place: number): number[] => {
    const plain = Array.from({ length: width }, (_, d) => at(x, [row, i, head * width + d]));
    return layout ? turned(plain, place, layout) : plain;
  };
  const seen = (row: number, head: number, place: number, rows: HostArray, cached: HostArray, isKey: boolean): number[] => {
    const old = sizes.position[row]!;
    if (place < old) return Array.from({ length: width }, (_, d) => at(cached, [row, head, place, d]));
    if (isKey) return vector(rows, row, place - old, head, place);
    return Array.from({ length: width }, (_, d) => at(rows, [row, place - old, head * width + d]));
  };
  const output = build('float32', [batch, length, heads * width], ([row, i, column]) => {
    const head = Math.floor(column! / width);
    const group = Math.floor(head / (heads / keyValueHeads));
    const place = sizes.position[row!]! + i!;
    const query = vector(q, row!, i!, head, place);
    const scores = Array.from({ length: place + 1 }, (_, j) => {
      const key = seen(row!, group, j, k, keys, true);
      return Math.exp(scale * sumOf(query.map((x, d) => x * key[d]!)));
    });
    return sumOf(scores.map((s, j) => (s / sumOf(scores)) * seen(row!, group, j, v, values, false)[column! % width]!));
  });
  const cache = (rows: HostArray, cached: HostArray, isKey: boolean): HostArray =>
    build('float32', [batch, keyValueHeads, filled, width], ([row, head, j, d]) => seen(row!, head!, j!, rows, cached, isKey)[d!]!);
  return [output, cache(k, keys, true), cache(v, values, false)];
}

function turned(vector: readonly number[], place: number, layout: 'interleaved' | 'half-split'): number[] {
  const half = vector.length / 2;
  const [first, second] =
    layout === 'interleaved' ? [(m: number) => 2 * m, (m: number) => 2 * m + 1] : [(m: number) => m, (m: number) => m + half];
  const result = [...vector];
  for (let m = 0; m < half; m++) {
    const [a, b, c, s] = [vector[first(m)]!, vector[second(m)]!, Math.cos(angle(place, m)), Math.sin(angle(place, m))];
    result[first(m)] = a * c - b * s;
    result[second(m)] = a * s + b * c;
  }
  return result;
}

function cachedCase(name: string, sizes: Sizes): OpCase {
  const { batch, length, heads, keyValueHeads, width, position, layout, scale } = sizes;
  const inner = keyValueHeads * width;
  const options: CachedAttentionOptions = {
    heads,
    keyValueHeads,
    ...(scale !== undefined && { scale }),
    ...(layout && { rotary: { cos: table(Math.cos, width), sin: table(Math.sin, width), layout } }),
  };
  const filled = Math.min(...position) + length;
  return {
    name: `cachedAttention ${name}`,
    inputs: [
      { shape: [batch, length, heads * width] },
      { shape: [batch, length, inner] },
      { shape: [batch, length, inner] },
      { shape: [batch, keyValueHeads, capacity, width] },
      { shape: [batch, keyValueHeads, capacity, width] },
      { shape: [batch], dtype: 'int32', draw: { values: position } },
    ],
    call: (q, k, v, keys, values, places) => {
      const { output, cache } = cachedAttention(q, k, v, { key: keys, value: values }, places, options);
      // What lies beyond the new positions is room, with nothing promised about it.
      return [output, sliceAxis(cache.key, 2, 0, filled), sliceAxis(cache.value, 2, 0, filled)];
    },
    reference: (q, k, v, keys, values) => reference(sizes, q!, k!, v!, keys!, values!),
    gradient: [],
    // Examples would become one batch, which takes positions one by one.
    ...(length > 1 && { vmap: false as const }),
  };
}

export const cachedAttentionSuite: Suite = {
  family: 'attention with a cache',
  cases: [
    cachedCase('of one position', { batch: 1, length: 1, heads: 2, keyValueHeads: 2, width: 8, position: [3] }),
    cachedCase('of the first position', { batch: 1, length: 1, heads: 1, keyValueHeads: 1, width: 8, position: [0] }),
    cachedCase('up to the capacity', { batch: 1, length: 1, heads: 1, keyValueHeads: 1, width: 8, position: [5] }),
    cachedCase('of rows at different positions, in groups of heads', {
      batch: 3,
      length: 1,
      heads: 4,
      keyValueHeads: 2,
      width: 8,
      position: [4, 0, 2],
    }),
    cachedCase('of several positions', { batch: 1, length: 3, heads: 2, keyValueHeads: 1, width: 8, position: [2], scale: 0.2 }),
    cachedCase('of a whole prompt', { batch: 1, length: 4, heads: 2, keyValueHeads: 2, width: 16, position: [0], layout: 'interleaved' }),
    cachedCase('turned, interleaved', {
      batch: 2,
      length: 1,
      heads: 2,
      keyValueHeads: 1,
      width: 16,
      position: [3, 1],
      layout: 'interleaved',
    }),
    cachedCase('turned, half-split', {
      batch: 2,
      length: 1,
      heads: 2,
      keyValueHeads: 2,
      width: 16,
      position: [0, 5],
      layout: 'half-split',
    }),
    cachedCase('turned, of several positions', {
      batch: 1,
      length: 2,
      heads: 1,
      keyValueHeads: 1,
      width: 32,
      position: [3],
      layout: 'half-split',
    }),
  ],
  bad: [
    {
      name: 'cachedAttention of float64',
      inputs: [
        { shape: [1, 1, 8], dtype: 'float64' },
        { shape: [1, 1, 4, 8], dtype: 'float64' },
        { shape: [1], dtype: 'int32' },
      ],
      call: (x, cache, position) => cachedAttention(x!, x!, x!, { key: cache!, value: cache! }, position!, { heads: 1 }),
      error: 'DTypeError',
      says: ['query of dtype float32', 'float64'],
    },
    {
      name: 'cachedAttention of narrow heads',
      inputs: [{ shape: [1, 1, 8] }, { shape: [1, 2, 4, 4] }, { shape: [1], dtype: 'int32' }],
      call: (x, cache, position) => cachedAttention(x!, x!, x!, { key: cache!, value: cache! }, position!, { heads: 2 }),
      error: 'ShapeError',
      says: ['multiple of 8', '[1, 2, 4, 4]'],
    },
    {
      name: 'cachedAttention of several positions in a batch',
      inputs: [{ shape: [2, 2, 8] }, { shape: [2, 1, 4, 8] }, { shape: [2], dtype: 'int32' }],
      call: (x, cache, position) => cachedAttention(x!, x!, x!, { key: cache!, value: cache! }, position!, { heads: 1 }),
      error: 'ShapeError',
      says: ['batch of 1', '[2, 2, 8]'],
    },
    {
      name: 'cachedAttention of more positions than there is room for',
      inputs: [{ shape: [1, 5, 8] }, { shape: [1, 1, 4, 8] }, { shape: [1], dtype: 'int32' }],
      call: (x, cache, position) => cachedAttention(x!, x!, x!, { key: cache!, value: cache! }, position!, { heads: 1 }),
      error: 'ShapeError',
      says: ['capacity', '[1, 5, 8]'],
    },
  ],
};
