import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { analyzePointers } from '../../src/analysis/analyze-pointers.js';
import { type AnalyzedBatch, tokenBatch } from '../../src/analysis/analyzed-batch.js';
import { loopedPointerDoubling } from '../../src/theory/looped-pointer-doubling.js';
import { randomSequences } from '../../src/theory/verification/random-models.js';

const alphabet = 3;
const length = 40;
const stream = new RandomStream(0, 'pointer doubling analysis test');

/** Sequences behind the sink, as the construction reads them. */
const sequences = (count: number): AnalyzedBatch[] => [
  tokenBatch(randomSequences(stream, count, length, alphabet).map((symbols) => [alphabet, ...symbols])),
];

const shareOf = <T extends { readonly loop: number; readonly hops: number }>(rows: readonly T[], loop: number, hops: number): T =>
  rows.find((row) => row.loop === loop && row.hops === hops)!;

describe('pointer doubling by hand-set weights', () => {
  // The construction of p = 2^m holds F_1 after loop 2 and F_{2^t} after loop t + 2 (arXiv:2502.17416, section 5).
  const p = 8;
  const hops = [1, 2, 4, 8];
  const analyzed = analyzePointers(loopedPointerDoubling(p, length, alphabet), sequences(400), sequences(150), {
    hops,
    alphabet: alphabet + 1,
    first: 1,
  });

  test('every F_{2^t} is read exactly after loop t + 2, its place and its symbol, and not before', async () => {
    const { probes, fewer, loops } = await analyzed;
    expect(loops).toBe(5);
    hops.forEach((h, t) => {
      const found = shareOf(probes, t + 2, h);
      // Above 1000 positions each; the codes are exact.
      expect(found.count).toBeGreaterThan(1000);
      expect([found.symbol, found.place]).toEqual([1, 1]);
      const knownBefore = fewer.find((one) => one.hops === h)!;
      for (let loop = 0; loop < t + 2; loop++) {
        const before = shareOf(probes, loop, h);
        // What fewer hops, the symbols here and before, and the own position tell; for F_8 a walk over three symbols is often back.
        expect(before.place).toBeLessThan(0.5);
        expect(before.symbol).toBeLessThan(Math.max(0.75, knownBefore.symbol + 0.1));
      }
    });
  });

  test('attention fetches at F_{2^(t−1)} what F_{2^t} is made of', async () => {
    const { attention, uniform } = await analyzed;
    const most = (loop: number, h: number): number =>
      Math.max(...attention.filter((one) => one.loop === loop && one.hops === h).map(({ mass }) => mass));
    // Loop 2 finds F_1; loop t + 2 looks at F_{2^(t−1)}, all of it: scores are whole multiples of a scale of 40, and e⁻⁴⁰ = 4·10⁻¹⁸.
    for (const [loop, looksAt] of [
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 4],
    ] as const) {
      expect(most(loop, looksAt)).toBeCloseTo(1, 6);
      for (const h of hops.filter((h) => h !== looksAt)) expect(most(loop, h)).toBeLessThan(0.2);
    }
    for (const h of hops) expect(most(1, h)).toBeLessThan(0.5);
    expect(uniform.every(({ mass }) => mass > 1 / (length + 1) && mass < 0.2)).toBe(true);
  });

  test('hops are refused that no position makes', async () => {
    const refused = analyzePointers(loopedPointerDoubling(2, length, alphabet), sequences(2), sequences(2), {
      hops: [1, 39],
      alphabet: alphabet + 1,
      first: 1,
    });
    await expect(refused).rejects.toThrow(/positions to learn from, given \d+ with .* real hops; draw more problems/);
  });
});
