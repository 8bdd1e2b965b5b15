import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { sampleToken, type SamplingOptions } from '../src/generation/sampling.js';

const probabilities = [0.05, 0.4, 0.1, 0.25, 0.2];
const logits = Float32Array.from(probabilities, Math.log);

function frequencies(options: SamplingOptions, count = 20_000): number[] {
  const stream = new RandomStream(1, 'sampling');
  const counts = probabilities.map(() => 0);
  for (let i = 0; i < count; i++) counts[sampleToken(logits, options, stream)]!++;
  return counts.map((c) => c / count);
}

/** Four standard deviations of a frequency of 20,000 draws are at most 0.015. */
const expectFrequencies = (seen: readonly number[], expected: readonly number[]): void => {
  const total = expected.reduce((a, b) => a + b);
  seen.forEach((f, token) => {
    expect(Math.abs(f - expected[token]! / total)).toBeLessThan(0.015);
    if (expected[token] === 0) expect(f).toBe(0);
  });
};

describe('a token is drawn', () => {
  test('by its probability', () => expectFrequencies(frequencies({ temperature: 1 }), probabilities));
  test('more sharply where it is colder', () =>
    expectFrequencies(
      frequencies({ temperature: 0.5 }),
      probabilities.map((p) => p * p),
    ));
  test('from the k most likely', () => expectFrequencies(frequencies({ temperature: 1, topK: 2 }), [0, 0.4, 0, 0.25, 0]));
  test('from the nucleus', () => {
    expectFrequencies(frequencies({ temperature: 1, topP: 0.8 }), [0, 0.4, 0, 0.25, 0.2]);
    expectFrequencies(frequencies({ temperature: 1, topP: 0.3 }), [0, 1, 0, 0, 0]);
    expectFrequencies(frequencies({ temperature: 1, topP: 0.97 }), probabilities);
  });
  test('from the nucleus of the k most likely', () =>
    // Of 0.4, 0.25 and 0.2, renormalised, the first two hold 0.76.
    expectFrequencies(frequencies({ temperature: 1, topK: 3, topP: 0.75 }), [0, 0.4, 0, 0.25, 0]));
});

test('the most likely token is taken at temperature 0, the first of equals, without a draw', () => {
  const stream = new RandomStream(1, 'sampling');
  expect(sampleToken(Float32Array.of(1, 3, 3, 2), {}, stream)).toBe(1);
  expect(stream.position).toBe(0);
});

test('a large vocabulary with a small nucleus is no trouble, nor are logits far apart', () => {
  const many = new Float32Array(50_000).fill(-20);
  many[12_345] = 1;
  many[40_000] = 0.5;
  const stream = new RandomStream(2, 'sampling');
  const seen = new Set(Array.from({ length: 50 }, () => sampleToken(many, { temperature: 1, topP: 0.9 }, stream)));
  expect([...seen].sort()).toEqual([12_345, 40_000]);
  expect(sampleToken(Float32Array.of(-1e30, 80, -90), { temperature: 0.1 }, stream)).toBe(1);
});

test('logits that are not finite are refused', () => {
  const sample = (...logits: number[]) => sampleToken(Float32Array.from(logits), {}, new RandomStream(1, 'x'));
  expect(() => sample(2, Number.NaN, 1)).toThrow(/logits must be finite, given NaN for token 1; the model has diverged/);
  expect(() => sample(2, Number.POSITIVE_INFINITY)).toThrow(/given Infinity/);
  // Forbidden, rather than wrong.
  expect(sample(Number.NEGATIVE_INFINITY, -3)).toBe(1);
});
