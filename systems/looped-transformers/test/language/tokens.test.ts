import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { ByteTokenizer, CharacterTokenizer, endOfText, type Tokenizer, trainByteLevelBpe } from '@sardonyx/data/tokenizers';
import { describe, expect, test } from 'vitest';
import type { TextDocument } from '../../src/language/documents.js';
import { evaluationBatches, LanguageBatches, type LanguageBatchOptions, languageBatch } from '../../src/language/language-batches.js';
import { openTokenFile } from '../../src/language/token-file.js';
import { openPackedText, packDocuments, verifyPackedText } from '../../src/language/token-shards.js';
import { splitInOrder, tokenStoreOf } from '../../src/language/token-store.js';
import type { SequenceBatch } from '../../src/model/sequence-batch.js';
import { wordPieces } from '../../src/language/text-pieces.js';
import { temporaryDirectory } from './temporary-directory.js';

const bytes = new ByteTokenizer([endOfText]);
const texts = ['first text', 'é', 'a third one, which is longer than a shard holds'];

async function* documentsOf(all: readonly string[]): AsyncGenerator<TextDocument> {
  for (const text of all) yield { text, source: 'made' };
}
const expectedIds = (tokenizer: Tokenizer) => texts.flatMap((text) => [...tokenizer.encode(text), 256]);

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const rows = async (x: SequenceBatch['tokens']): Promise<number[][]> => {
  const values = Array.from((await x.data()) as Int32Array);
  return Array.from({ length: x.shape[0]! }, (_, row) => values.slice(row * x.shape[1]!, (row + 1) * x.shape[1]!));
};

describe('packed texts', () => {
  test.each([7, 16, 1000])('come back in shards of %i tokens', async (shardTokens) => {
    const path = temporaryDirectory();
    const manifest = await packDocuments(path('packed'), documentsOf(texts), bytes, { shardTokens });
    const ids = expectedIds(bytes);
    expect(manifest).toMatchObject({ tokens: ids.length, documents: 3, dtype: 'uint16', vocabularySize: 257, textBytes: 59 });
    expect(manifest.shards).toHaveLength(Math.ceil(ids.length / shardTokens));
    expect(await verifyPackedText(path('packed'))).toEqual(manifest);

    const packed = await openPackedText(path('packed'));
    expect(Array.from(await packed.read(0, packed.length))).toEqual(ids);
    expect(Array.from(await packed.read(5, 20))).toEqual(ids.slice(5, 25));
    expect(await packed.documentStarts()).toEqual([0, 11, 14]);
    expect(packed.tokenizer.decode(await packed.read(14, 12))).toBe('a third one,');
    await expect(packed.read(ids.length - 1, 2)).rejects.toThrow('a range within');
    await packed.close();
  });

  test('are read by others as little-endian ids', async () => {
    const path = temporaryDirectory();
    await packDocuments(path('packed'), documentsOf(['ab']), bytes);
    expect([...readFileSync(path('packed/shard-0000.bin'))]).toEqual([0x61, 0, 0x62, 0, 0, 1]);
  });

  test('of large vocabularies take four bytes a token', async () => {
    const path = temporaryDirectory();
    const large = Object.assign(new ByteTokenizer(), { vocabularySize: 70_000, encode: () => [69_999, 1] });
    expect(await packDocuments(path('packed'), documentsOf(['x']), large)).toMatchObject({ dtype: 'uint32' });
    const packed = await openPackedText(path('packed'));
    expect(Array.from(await packed.read(0, 2))).toEqual([69_999, 1]);
    await packed.close();
  });

  test('of long documents hold the tokens of the whole, and starts of documents alone', async () => {
    const path = temporaryDirectory();
    // A little longer than one piece; the second document starts after it.
    const long = 'Some words, 12 of them;\n\n  again and again. '.repeat(Math.ceil(2 ** 24 / 44));
    await packDocuments(path('packed'), documentsOf([long, 'short']), bytes);
    const packed = await openPackedText(path('packed'));
    expect(await packed.documentStarts()).toEqual([0, long.length + 1]);
    expect(packed.tokenizer.decode(await packed.read(0, packed.length))).toBe(`${long}<|endoftext|>short<|endoftext|>`);
    await packed.close();
    const solid = documentsOf(['x'.repeat(2 ** 25)]);
    await expect(packDocuments(path('solid'), solid, bytes)).rejects.toMatchObject({ code: 'too-large' });
  });

  test.each([1, 2, 3, 7, 20])('are cut in pieces of %i units or more that BPE encodes alike', (length) => {
    const text = "  It's  a\n\n\tlong 12 345  line…\u00a0of 猫 🐈🐈 , ,, \u0085x \r\n it'll end 's  \n ".repeat(3);
    const tokenizer = trainByteLevelBpe(text, { vocabularySize: 330 });
    const pieces = [...wordPieces(text, length)];
    expect(pieces.length).toBeGreaterThan(4);
    expect(pieces.join('')).toBe(text);
    expect(pieces.flatMap((piece) => tokenizer.encode(piece))).toEqual(tokenizer.encode(text));
  });

  test('say what is damaged', async () => {
    const path = temporaryDirectory();
    await expect(openPackedText(path('packed'))).rejects.toThrow('manifest.json: expected a manifest, given none');
    await expect(packDocuments(path('none'), documentsOf([]), bytes)).rejects.toMatchObject({ code: 'too-small' });
    await expect(openPackedText(path('none'))).rejects.toMatchObject({ code: 'shards' });
    await packDocuments(path('packed'), documentsOf(texts), bytes);
    await expect(packDocuments(path('packed'), documentsOf(texts), bytes)).rejects.toThrow('choose another directory');

    const shard = path('packed/shard-0000.bin');
    const whole = readFileSync(shard);
    writeFileSync(
      shard,
      whole.map((byte, i) => (i === 4 ? byte ^ 1 : byte)),
    );
    await expect(verifyPackedText(path('packed'))).rejects.toThrow(/shard-0000\.bin: expected SHA-256/);
    truncateSync(shard, 20);
    await expect(openPackedText(path('packed'))).rejects.toThrow('expected 62 tokens, given 10');
    const manifest = JSON.parse(readFileSync(path('packed/manifest.json'), 'utf8')) as { shards: object[] };
    for (const [content, message] of [
      ['{"format":"other"}', /manifest\.json, field format: expected "sardonyx-tokens", given "other"; pack the text again\.$/],
      ['[]', /manifest\.json: expected an object, given \[\];/],
      ['format: other', /manifest\.json: expected JSON, given "format: other";/],
      [JSON.stringify({ ...manifest, tokens: 0 }), /field tokens: expected an integer above 0, given 0;/],
      [JSON.stringify({ ...manifest, tokenizer: 3 }), /field tokenizer: expected the description of a tokenizer, given 3;/],
      [
        JSON.stringify({ ...manifest, shards: [{ ...manifest.shards[0], file: '../shard.bin' }] }),
        /field shards\.0\.file: expected the name of a shard, such as shard-0000\.bin, given "\.\.\/shard\.bin";/,
      ],
    ] as const) {
      writeFileSync(path('packed/manifest.json'), content);
      await expect(openPackedText(path('packed'))).rejects.toThrow(message);
    }
  });

  test('in which an unknown character stands are refused with its place', async () => {
    const path = temporaryDirectory();
    const few = CharacterTokenizer.of('abc');
    await expect(packDocuments(path('packed'), documentsOf(['abcd']), few)).rejects.toMatchObject({ code: 'unknown-character' });
  });
});

describe('token files', () => {
  test("of llm.c's form: 256 int32 and two bytes a token", async () => {
    const header = new Int32Array(256);
    header.set([20240520, 1, 3]);
    const content = Buffer.concat([Buffer.from(header.buffer), Buffer.from(Uint16Array.of(5, 6, 7).buffer)]);
    const path = temporaryDirectory({
      good: content,
      short: content.subarray(0, 1028),
      raw: content.subarray(1024),
      odd: content.subarray(1025),
    });
    const file = await openTokenFile(path('good'), 50_257, { format: 'llm.c' });
    expect(Array.from(await file.read(0, 3))).toEqual([5, 6, 7]);
    await file.close();
    await expect(openTokenFile(path('short'), 50_257, { format: 'llm.c' })).rejects.toThrow('version 1 and 3 tokens; check');
    const raw = await openTokenFile(path('raw'), 7);
    await expect(raw.read(0, 3)).rejects.toThrow("token at position 2: expected an id below the vocabulary's size 7, given 7");
    await raw.close();
    await expect(openTokenFile(path('odd'), 7)).rejects.toThrow('expected ids of 2 bytes, given 5 bytes');
  });
});

describe('stores in memory', () => {
  test('split in order', async () => {
    const { training, validation } = splitInOrder(
      tokenStoreOf(
        Array.from({ length: 25 }, (_, i) => i),
        25,
      ),
      0.2,
    );
    expect(Array.from(await training.read(0, training.length))).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(Array.from(await validation.read(1, 2))).toEqual([21, 22]);
    await expect(training.read(18, 3)).rejects.toThrow('a range within 20 tokens');
    expect(() => splitInOrder(tokenStoreOf([1], 2))).toThrow(expect.objectContaining({ code: 'too-small' }));
    expect(() => splitInOrder(tokenStoreOf([1], 2), 1)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  test('refuse ids outside the vocabulary, uint16 or not', () => {
    expect(() => tokenStoreOf([0, 70_000], 65_536)).toThrow('token at position 1');
    expect(() => tokenStoreOf([-1], 65_536)).toThrow(expect.objectContaining({ code: 'token-range' }));
  });
});

describe('batches for training', () => {
  const store = tokenStoreOf(
    Array.from({ length: 101 }, (_, i) => i),
    200,
  );
  const options: LanguageBatchOptions = { length: 10, batchSize: 3, seed: 4 };

  test('hold sequences and what follows each position', async () => {
    const { tokens, targets, weights } = await new LanguageBatches(store, options).next();
    const sequences = await rows(tokens);
    expect(await rows(targets)).toEqual(sequences.map((row) => row.map((id) => id + 1)));
    expect(sequences.every(([first]) => first! % 10 === 0)).toBe(true);
    expect(Array.from((await weights.data()) as Float32Array)).toEqual(Array.from({ length: 30 }, () => 1));
  });

  test('visit every sequence at most once an epoch, in an order of the seed alone', async () => {
    const firsts = async (seed: number, count: number): Promise<number[]> => {
      const batches = new LanguageBatches(store, { ...options, seed });
      const found: number[] = [];
      for (let i = 0; i < count; i++) found.push(...(await rows((await batches.next()).tokens)).map(([first]) => first!));
      return found;
    };
    const epoch = await firsts(4, 3);
    expect(new Set(epoch).size).toBe(9);
    expect(await firsts(4, 3)).toEqual(epoch);
    expect(await firsts(5, 3)).not.toEqual(epoch);
    expect((await firsts(4, 6)).slice(9)).not.toEqual(epoch);
  });

  test.each(['shuffled', 'random'] as const)('resume exactly: %s', async (order) => {
    const batches = new LanguageBatches(store, { ...options, order });
    for (let i = 0; i < 4; i++) await batches.next();
    const state = JSON.parse(JSON.stringify(batches.state())) as ReturnType<LanguageBatches['state']>;
    const rest = [await batches.next(), await batches.next()];
    const again = new LanguageBatches(store, { ...options, order });
    again.restore(state);
    for (const batch of rest) expect(await rows((await again.next()).tokens)).toEqual(await rows(batch.tokens));
    expect(() => new LanguageBatches(store, { ...options, order, length: 9 }).restore(state)).toThrow(
      expect.objectContaining({ code: 'state-mismatch' }),
    );
    expect(() => new LanguageBatches(store, { ...options, order, seed: 9 }).restore(state)).toThrow();
  });

  test('at random places reach the first and the last token', async () => {
    const short = tokenStoreOf([0, 1, 2, 3, 4, 5], 6);
    const batches = new LanguageBatches(short, { length: 3, batchSize: 50, seed: 1, order: 'random' });
    const starts = new Set((await rows((await batches.next()).tokens)).map(([first]) => first));
    expect([...starts].sort()).toEqual([0, 1, 2]);
  });

  test('need text enough for one batch', () => {
    expect(() => new LanguageBatches(store, { ...options, batchSize: 11 })).toThrow(
      'at least 111 tokens for 11 sequences of 10 and the token after, given 101',
    );
    expect(() => new LanguageBatches(store, { ...options, length: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

describe('batches for evaluation', () => {
  test.each([2, 5, 11, 24, 25, 26])('have every token but the first as target once: %i tokens', async (count) => {
    const store = tokenStoreOf(
      Array.from({ length: count }, (_, i) => i),
      30,
    );
    const seen: number[] = [];
    for (const { tokens, targets, weights } of await gather(evaluationBatches(store, { length: 4, batchSize: 2 }))) {
      expect(tokens.shape).toEqual([2, 4]);
      const [before, after, counts] = [(await rows(tokens)).flat(), (await rows(targets)).flat(), (await weights.data()) as Float32Array];
      counts.forEach((weight, i) => {
        if (weight === 0) return;
        expect(after[i]).toBe(before[i]! + 1);
        seen.push(after[i]!);
      });
    }
    expect(seen).toEqual(Array.from({ length: count - 1 }, (_, i) => i + 1));
  });

  test('of a single token are refused', async () => {
    await expect(gather(evaluationBatches(tokenStoreOf([1], 2), { length: 4, batchSize: 2 }))).rejects.toMatchObject({ code: 'too-small' });
  });

  test('fill rows up with weight 0', async () => {
    const { tokens, weights } = languageBatch([[5, 6]], 3, 2);
    expect(await rows(tokens)).toEqual([
      [5, 0, 0],
      [0, 0, 0],
    ]);
    expect(Array.from((await weights.data()) as Float32Array)).toEqual([1, 0, 0, 0, 0, 0]);
  });
});
