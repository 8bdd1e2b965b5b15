import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RandomStream } from '@sardonyx/data';
import { afterAll, describe, expect, test } from 'vitest';
import { parseIdx, readImages, Teacher } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'classification-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a teacher', () => {
  const sizes = { features: 8, classes: 4, units: 6, decay: 2 };

  test('makes the same examples for a seed, and others for another', () => {
    const drawn = (seed: number) => new Teacher(sizes, seed).labelled(5, new RandomStream(1, 'examples'));
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(4).inputs).not.toEqual(drawn(3).inputs);
  });

  test('has inputs of the variances k^−a, rotated', () => {
    const count = 20_000;
    const { inputs } = new Teacher(sizes, 0).judged(count, new RandomStream(1, 'examples'));
    const total = inputs.reduce((sum, x) => sum + x * x, 0) / count;
    const expected = Array.from({ length: 8 }, (_, k) => (k + 1) ** -2).reduce((a, b) => a + b, 0);
    // The sum of squares has a relative deviation of √(2·Σσ⁴)/Σσ²/√count < 0.01.
    expect(total / expected).toBeCloseTo(1, 1);
    const first = inputs.filter((_, i) => i % 8 === 0).reduce((sum, x) => sum + x * x, 0) / count;
    expect(Math.abs(first - 1)).toBeGreaterThan(0.05);
  });

  test('gives probabilities, their entropy, and labels drawn from them', () => {
    const count = 4000;
    const teacher = new Teacher(sizes, 2);
    const judged = teacher.judged(count, new RandomStream(1, 'examples'));
    const row = (p: Float32Array, i: number) => [...p.subarray(4 * i, 4 * i + 4)];
    const entropies = Array.from({ length: count }, (_, i) => {
      const p = row(judged.probabilities, i);
      expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      return p.reduce((sum, value) => (value === 0 ? sum : sum - value * Math.log(value)), 0);
    });
    expect(judged.entropy).toBeCloseTo(entropies.reduce((a, b) => a + b, 0) / count, 6);
    expect(judged.entropy).toBeLessThan(Math.log(4));
    const labelled = teacher.labelled(count, new RandomStream(2, 'examples'));
    const shares = [judged, labelled].map(({ probabilities }) =>
      [0, 1, 2, 3].map((label) => probabilities.filter((_, i) => i % 4 === label).reduce((a, b) => a + b, 0) / count),
    );
    expect(new Set(labelled.probabilities)).toEqual(new Set([0, 1]));
    // Shares of 4000 labels deviate by √(¼/4000) = 0.008 at most.
    shares[0]!.forEach((share, label) => expect(Math.abs(shares[1]![label]! - share)).toBeLessThan(0.04));
  });
});

const idx = (shape: readonly number[], bytes: readonly number[]): Uint8Array => {
  const header = new Uint8Array(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((extent, axis) => new DataView(header.buffer).setUint32(4 + 4 * axis, extent));
  return Uint8Array.from([...header, ...bytes]);
};

describe('images in IDX format', () => {
  test('become standardised inputs and shares of one class, compressed or not', async () => {
    const data = join(folder, 'digits');
    mkdirSync(data);
    writeFileSync(join(data, 'train-images-idx3-ubyte'), idx([2, 1, 2], [0, 255, 255, 0]));
    writeFileSync(join(data, 'train-labels-idx1-ubyte.gz'), gzipSync(idx([2], [2, 0])));
    writeFileSync(join(data, 't10k-images-idx3-ubyte.gz'), gzipSync(idx([2, 1, 2], [255, 255, 0, 0])));
    writeFileSync(join(data, 't10k-labels-idx1-ubyte'), idx([2], [1, 0]));
    const { training, validation } = await readImages(data, 1);
    expect({ ...training, inputs: [...training.inputs], probabilities: [...training.probabilities] }).toEqual({
      count: 2,
      features: 2,
      classes: 3,
      inputs: [-1, 1, 1, -1],
      probabilities: [0, 0, 1, 1, 0, 0],
      entropy: 0,
    });
    expect(validation.count).toBe(1);
    expect([...validation.inputs]).toEqual([1, 1]);
    expect([...validation.probabilities]).toEqual([0, 1, 0]);
  });

  test.each([
    ['another magic number', [0, 0, 0x0d, 1, 0, 0, 0, 0]],
    ['no header', []],
    ['a cut header', [0, 0, 8, 2, 0, 0, 0, 1]],
    ['too few elements', [...idx([3], [1, 2])]],
    ['too many elements', [...idx([1], [1, 2])]],
  ])('%s is refused', (_name, bytes) => {
    expect(() => parseIdx(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'format' }));
  });

  test('labels that do not match the images are refused', async () => {
    const data = join(folder, 'unequal');
    mkdirSync(data);
    writeFileSync(join(data, 'train-images-idx3-ubyte'), idx([1, 1, 1], [0]));
    writeFileSync(join(data, 'train-labels-idx1-ubyte'), idx([2], [2, 0]));
    await expect(readImages(data, 1)).rejects.toThrow(expect.objectContaining({ code: 'shape' }));
  });
});
