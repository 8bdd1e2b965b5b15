import { RandomStream } from '@sardonyx/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HopSize, sampleByRejection, samplePlanted } from '../../src/tasks/hop-samplers.js';
import { findByDefinition, firstHops, hopAcceptance, hopChain, hopsByDefinition, hopsByDoubling } from '../../src/tasks/hops.js';
import { denseHopTargets, pHop, type PHopProblem } from '../../src/tasks/p-hop.js';
import { shortcutLevels } from '../../src/tasks/shortcut-levels.js';
import { unsupervised } from '../../src/tasks/task-sequence.js';
import { chiSquareBound, chiSquareUniform, countsOf } from './statistics.js';

const symbolsOf = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0) - 97);
const random = (name: string) => new RandomStream(3, name);

/** `7:b` for every hop, ⊥ after the last one. */
const written = (text: string, hops: number) =>
  Array.from({ length: hops }, (_, hop) => {
    const place = hopsByDefinition(symbolsOf(text), hop + 1);
    return place === 0 ? '⊥' : `${place}:${text[place - 1]}`;
  });

describe('hops', () => {
  test('known answers', () => {
    expect(written('baebcabebdea', 3)).toEqual(['7:b', '5:c', '⊥']);
    expect(written('abcabcabc', 4)).toEqual(['7:a', '5:b', '3:c', '⊥']);
    expect(written('abcd', 1)).toEqual(['⊥']);
    expect(written('aaaa', 3)).toEqual(['4:a', '4:a', '4:a']);
  });

  test('three ways agree on 10⁴ random strings', () => {
    const stream = random('strings');
    for (let trial = 0; trial < 10_000; trial++) {
      const alphabet = 2 + stream.integer(4);
      const hops = 1 + stream.integer(9);
      const symbols = Array.from({ length: 1 + stream.integer(24) }, () => stream.integer(alphabet));
      const expected = hopsByDefinition(symbols, hops);
      const chain = hopChain(symbols, hops);
      expect(chain.length === hops ? chain.at(-1) : 0).toBe(expected);
      expect(hopsByDoubling(symbols, hops)[symbols.length]).toBe(expected);
    }
  });

  test('at every place of a sequence', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (symbols, hops) => {
        const found = firstHops(symbols);
        const places = hopsByDoubling(symbols, hops);
        for (let i = 1; i <= symbols.length; i++) {
          expect(found[i]).toBe(findByDefinition(symbols, i));
          expect(places[i]).toBe(hopsByDefinition(symbols.slice(0, i), hops));
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('never stand still after a real first hop, and consecutive symbols differ', () => {
    const stream = random('fixed points');
    for (let trial = 0; trial < 500; trial++) {
      const { symbols, chain } = sampleByRejection(stream, { length: 24, hops: 4, alphabet: 3 }, true);
      const path = [symbols.length, ...chain];
      for (let hop = 1; hop < path.length; hop++) {
        expect(path[hop]).toBeLessThan(path[hop - 1]!);
        expect(symbols[path[hop]! - 1]).not.toBe(symbols[path[hop - 1]! - 1]);
      }
    }
  });
});

describe('acceptance', () => {
  test('equals the share among all sequences of a small space', () => {
    const [length, alphabet] = [8, 3];
    for (const hops of [1, 2, 3]) {
      let [accepted, all] = [0, 0];
      for (let code = 0; code < alphabet ** length; code++) {
        const symbols = Array.from({ length }, (_, place) => Math.floor(code / alphabet ** place) % alphabet);
        if (symbols[length - 1] === symbols[length - 2]) continue;
        all += 1;
        if (hopsByDefinition(symbols, hops) > 0) accepted += 1;
      }
      expect(hopAcceptance(length, hops, alphabet)).toBeCloseTo(accepted / all, 12);
    }
  });

  test('is what the spec of the task measured', () => {
    expect(hopAcceptance(256, 16, 4)).toBeGreaterThan(0.9999);
    expect(hopAcceptance(64, 8, 4)).toBeCloseTo(0.993, 2);
    expect(hopAcceptance(32, 4, 4)).toBeCloseTo(0.96, 2);
    expect(hopAcceptance(2, 1, 4)).toBe(0);
  });

  test('stands in the refusal of too many hops', () => {
    expect(() => pHop({ length: 11, hops: 4 })).toThrow(
      /length ≥ 3·hops = 12, given 11; acceptance would be 16\.6 %; raise length or lower hops/,
    );
    expect(() => pHop({ length: 32, hops: 8, alphabet: 26 })).toThrow(/only 0\.00131 % of the draws; take the planted sampler/);
    expect(() => pHop({ length: 32, hops: 8, alphabet: 26, sampler: 'planted' })).not.toThrow();
    expect(() => pHop({ alphabet: 1 })).toThrow(/alphabet: expected whole numbers of at least 2, given 1/);
    expect(() => pHop({ hops: 1.5 })).toThrow(/hops: expected whole numbers of at least 1, given 1.5/);
    expect(() => pHop({ sampler: 'plant' as never })).toThrow(/sampler: expected one of rejection, planted, uniform, given "plant"/);
  });
});

const samplers = {
  rejection: (stream: RandomStream, size: HopSize) => sampleByRejection(stream, size, true),
  planted: samplePlanted,
};

describe.each(['rejection', 'planted'] as const)('the %s sampler', (sampler) => {
  test.each([
    { length: 256, hops: 16, alphabet: 4 },
    { length: 60, hops: 20, alphabet: 2 },
    { length: 64, hops: 2, alphabet: 26 },
    { length: 12, hops: 1, alphabet: 3 },
  ])('stores the true chain: %o', (size) => {
    const stream = random('chains');
    for (let trial = 0; trial < 300; trial++) {
      const { symbols, chain } = samplers[sampler](stream, size);
      expect(symbols).toHaveLength(size.length);
      expect(chain).toEqual(Array.from({ length: size.hops }, (_, hop) => hopsByDefinition(symbols, hop + 1)));
    }
  });

  test('answers every symbol equally often', () => {
    const stream = random('marginals');
    const size = { length: 64, hops: 8, alphabet: 4 };
    const answers = Array.from({ length: 8000 }, () => {
      const { symbols, chain } = samplers[sampler](stream, size);
      return symbols[chain.at(-1)! - 1]!;
    });
    expect(chiSquareUniform(countsOf(answers, 4))).toBeLessThan(chiSquareBound(3));
  });
});

test('planted chains fill the shortest sequence that the task allows', () => {
  const stream = random('tight');
  for (const alphabet of [2, 4, 26]) {
    for (let trial = 0; trial < 1000; trial++) {
      const { symbols, chain } = samplePlanted(stream, { length: 12, hops: 4, alphabet });
      expect(hopChain(symbols, 4)).toEqual(chain);
    }
  }
});

describe('the task', () => {
  test('supervises the last symbol, or every prefix with a real answer', () => {
    const problem: PHopProblem = { sequence: 'abcabbcabc', hops: 1, chain: [8], answer: 'a' };
    const tokens = symbolsOf(problem.sequence);
    const dense = pHop({ length: 10, hops: 1, supervise: 'dense' }).sequence(problem);
    expect(dense.tokens).toEqual(tokens);
    // b at place 6 is a fixed point; a, b, c at 1 to 3 have no earlier occurrence.
    expect(dense.targets).toEqual([...new Array<number>(3).fill(unsupervised), 1, 2, unsupervised, 0, 1, 2, 0]);
    const last = pHop({ length: 10, hops: 1 }).sequence(problem);
    expect(last.targets).toEqual([...new Array<number>(9).fill(unsupervised), 0]);
  });

  test('dense targets are the answers of the prefixes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (symbols, hops) => {
        denseHopTargets(symbols, hops).forEach((target, index) => {
          const place = hopsByDefinition(symbols.slice(0, index + 1), hops);
          const counts = place > 0 && symbols[index] !== symbols[index - 1];
          expect(target).toBe(counts ? symbols[place - 1] : unsupervised);
        });
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('refuses a wrong chain and a wrong answer', () => {
    const task = pHop({ length: 12, hops: 2 });
    const problem = { sequence: 'baebcabebdea', hops: 2, chain: [7, 5], answer: 'c' };
    expect(() => task.verify(problem)).not.toThrow();
    expect(() => task.verify({ ...problem, chain: [7, 4] })).toThrow(/places 7, 5, given 7, 4/);
    expect(() => task.verify({ ...problem, answer: 'b' })).toThrow(/answer c, given b/);
    expect(() => task.verify({ ...problem, hops: 3, chain: [7, 5, 1] })).toThrow(/places 7, 5, 0/);
  });

  test('with fixed points left in, the last symbol is a shortcut', () => {
    const exact = (sampler: 'uniform' | 'rejection') =>
      shortcutLevels(pHop({ length: 128, hops: 8, sampler, heldOut: 0 })).find(({ name }) => name === 'the last symbol')!.exactMatch;
    // A quarter are fixed points; of the rest a quarter by chance: 1/4 + 3/4 · 1/4 = 0.4375. Three standard errors of 2000 draws: 0.033.
    expect(Math.abs(exact('uniform') - 0.4375)).toBeLessThan(0.033);
    expect(Math.abs(exact('rejection') - 0.25)).toBeLessThan(0.033);
  });
});
