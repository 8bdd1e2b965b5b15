import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { findByDefinition } from '../../src/tasks/hops.js';
import { ceilLog2 } from '../../src/theory/binary-code.js';
import { logitsOfEveryLoop, sequenceLogits, solve } from '../../src/theory/construction.js';
import { imitateByLooping } from '../../src/theory/looped-imitation.js';
import { loopedPointerDoubling } from '../../src/theory/looped-pointer-doubling.js';
import { pointerDoubling } from '../../src/theory/pointer-doubling.js';
import { randomSequences } from '../../src/theory/verification/random-models.js';
import { expectOrdinaryModel } from './ordinary-shapes.js';

const stream = new RandomStream(0, 'pointer doubling test');

/** hop_p of a sequence, one hop at a time by the definition; undefined for ⊥. */
function hopByDefinition(sequence: readonly number[], hops: number): number | undefined {
  let position = sequence.length;
  for (let hop = 0; hop < hops && position > 0; hop++) position = findByDefinition(sequence, position);
  return position === 0 ? undefined : sequence[position - 1];
}

const prefixHops = (sequence: readonly number[], hops: number): (number | undefined)[] =>
  sequence.map((_, at) => hopByDefinition(sequence.slice(0, at + 1), hops));

const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0) - 'a'.charCodeAt(0));
const letter = (symbol: number | undefined): string => (symbol === undefined ? '⊥' : String.fromCharCode('a'.charCodeAt(0) + symbol));

describe('p-hop by pointer doubling', () => {
  test.each([
    ['baebcabebdea', 'bc⊥⊥'],
    ['abcabcabc', 'abc⊥'],
    ['abcd', '⊥⊥⊥⊥'],
    ['aaaa', 'aaaa'],
  ])('known answers of %s: %s', async (text, answers) => {
    const hops = Array.from(answers, (_, at) => at + 1);
    const ours = await Promise.all(hops.map(async (p) => (await solve(pointerDoubling(p, text.length, 5), [letters(text)]))[0]));
    expect(ours.map(letter).join('')).toBe(answers);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17])('p = %d: every prefix of random sequences', async (hops) => {
    const length = 64;
    const construction = pointerDoubling(hops, length, 4);
    expect(construction.params.block).toHaveLength(ceilLog2(hops) + 2);
    const sequences = [...randomSequences(stream, 10, length, 4), ...randomSequences(stream, 3, length, 2)];
    const logits = await sequenceLogits(
      construction,
      sequences.map((sequence) => construction.encode(sequence)),
    );
    const answers = sequences.map((sequence) => prefixHops(sequence, hops));
    expect(logits.map((own) => construction.decodePrefixes(own))).toEqual(answers);
    expect(new Set(answers.flat()).size).toBe(5);
  });

  test.each([
    [31, 256],
    [32, 256],
    [33, 256],
    [200, 128],
  ])('p = %d at length %d', async (hops, length) => {
    const construction = pointerDoubling(hops, length, 4);
    const sequences = randomSequences(stream, 4, length, 4);
    const logits = await sequenceLogits(
      construction,
      sequences.map((sequence) => construction.encode(sequence)),
    );
    expect(logits.map((own) => construction.decodePrefixes(own))).toEqual(sequences.map((sequence) => prefixHops(sequence, hops)));
  });

  test.each([1, 3, 4, 6, 11])('p = %d as one looped layer of as many loops', async (hops) => {
    const construction = pointerDoubling(hops, 32, 3);
    expect(construction.scheduled.params.block.length).toBeLessThanOrEqual(5);
    const sequences = randomSequences(stream, 6, 32, 3);
    const tokens = sequences.map((sequence) => construction.encode(sequence));
    const looped = await imitateByLooping(construction.scheduled, tokens);
    expect([looped.config.layers, looped.config.loops]).toEqual([1, ceilLog2(hops) + 2]);
    expectOrdinaryModel(looped);
    expect((await solve(looped, tokens)).map((own) => construction.decodePrefixes(own))).toEqual(
      sequences.map((sequence) => prefixHops(sequence, hops)),
    );
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 16, 21, 31])('p = %d by one layer of two heads', async (hops) => {
    const length = 64;
    const construction = loopedPointerDoubling(hops, length, 4);
    expectOrdinaryModel(construction);
    expect([construction.config.layers, construction.config.heads, construction.loops]).toEqual([1, 2, ceilLog2(hops) + 2]);
    const sequences = [...randomSequences(stream, 10, length, 4), ...randomSequences(stream, 3, length, 2)];
    const tokens = sequences.map((sequence) => construction.encode(sequence));
    const answers = sequences.map((sequence) => prefixHops(sequence, hops));
    const states = await logitsOfEveryLoop(construction, tokens);
    expect(states.at(-1)!.map((own) => construction.decodePrefixes(own))).toEqual(answers);
    // One loop earlier the pair is (F_⌊p/2⌋, F_⌈p/2⌉), or F_0 where nothing was found yet.
    expect(states.at(-2)!.map((own) => construction.decodePrefixes(own))).not.toEqual(answers);
  });

  test('float64 and a single symbol', async () => {
    const construction = pointerDoubling(5, 1, 2, { dtype: 'float64' });
    expect(await solve(construction, [[0], [1]])).toEqual([undefined, undefined]);
  });

  test.each([
    [1, 8, 2],
    [6, 40, 4],
    [32, 256, 4],
  ])('has the weights of the ordinary model and the size that is claimed: p = %d', (hops, length, alphabet) => {
    expectOrdinaryModel(pointerDoubling(hops, length, alphabet));
    expect(pointerDoubling(16, 256, 4).claimed).toEqual({ layers: 6, loops: 1, width: 81, heads: 2, headWidth: 13, hidden: 104 });
  });

  test('refuses what it was not made for', () => {
    expect(() => pointerDoubling(0, 8, 4)).toThrow('p-hop: hops: expected a whole number of at least 1, given 0');
    expect(() => pointerDoubling(2, 8, 1)).toThrow('alphabet: expected a whole number of at least 2');
    expect(() => pointerDoubling(2, 8, 4, { scale: -1 })).toThrow('scale above 0');
    expect(() => pointerDoubling(2, 4, 4).encode([0, 1, 2, 4])).toThrow('expected 4 symbols from 0 to 3');
  });
});
