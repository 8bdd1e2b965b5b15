import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { type HopPointers, hopPointers } from '../../src/analysis/hop-pointers.js';
import { type PlaceKind, PointerProbes } from '../../src/analysis/pointer-probes.js';
import type { ResidualState } from '../../src/analysis/state-rows.js';
import { randomSequences } from '../../src/theory/verification/random-models.js';

const [length, alphabet, hops] = [12, 3, [1, 2]];
const width = length + alphabet;
const stream = new RandomStream(0, 'pointer probes test');

/** A state of noise, in which every place that points after h hops carries a one-hot code of where. */
function plantedState(sequences: number, pointed: HopPointers | undefined, code: (from: number, to: number) => number): ResidualState {
  const data = Float32Array.from({ length: sequences * length * width }, () => 0.3 * stream.normal());
  pointed?.from.forEach((place, n) => {
    data.fill(0, place * width, (place + 1) * width);
    data[place * width + code(place % length, pointed.to[n]!)] = 1;
    data[place * width + length + pointed.symbols[n]!] = 1;
  });
  return { data, width };
}

/** Probes of noise (X_0), of a planted F_1 (X_1) and of a planted F_2 (X_2). */
function probed(places: PlaceKind, code: (from: number, to: number) => number) {
  const probes = new PointerProbes({ states: 3, width, hops, alphabet, length, places });
  const some = (count: number) => {
    const sequences = randomSequences(stream, count, length, alphabet).map((symbols) => ({ symbols: [...symbols] }));
    const pointers = hopPointers(sequences, length, hops);
    return { pointers, states: [undefined, ...pointers].map((pointed) => plantedState(count, pointed, code)) };
  };
  const [learned, judged] = [some(300), some(200)];
  probes.learn(learned.states, learned.pointers);
  probes.judge(judged.states, judged.pointers);
  return { results: probes.results(), judged, learned };
}

describe('probes of pointers', () => {
  const kinds: readonly (readonly [PlaceKind, (from: number, to: number) => number])[] = [
    ['absolute', (_, to) => to],
    ['relative', (from, to) => from - to],
  ];

  test.each(kinds)('read exactly the hop that a state holds, by %s places, and no other', (places, code) => {
    const { results } = probed(places, code);
    expect(results.map(({ loop, hops }) => [loop, hops])).toEqual([0, 1, 2].flatMap((t) => hops.map((h) => [t, h])));
    for (const { loop, hops: h, symbol, place, symbolMajority, placeMajority } of results) {
      if (loop === h) expect([symbol, place]).toEqual([1, 1]);
      // Some 1000 positions or more: a standard error of 1.6 points at most, of which five.
      else if (loop === 0) expect([symbol < symbolMajority + 0.08, place < placeMajority + 0.08]).toEqual([true, true]);
      else expect(place).toBeLessThan(0.8);
    }
  });

  test.each(kinds)('do not read %s places from codes of the other kind', (places) => {
    const other = kinds.find(([kind]) => kind !== places)![1];
    for (const { loop, hops: h, place } of probed(places, other).results) if (loop === h) expect(place).toBeLessThan(0.8);
  });

  test('the majority is the most frequent of those learned from, counted where it is judged', () => {
    const { results, learned, judged } = probed(...kinds[0]!);
    for (const [h, { symbols }] of learned.pointers.entries()) {
      const counts = Array.from({ length: alphabet }, (_, a) => symbols.filter((symbol) => symbol === a).length);
      const majority = counts.indexOf(Math.max(...counts));
      const { symbols: told } = judged.pointers[h]!;
      expect(results[h]!.count).toBe(told.length);
      expect(results[h]!.symbolMajority).toBe(told.filter((symbol) => symbol === majority).length / told.length);
    }
  });
});
