import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/index.js';
import {
  ByteLevelBpeTokenizer,
  ByteLevelBpeTrainer,
  endOfText,
  readGpt2Files,
  readTokenizerJson,
  trainByteLevelBpe,
  writeGpt2Files,
} from '../../src/tokenizers/index.js';

interface Fixture {
  readonly corpus: string[];
  readonly vocabulary: string[];
  readonly merges: [string, string][];
  readonly texts: string[];
  readonly ids: number[][];
}
const read = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
/** Made by the Rust original: see make_tokenizers.py. */
const fixture = JSON.parse(read('tokenizers.json')) as Fixture;

describe('beside the Rust original', () => {
  it('learns the same merges', () => {
    const trained = trainByteLevelBpe(fixture.corpus, { vocabularySize: 600, specialTokens: [] });
    expect(trained.merges).toEqual(fixture.merges);
    expect(trained.vocabulary).toEqual(fixture.vocabulary);
  });

  it.each([
    ['own', new ByteLevelBpeTokenizer(fixture.vocabulary, fixture.merges)],
    ['tokenizer.json', readTokenizerJson(read('tokenizer.json'))],
  ])('encodes the same: %s', (_, tokenizer) => {
    for (const [i, text] of fixture.texts.entries()) {
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(fixture.ids[i]);
      expect(tokenizer.decode(fixture.ids[i]!)).toBe(text);
    }
  });
});

/** Merges words one step at a time, searching all pairs each time. */
function mergeSlowly(word: string, merges: readonly (readonly [string, string])[]): string[] {
  let tokens = [...word];
  for (;;) {
    let best = Infinity;
    let place = -1;
    for (let i = 1; i < tokens.length; i++) {
      const rank = merges.findIndex(([left, right]) => left === tokens[i - 1] && right === tokens[i]);
      if (rank !== -1 && rank < best) [best, place] = [rank, i];
    }
    if (place === -1) return tokens;
    tokens = [...tokens.slice(0, place - 1), tokens[place - 1]! + tokens[place]!, ...tokens.slice(place + 1)];
  }
}

describe('encoding', () => {
  it('agrees with a search of all pairs on words of two letters', () => {
    const stream = new RandomStream(1, 'words');
    const words = Array.from({ length: 40 }, () => Array.from({ length: 1 + stream.integer(40) }, () => 'ab'[stream.integer(2)]!).join(''));
    const tokenizer = trainByteLevelBpe(words, { vocabularySize: 300, specialTokens: [] });
    expect(tokenizer.merges.length).toBeGreaterThan(20);
    for (const word of words) {
      const tokens = tokenizer.encode(word).map((id) => tokenizer.vocabulary[id]);
      expect(tokens).toEqual(mergeSlowly(word, tokenizer.merges));
    }
  });

  it('of a word of 200,000 letters takes no quadratic time', () => {
    const tokenizer = trainByteLevelBpe('ab'.repeat(64), { vocabularySize: 263 });
    const start = performance.now();
    expect(tokenizer.decode(tokenizer.encode('ab'.repeat(100_000)))).toBe('ab'.repeat(100_000));
    // Some 0.3 s; scanning all pairs for each of 100,000 merges would take minutes.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('training', () => {
  it('takes the most frequent pair, then that of lower ids', () => {
    // "ab" and "cd" occur three times each, "xy" twice, "ef" once.
    const { merges } = trainByteLevelBpe('cd cd cd ab ab ab xy xy ef', { vocabularySize: 300 });
    expect(merges.map((pair) => pair.join(' '))).toEqual(['a b', 'c d', 'Ġ ab', 'x y', 'Ġ cd', 'Ġ xy']);
  });

  it('does not depend on how the text is divided or ordered', () => {
    const trainer = new ByteLevelBpeTrainer();
    for (const text of fixture.corpus.toReversed()) trainer.add(text);
    const options = { vocabularySize: 350, specialTokens: [] };
    expect(trainer.train(options).merges).toEqual(trainByteLevelBpe(fixture.corpus, options).merges);
  });

  it('stops at the vocabulary asked for, special tokens last', () => {
    const tokenizer = trainByteLevelBpe(fixture.corpus, { vocabularySize: 300 });
    expect(tokenizer.vocabularySize).toBe(300);
    expect(tokenizer.merges).toHaveLength(43);
    expect(tokenizer.specialTokens).toEqual(new Map([[endOfText, 299]]));
  });

  it('refuses what it cannot learn from', () => {
    expect(() => trainByteLevelBpe('', { vocabularySize: 300 })).toThrow(expect.objectContaining({ code: 'empty-text' }));
    expect(() => trainByteLevelBpe('a', { vocabularySize: 256 })).toThrow('an integer from 257 (256 bytes and 1 special tokens)');
    expect(() => trainByteLevelBpe('a', { vocabularySize: 300, specialTokens: ['x', 'x'] })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});

describe("GPT-2's files", () => {
  const trained = trainByteLevelBpe(fixture.corpus, { vocabularySize: 300 });

  it('come back as they went', () => {
    const files = writeGpt2Files(trained);
    expect(files.merges.split('\n')[0]).toBe('#version: 0.2');
    const again = readGpt2Files(files);
    expect(again.describe()).toEqual(trained.describe());
    expect(again.specialTokens).toEqual(new Map([[endOfText, 299]]));
    expect(readGpt2Files({ ...files, merges: files.merges.replaceAll('\n', '\r\n') }).merges).toEqual(trained.merges);
  });

  it.each([
    [{ vocabulary: '{' }, 'vocabulary', 'vocab.json: expected JSON'],
    [{ vocabulary: '[]' }, 'vocabulary', 'an object of ids by token'],
    [{ vocabulary: '{"a":0,"b":0}' }, 'vocabulary', 'each id from 0 to 1 once, given 0 for "b"'],
    [{ vocabulary: '{"a":0,"b":2}' }, 'vocabulary', 'given 2 for "b"'],
    [{ vocabulary: '{"a":0}' }, 'vocabulary', 'a token for each of the 256 bytes'],
    [{ merges: 'a b c\n' }, 'merges', 'merges.txt, line 1: expected two tokens with a space between, given "a b c"'],
    [{ merges: '#version: 0.2\na\n' }, 'merges', 'line 2'],
    [{ merges: 'Q X\n' }, 'merges', 'merge 1: expected tokens of the vocabulary, given Q X'],
  ])('refuses %j', (changed, code, message) => {
    const files = { ...writeGpt2Files(trained), ...changed };
    expect(() => readGpt2Files(files)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});
