import { describe, expect, test } from 'vitest';
import { jit, random, tensor, type Tensor } from '../../src/index.js';
import { threefry } from '../../src/random/threefry.js';

const word = (value: number): Tensor => tensor(Uint32Array.of(value), []);
const wordsOf = async (...xs: Tensor[]) => (await Promise.all(xs.map((x) => x.item()))).map((x) => x.toString(16).padStart(8, '0'));

/** The generator by plain 32-bit arithmetic, after the paper: for whole arrays of words. */
function block(k0: number, k1: number, c0: number, c1: number): [number, number] {
  const schedule = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let [x, y] = [(c0 + k0) >>> 0, (c1 + k1) >>> 0];
  for (let round = 0; round < 20; round++) {
    const bits = [13, 15, 26, 6, 17, 29, 16, 24][round % 8]!;
    x = (x + y) >>> 0;
    y = (((y << bits) | (y >>> (32 - bits))) ^ x) >>> 0;
    if (round % 4 === 3) {
      const group = (round + 1) / 4;
      x = (x + schedule[group % 3]!) >>> 0;
      y = (y + schedule[(group + 1) % 3]! + group) >>> 0;
    }
  }
  return [x, y];
}

describe('Threefry-2x32, 20 rounds', () => {
  // Known answers published with the paper's reference code (Random123, kat_vectors).
  const ones = 0xffffffff;
  const known: [string, [number, number], [number, number], [string, string]][] = [
    ['zeros', [0, 0], [0, 0], ['6b200159', '99ba4efe']],
    ['ones', [ones, ones], [ones, ones], ['1cb996fc', 'bb002be7']],
    ['digits of π', [0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], ['c4923a9c', '483df7a0']],
  ];
  test.each(known)('known answer of %s', async (_, key, counter, answer) => {
    const [x, y] = threefry([word(key[0]), word(key[1])], [word(counter[0]), word(counter[1])]);
    expect(await wordsOf(x, y)).toEqual(answer);
    expect(block(...key, ...counter).map((w) => w.toString(16).padStart(8, '0'))).toEqual(answer);
  });
});

describe('keys', () => {
  const seed = 0x1234_5678_9abc;
  const [k0, k1] = [0x1234, 0x5678_9abc];

  test('a seed gives its two words', async () => {
    expect([...(await random.key(seed).data())]).toEqual([k0, k1]);
    for (const bad of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => random.key(bad)).toThrow(/random.key: expected a whole number/);
  });

  test.each([[[]], [[5]], [[2, 3]], [[0]], [[1, 1001]]])('bits of shape %j', async (shape) => {
    const count = shape.reduce((p, n) => p * n, 1);
    const blocks = Array.from({ length: Math.ceil(count / 2) }, (_, i) => block(k0, k1, i, 0));
    const expected = [...blocks.map(([x]) => x), ...blocks.map(([, y]) => y)].slice(0, count);
    const bits = random.bits(random.key(seed), shape);
    expect(bits.shape).toEqual(shape);
    expect([...(await bits.data())]).toEqual(expected);
  });

  test('split and foldIn use counters of their own', async () => {
    const [a, b, c] = [0, 1, 2].map((i) => block(k0, k1, i, 1)) as [number, number][];
    expect([...(await random.split(random.key(seed), 3).data())]).toEqual([a![0], b![0], c![0], a![1], b![1], c![1]]);
    expect([...(await random.foldIn(random.key(seed), 7).data())]).toEqual(block(k0, k1, 7, 2));
    expect([...(await random.foldIn(random.key(seed), tensor([7], [], 'int32')).data())]).toEqual(block(k0, k1, 7, 2));
  });

  test('the same inside a compiled function, with the key as its argument', async () => {
    const draw = (key: Tensor) => ({ bits: random.bits(random.foldIn(key, 3), [5]), keys: random.split(key) });
    const [compiled, direct] = [jit(draw)(random.key(9)), draw(random.key(9))];
    expect(await compiled.bits.data()).toEqual(await direct.bits.data());
    expect(await compiled.keys.data()).toEqual(await direct.keys.data());
  });

  test('what is no key is refused', () => {
    expect(() => random.bits(tensor([1, 2]), [3])).toThrow(/random.bits: expected a key of dtype uint32, given float32/);
    expect(() => random.split(random.split(random.key(0)))).toThrow(/random.split: expected a key of shape \[2\], given \[2, 2\]/);
  });
});
