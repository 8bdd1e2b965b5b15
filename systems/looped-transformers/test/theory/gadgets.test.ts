import { RandomStream } from '@sardonyx/data';
import { transformerBlock } from '@sardonyx/nn';
import { jit, tensor } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import {
  atLeastNeurons,
  gateNeurons,
  incrementNeurons,
  oneHotNeurons,
  shiftCodes,
  shiftHead,
  shortfallNeurons,
} from '../../src/theory/gadgets.js';
import { type HandSetLayer, layerWeights, sizesOf } from '../../src/theory/layer-weights.js';
import { type LinearForm, readSlot, residualLayout, type Slot } from '../../src/theory/residual-layout.js';

const stream = new RandomStream(0, 'gadgets test');

/** Layers of the ordinary code applied to a sequence of vectors, in float64. */
async function applyLayers(layers: readonly HandSetLayer[], rows: readonly (readonly number[])[]): Promise<number[][]> {
  const width = rows[0]!.length;
  const sizes = sizesOf(layers, width, 1);
  const weights = layers.map((layer) => layerWeights(layer, sizes, 'float64'));
  const x = tensor(Float64Array.from(rows.flat()), [1, rows.length, width]);
  const options = { heads: 1, norm: 'none', activation: 'relu', causal: true } as const;
  const values = (await jit((input: typeof x) => weights.reduce((y, layer) => transformerBlock(layer, y, options), input))(
    x,
  ).data()) as Float64Array;
  return rows.map((_, row) => Array.from(values.subarray(row * width, (row + 1) * width)));
}

const part = (row: readonly number[], { offset, size }: Slot): number[] => row.slice(offset, offset + size);
const bitsOf = (value: number, count: number): number[] => Array.from({ length: count }, (_, bit) => (value >> bit) & 1);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

describe('argmax as a one-hot vector', () => {
  const count = 6;
  const { slots } = residualLayout({ numbers: count, shortfall: count, oneHot: count });
  const layers = (gap: number): HandSetLayer[] => [
    { neurons: shortfallNeurons(readSlot(slots.numbers), slots.shortfall) },
    { neurons: oneHotNeurons(slots.shortfall, slots.oneHot, gap) },
  ];
  const chosen = async (numbers: readonly number[][], gap: number) =>
    (
      await applyLayers(
        layers(gap),
        numbers.map((row) => [...row, ...zeros(2 * count)]),
      )
    ).map((row) => part(row, slots.oneHot));

  test('is exact where the largest leads by the gap', async () => {
    const numbers = Array.from({ length: 200 }, () => Array.from({ length: count }, () => 10 * stream.normal()));
    const distinct = numbers.filter((row) => {
      const [first, second] = [...row].sort((a, b) => b - a) as [number, number];
      return first - second >= 2 ** -10;
    });
    const expected = distinct.map((row) => row.map((x) => Number(x === Math.max(...row))));
    expect(await chosen(distinct, 2 ** -10)).toEqual(expected);
    expect(distinct.length).toBeGreaterThan(150);
  });

  test('at the gap itself, and between two that are closer', async () => {
    const gap = 2 ** -4;
    const [exact, between] = await chosen(
      [
        [0, 1, 1 - gap, 0, 0, 0],
        [0, 1, 1 - gap / 4, 0, 0, 0],
      ],
      gap,
    );
    expect(exact).toEqual([0, 1, 0, 0, 0, 0]);
    expect(between).toEqual([0, 1, 0.75, 0, 0, 0]);
  });

  test('needs a power of two', () => {
    expect(() => oneHotNeurons(slots.shortfall, slots.oneHot, 0.1)).toThrow('expected a gap that is a power of two, given 0.1');
  });
});

describe('gate', () => {
  test('lets x through where M is 1 and y where it is 0, up to S', async () => {
    const { slots } = residualLayout({ x: 1, y: 1, M: 1, out: 1 });
    const [x, y, M, out] = [slots.x, slots.y, slots.M, slots.out].map(({ offset }): LinearForm => [[offset, 1]]) as [
      LinearForm,
      LinearForm,
      LinearForm,
      LinearForm,
    ];
    const S = 4;
    const rows = Array.from({ length: 100 }, () => [S * (2 * stream.uniform() - 1), S * (2 * stream.uniform() - 1), stream.integer(2), 0]);
    rows.push([S, -S, 1, 0], [-S, S, 0, 0]);
    const results = await applyLayers([{ neurons: gateNeurons(x, y, M, S, out) }], rows);
    for (const [at, [, , , result]] of results.entries()) {
      const [own, other, mask] = rows[at] as [number, number, number];
      // Shifted by S and back: rounded at the size of S.
      expect(Math.abs(result! - (mask === 1 ? own : other))).toBeLessThan(S * 2 ** -52);
    }
    const [beyond] = await applyLayers([{ neurons: gateNeurons(x, y, M, S, out) }], [[2 * S, 0, 0, 0]]);
    expect(beyond![3]).toBe(S);
  });
});

describe('binary numbers', () => {
  test('every number of six bits plus one, round to zero', async () => {
    const { slots } = residualLayout({ bits: 6, next: 6 });
    const rows = Array.from({ length: 64 }, (_, value) => [...bitsOf(value, 6), ...zeros(6)]);
    const results = await applyLayers([{ neurons: incrementNeurons(slots.bits, slots.next) }], rows);
    expect(results.map((row) => part(row, slots.next))).toEqual(rows.map((_, value) => bitsOf((value + 1) % 64, 6)));
  });

  test('every pair of numbers of five bits compared', async () => {
    const { slots } = residualLayout({ a: 5, b: 5, out: 1 });
    const pairs = Array.from({ length: 1024 }, (_, at) => [at >> 5, at & 31] as const);
    const layer = { neurons: atLeastNeurons(slots.a, slots.b, readSlot(slots.out)[0]!) };
    const results = await applyLayers(
      [layer],
      pairs.map(([a, b]) => [...bitsOf(a, 5), ...bitsOf(b, 5), 0]),
    );
    expect(results.map((row) => row.at(-1))).toEqual(pairs.map(([a, b]) => Number(a >= b)));
  });
});

test('shift moves every vector one position on and repeats the first', async () => {
  const [length, bits, size] = [11, 4, 3];
  const { slots } = residualLayout({ from: size, to: size, position: bits, previous: bits });
  const vectors = Array.from({ length }, () => Array.from({ length: size }, () => stream.normal()));
  const rows = vectors.map((vector, i) => [...vector, ...zeros(size), ...shiftCodes(i, bits).position, ...shiftCodes(i, bits).previous]);
  const results = await applyLayers([{ heads: [shiftHead(slots.position, slots.previous, slots.from, slots.to, 40)] }], rows);
  expect(results.map((row) => part(row, slots.to))).toEqual([vectors[0], ...vectors.slice(0, -1)]);
});
