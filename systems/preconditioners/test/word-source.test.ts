import { RandomStream } from '@sardonyx/data';
import { describe, expect, test } from 'vitest';
import { drawWindow, drawWordSource, entropyRate, generatedText, givenText, windowEntropy, wordSource } from '../src/index.js';

describe('a source of words', () => {
  const tiny = wordSource(
    ['a', 'ab', 'b'],
    [Float64Array.of(0.5, 0.25, 0.25), Float64Array.of(0.1, 0.2, 0.7), Float64Array.of(0.3, 0.3, 0.4)],
  );

  test('has the stationary distribution of its words', () => {
    const { stationary, transitions } = tiny;
    transitions.forEach((_, v) => {
      const mass = transitions.reduce((sum, row, w) => sum + stationary[w]! * row[v]!, 0);
      expect(mass).toBeCloseTo(stationary[v]!, 14);
    });
  });

  test('has the entropy of all its texts of a length', () => {
    // Every text of five characters with its probability, by enumeration of the words that make it.
    const texts = new Map<string, number>();
    const extend = (text: string, next: Float64Array, probability: number): void => {
      if (text.length >= 5) return void texts.set(text.slice(0, 5), (texts.get(text.slice(0, 5)) ?? 0) + probability);
      next.forEach((p, v) => extend(`${text}${tiny.words[v]} `, tiny.transitions[v]!, probability * p));
    };
    extend('', tiny.stationary, 1);
    expect([...texts.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14);
    const entropy = [...texts.values()].reduce((sum, p) => sum - p * Math.log(p), 0);
    expect(5 * windowEntropy(tiny, 5)).toBeCloseTo(entropy, 13);
    // And the surprisal of a drawn window is that of its probability.
    const stream = new RandomStream(1, 'windows');
    for (let i = 0; i < 20; i++) {
      const { characters, surprisal } = drawWindow(tiny, 5, stream);
      const text = Array.from(characters.subarray(1), (index) => tiny.alphabet[index]).join('');
      expect(surprisal).toBeCloseTo(-Math.log(texts.get(text)!), 13);
      expect(tiny.alphabet[characters[0]!]).toBe(' ');
    }
  });

  test('has windows whose entropy tends to the entropy rate', () => {
    const source = drawWordSource(24, 3);
    const rate = entropyRate(source);
    const [short, long] = [windowEntropy(source, 40), windowEntropy(source, 400)].map((entropy) => entropy - rate);
    // The first word alone costs more: its share falls with the length.
    expect(short).toBeGreaterThan(0);
    expect(long! / short!).toBeCloseTo(0.1, 1);
    // Long texts differ by the words at their two ends alone.
    expect(400 * windowEntropy(source, 400) - 300 * windowEntropy(source, 300)).toBeCloseTo(100 * rate, 1);
  });

  test('draws text whose mean surprisal is its entropy', () => {
    const source = drawWordSource(24, 3);
    const { floor, floorError, vocabulary, validation } = generatedText(source, 32, 2000, 5);
    expect(floorError).toBeGreaterThan(0);
    // Four standard errors: one seed in 16,000 would miss.
    expect(Math.abs(floor - windowEntropy(source, 32))).toBeLessThan(4 * floorError);
    expect(vocabulary).toBe(source.alphabet.length);
    expect(validation[0]).toHaveLength(33);
    expect(Math.max(...validation.flatMap((window) => [...window]))).toBe(vocabulary - 1);
  });

  test('is the same for a seed, and another for another', () => {
    expect(drawWordSource(24, 3)).toEqual(drawWordSource(24, 3));
    expect(drawWordSource(24, 4).words).not.toEqual(drawWordSource(24, 3).words);
    expect(new Set(drawWordSource(200, 0).words).size).toBe(200);
  });
});

describe('a given text', () => {
  const text = 'abcdefghij'.repeat(20);

  test('is learnt from its first nine tenths and judged on the rest', () => {
    const windows = givenText(`${'a'.repeat(180)}${'b'.repeat(20)}`, 4, 3);
    expect(windows.vocabulary).toBe(2);
    expect(windows.floor).toBe(0);
    const stream = new RandomStream(0, 'windows');
    for (let i = 0; i < 200; i++) expect([...windows.draw(stream)]).toEqual([0, 0, 0, 0, 0]);
    expect(windows.validation.map((window) => [...window])).toEqual(Array.from({ length: 3 }, () => [1, 1, 1, 1, 1]));
  });

  test('reaches both of its ends', () => {
    const windows = givenText(text, 4, 16);
    const stream = new RandomStream(0, 'windows');
    const starts = new Set(Array.from({ length: 2000 }, () => windows.draw(stream)[0]));
    expect(starts.size).toBe(10);
    expect([...windows.validation.at(-1)!]).toHaveLength(5);
  });

  test.each([
    ['a short one', 'abc', 'empty'],
    ['one of too many characters', Array.from({ length: 5000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join(''), 'too-large'],
  ])('%s is refused', (_name, given, code) => {
    expect(() => givenText(given, 4, 3)).toThrow(expect.objectContaining({ code }));
  });
});
