import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fewerHops } from '../../src/analysis/fewer-hops.js';
import { hopPlaces, hopPointers } from '../../src/analysis/hop-pointers.js';
import { PointerAttentionSums } from '../../src/analysis/pointer-attention.js';
import { hopsByDefinition } from '../../src/tasks/hops.js';
import { denseHopTargets } from '../../src/tasks/p-hop.js';
import { unsupervised } from '../../src/tasks/task-sequence.js';

const sequences = fc.array(fc.nat(3), { minLength: 1, maxLength: 30 });

describe('pointers of hops', () => {
  test('are those of the definition at every place', () => {
    fc.assert(
      fc.property(sequences, fc.integer({ min: 0, max: 6 }), (symbols, hops) => {
        const places = hopPlaces(symbols, hops);
        for (let place = 1; place <= symbols.length; place++) {
          for (let h = 0; h <= hops; h++) expect(places[h]![place]).toBe(hopsByDefinition(symbols.slice(0, place), h));
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  test('point from the places that dense supervision asks, at the symbols that answer', () => {
    fc.assert(
      fc.property(sequences, sequences, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 2 }), (one, two, hops, first) => {
        const length = 33;
        const [pointed] = hopPointers(
          [one, two].map((symbols) => ({ symbols, first })),
          length,
          [hops],
        );
        const expected = [one, two].flatMap((symbols, row) =>
          denseHopTargets(symbols, hops).flatMap((symbol, i) => (symbol === unsupervised ? [] : [[row * length + first + i, symbol]])),
        );
        expect(Array.from(pointed!.from, (from, n) => [from, pointed!.symbols[n]])).toEqual(expected);
        pointed!.to.forEach((to, n) => {
          const symbols = pointed!.from[n]! < length ? one : two;
          expect(symbols[to - first]).toBe(pointed!.symbols[n]);
          expect(to).toBeLessThanOrEqual(pointed!.from[n]! % length);
        });
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('of baebcabebdea, by hand', () => {
    // Places from 1: the last a (12) was last at 6, so F_1 = 7, a b; that b was last at 4, so F_2 = 5, a c, met for the first time.
    const symbols = Array.from('baebcabebdea', (letter) => letter.charCodeAt(0) - 97);
    expect(hopPlaces(symbols, 3).map((places) => places[12])).toEqual([12, 7, 5, 0]);
  });
});

describe('what fewer hops know', () => {
  test('by hand: a walk between two symbols is back after two steps', () => {
    // a b a b a b: from place i ≥ 3 one hop leads to i − 1, two to i − 2, whose symbol is that of i.
    const [one, two] = fewerHops([{ symbols: [0, 1, 0, 1, 0, 1] }], [1, 2]);
    expect(one).toEqual({ hops: 1, symbolHops: 0, symbol: 0, placeHops: 0, place: 0 });
    expect(two).toEqual({ hops: 2, symbolHops: 0, symbol: 1, placeHops: 0, place: 0 });
  });

  test('is the best of all of them, by the definition', () => {
    fc.assert(
      fc.property(fc.array(sequences, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5 }), (all, h) => {
        const right = Array.from({ length: h }, () => ({ symbol: 0, place: 0 }));
        let count = 0;
        for (const symbols of all) {
          for (let i = 1; i <= symbols.length; i++) {
            const at = (k: number): number => hopsByDefinition(symbols.slice(0, i), k);
            if (at(h) === 0 || symbols[i - 1] === symbols[i - 2]) continue;
            count++;
            right.forEach((sums, k) => {
              if (at(k) === at(h)) sums.place++;
              if (symbols[at(k) - 1] === symbols[at(h) - 1]) sums.symbol++;
            });
          }
        }
        const [found] = fewerHops(
          all.map((symbols) => ({ symbols })),
          [h],
        );
        for (const kind of ['symbol', 'place'] as const) {
          const best = Math.max(...right.map((sums) => sums[kind]));
          expect(found![kind]).toBe(best / count);
          expect(right[found![`${kind}Hops`]]![kind]).toBe(best);
        }
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  test('asks for hops', () => {
    expect(() => fewerHops([], [])).toThrow('expected whole numbers of hops from 1 on, given none');
    expect(() => fewerHops([], [1, 0])).toThrow('given 1, 0');
  });
});

describe('attention on pointers', () => {
  test('is the share at the target, of the right sequence and head', () => {
    const [length, heads] = [4, 2];
    const symbols = [0, 1, 0, 1];
    const pointers = hopPointers([{ symbols }, { symbols }], length, [1]);
    // Real hops: place 3 → 2 and place 4 → 3, positions 2 → 1 and 3 → 2.
    expect(Array.from(pointers[0]!.from)).toEqual([2, 3, 6, 7]);
    const map = new Float64Array(2 * heads * length * length);
    const set = (sequence: number, head: number, from: number, to: number, mass: number): void => {
      map[((sequence * heads + head) * length + from) * length + to] = mass;
    };
    set(0, 0, 2, 1, 0.5);
    set(0, 0, 3, 2, 0.25);
    set(1, 0, 2, 1, 1);
    set(1, 1, 3, 2, 0.75);
    set(1, 1, 3, 1, 0.25);
    const sums = new PointerAttentionSums(heads);
    sums.add([[map]], length, pointers);
    expect(sums.results()).toEqual([
      { loop: 1, layer: 1, head: 1, hops: 1, mass: 1.75 / 4 },
      { loop: 1, layer: 1, head: 2, hops: 1, mass: 0.75 / 4 },
    ]);
    expect(sums.uniform(1)).toBeCloseTo((1 / 3 + 1 / 4) / 2, 15);
  });
});
