import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ByteTokenizer,
  CharacterTokenizer,
  encodeWithSpecialTokens,
  endOfText,
  readTokenizerJson,
  type Tokenizer,
  tokenizerFromDescription,
  trainByteLevelBpe,
  writeTokenizerJson,
} from '../../src/tokenizers/index.js';

const sample = "The quick brown fox, and the lazy dog; naïve café. кот 猫 👩‍👩‍👧 \t\n  12 345 don’t don't\n";
const bpe = trainByteLevelBpe([sample.repeat(3)], { vocabularySize: 300 });

const kinds: readonly [string, Tokenizer][] = [
  ['characters', CharacterTokenizer.of(sample, [endOfText])],
  ['bytes', new ByteTokenizer([endOfText])],
  ['byte-level BPE', bpe],
  ['tokenizer.json', readTokenizerJson(writeTokenizerJson(bpe))],
];

describe.each(kinds)('%s', (name, tokenizer) => {
  // Characters of the sample only, which every kind knows.
  const text = fc.array(fc.constantFrom(...sample), { maxLength: 60 }).map((characters) => characters.join(''));

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(text, (value) => {
        const ids = tokenizer.encode(value);
        expect(tokenizer.decode(ids)).toBe(value);
        expect(ids.every((id) => id >= 0 && id < tokenizer.vocabularySize)).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('decodes one by one what it decodes at once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: tokenizer.vocabularySize - 1 }), { maxLength: 30 }), text, (ids, value) => {
        for (const sequence of name === 'tokenizer.json' ? [tokenizer.encode(value)] : [ids, tokenizer.encode(value)]) {
          const stream = tokenizer.decodeStream();
          const parts = sequence.map((id) => stream.push(id));
          expect(parts.join('') + stream.end()).toBe(tokenizer.decode(sequence));
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('is made again from its description, through JSON', () => {
    const copy = tokenizerFromDescription(JSON.parse(JSON.stringify(tokenizer.describe())));
    expect(copy.encode(sample)).toEqual(tokenizer.encode(sample));
    expect([...copy.specialTokens]).toEqual([...tokenizer.specialTokens]);
    expect(copy.vocabularySize).toBe(tokenizer.vocabularySize);
  });

  it('gives the end of a text an id that text alone does not reach', () => {
    const id = tokenizer.specialTokens.get(endOfText)!;
    expect(id).toBe(tokenizer.vocabularySize - 1);
    expect(tokenizer.decode([...tokenizer.encode('The'), id])).toBe(`The${endOfText}`);
    expect(encodeWithSpecialTokens(tokenizer, `The${endOfText} dog`)).toEqual([
      ...tokenizer.encode('The'),
      id,
      ...tokenizer.encode(' dog'),
    ]);
  });

  it('refuses ids outside the vocabulary', () => {
    for (const id of [-1, tokenizer.vocabularySize, 1.5, NaN]) {
      expect(() => tokenizer.decode([id])).toThrow(expect.objectContaining({ code: 'unknown-id' }));
      expect(() => tokenizer.decodeStream().push(id)).toThrow(`0 to ${tokenizer.vocabularySize - 1}, given ${id}`);
    }
  });

  it('refuses lone surrogates and says where', () => {
    expect(() => tokenizer.encode('The \ud83d dog')).toThrow(expect.objectContaining({ code: 'ill-formed-text' }));
    expect(() => tokenizer.encode('dog\nThe \ud83d dog')).toThrow(
      'position 8 (line 2, column 5): expected well-formed Unicode, given the lone surrogate U+D83D',
    );
  });

  it('encodes nothing to nothing', () => {
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.decode([])).toBe('');
  });
});

describe('characters', () => {
  it('are numbered by code point', () => {
    expect(CharacterTokenizer.of('banana 👍é').encode('ab👍')).toEqual([1, 2, 5]);
  });

  it('that are unknown are named with code point and place', () => {
    const tokenizer = CharacterTokenizer.of('ab\n👍');
    expect(() => tokenizer.encode('ab\n👍aé')).toThrow(
      'text at position 6 (line 2, column 3): expected one of the 4 characters of the vocabulary, given U+00E9 "é"',
    );
    expect(() => tokenizer.encode('a\u0000')).toThrow(expect.objectContaining({ code: 'unknown-character' }));
  });

  it('refuses vocabularies that are none', () => {
    expect(() => CharacterTokenizer.of('')).toThrow(expect.objectContaining({ code: 'empty-text' }));
    expect(() => new CharacterTokenizer(['a', 'bc'])).toThrow('given "bc"');
    expect(() => new CharacterTokenizer(['a', 'b', 'a'])).toThrow('given U+0061 "a" twice');
    expect(() => CharacterTokenizer.of('ab', ['x', 'x'])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => CharacterTokenizer.of('ab', [''])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

describe('bytes', () => {
  it('are the UTF-8 form, a byte order mark included', () => {
    const tokenizer = new ByteTokenizer();
    expect(tokenizer.encode('\ufeffé')).toEqual([0xef, 0xbb, 0xbf, 0xc3, 0xa9]);
    expect(tokenizer.decode([0xef, 0xbb, 0xbf, 0xc3, 0xa9])).toBe('\ufeffé');
  });

  it('that are no UTF-8 become replacement characters', () => {
    const stream = new ByteTokenizer().decodeStream();
    expect([stream.push(0x41), stream.push(0xe2), stream.push(0x82), stream.push(0x42), stream.push(0xc3), stream.end()]).toEqual([
      'A',
      '',
      '',
      '\ufffdB',
      '',
      '\ufffd',
    ]);
  });
});

describe('tokenizer.json of other kinds', () => {
  // Words are joined with a space, pieces of a word without: what an id reads as depends on the ids before it.
  const wordPiece = readTokenizerJson(
    JSON.stringify({
      version: '1.0',
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: null,
      decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: { '[UNK]': 0, un: 1, '##known': 2, word: 3, '##s': 4, known: 5 },
      },
    }),
  );

  it('decodes words one by one with the spaces that they have at once', () => {
    const ids = wordPiece.encode('unknown words known word unknown words');
    expect(ids).toEqual([1, 2, 3, 4, 5, 3, 1, 2, 3, 4]);
    const stream = wordPiece.decodeStream();
    expect(ids.map((id) => stream.push(id))).toEqual(['un', 'known', ' word', 's', ' known', ' word', ' un', 'known', ' word', 's']);
    expect(stream.end()).toBe('');
  });

  it.each(['{', '[]', '{}', '{"model":{"type":"Magic"}}'])('refuses %s', (text) => {
    expect(() => readTokenizerJson(text)).toThrow(expect.objectContaining({ code: 'vocabulary' }));
  });
});

describe('descriptions', () => {
  it.each([
    [undefined, 'kind'],
    [{ kind: 'words' }, 'given "words"'],
    [{ kind: 'byte' }, 'description, specialTokens'],
    [{ kind: 'character', characters: ['a', 1], specialTokens: [] }, 'description, characters'],
    [{ kind: 'byte-level-bpe', vocabulary: [], merges: [['a']] }, 'description, merges'],
  ])('refuses %j', (description, message) => {
    expect(() => tokenizerFromDescription(description)).toThrow(message);
  });
});
