import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ByteTokenizer, CharacterTokenizer, trainByteLevelBpe, writeGpt2Files, writeTokenizerJson } from '@sardonyx/data/tokenizers';
import { Interrupted } from '@sardonyx/study';
import { evaluate, random } from '@sardonyx/tensor';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPackedText, verifyPackedText } from '../src/language/token-shards.js';
import { loadModel, saveModel } from '../src/model/model-file.js';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../src/model/model.js';
import { expectRefusal, runCommand, runForRecords } from './run-command.js';

const root = mkdtempSync(join(tmpdir(), 'pack-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => void vi.useRealTimers());
const at = (name: string): string => join(root, name);

const fox = 'the quick brown fox jumps over the lazy dog. '.repeat(20);
const cats = ['Two cats: 猫 and chat.', 'naïve <|endoftext|> cats', 'the third'];
const jsonLines = (texts: readonly unknown[], field = 'text'): string =>
  texts.map((text) => `${JSON.stringify({ [field]: text })}\n`).join('');

const model: LoopedTransformerConfig = {
  layers: 1,
  loops: 1,
  width: 8,
  heads: 1,
  hidden: 8,
  vocabulary: 30,
  length: 8,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
/** A model that was not trained, with or without a tokenizer. */
const save = async (name: string, tokenizer?: ByteTokenizer | CharacterTokenizer): Promise<void> => {
  const config = { ...model, vocabulary: tokenizer?.vocabularySize ?? model.vocabulary };
  const params = await evaluate(initLoopedTransformer(random.key(0), config));
  await saveModel(at(name), { config, params, ...(tokenizer && { tokenizer: tokenizer.describe() }) });
};

beforeAll(async () => {
  for (const [name, content] of Object.entries({
    'fox.txt': fox,
    'fox.txt.gz': gzipSync(fox),
    'cats.jsonl': jsonLines(cats),
    'bodies.ndjson': jsonLines(cats, 'body'),
    'bad.jsonl': `${jsonLines(cats.slice(0, 1))}{"text": 3}\nno JSON\n{"text":"half \\ud83d"}\n${jsonLines(cats.slice(1))}`,
    'empty.txt': '',
    'blank.txt': ' \n',
    'binary.txt': Uint8Array.of(0x41, 0, 0x42),
    'latin.txt': Uint8Array.of(0x6e, 0x61, 0xef, 0x76, 0x65),
    'cut.gz': gzipSync(fox).subarray(0, 20),
  })) {
    writeFileSync(at(name), content);
  }
  const bpe = trainByteLevelBpe(fox, { vocabularySize: 280 });
  for (const name of ['gpt2', 'nothing', 'full']) mkdirSync(at(name));
  const { vocabulary, merges } = writeGpt2Files(bpe);
  writeFileSync(at('gpt2/vocab.json'), vocabulary);
  writeFileSync(at('gpt2/merges.txt'), merges);
  mkdirSync(at('json'));
  writeFileSync(at('json/tokenizer.json'), writeTokenizerJson(bpe));
  writeFileSync(at('full/notes.md'), 'mine');
  await save('bytes', new ByteTokenizer());
  await save('letters', CharacterTokenizer.of('abc '));
  await save('task');
});

let made = 0;
/** Packs, and gives what was printed with the folder and the texts of its documents. */
async function packed(files: readonly string[], flags: object = {}) {
  const output = at(`packed-${made++}`);
  const [record] = await runForRecords('data-pack', files.map(at), { output, ...flags });
  await verifyPackedText(output);
  const store = await openPackedText(output);
  const starts = await store.documentStarts();
  const end = store.tokenizer.specialTokens.has('<|endoftext|>') ? 1 : 0;
  const texts: string[] = [];
  for (const [i, start] of starts.entries()) {
    texts.push(store.tokenizer.decode(await store.read(start, (starts[i + 1] ?? store.length) - start - end)));
  }
  await store.close();
  return { output, texts, record: record! };
}

describe('data-pack', () => {
  test.each([
    ['byte', 257],
    ['character', new Set(fox + cats.join('')).size + 1],
    ['bpe', 280],
  ])('packs files and JSON lines as %s, which decode to the same texts', async (tokenizer, vocabularySize) => {
    const flags = { tokenizer, ...(tokenizer === 'bpe' && { vocabularySize }) };
    const { texts, record, output } = await packed(['fox.txt', 'cats.jsonl', 'fox.txt.gz'], flags);
    expect(texts).toEqual([fox, ...cats, fox]);
    const textBytes = Buffer.byteLength([fox, ...cats, fox].join(''));
    expect(record).toMatchObject({ directory: output, documents: 5, textBytes, vocabularySize, dtype: 'uint16', shards: 1, skipped: {} });
    expect(record['bytesPerToken']).toBe(textBytes / (record['tokens'] as number));
    // An end of text follows each document.
    if (tokenizer === 'byte') expect(record['tokens']).toBe(textBytes + 5);
    if (tokenizer === 'bpe') expect(record['bytesPerToken']).toBeGreaterThan(2);
  });

  test('is what train and eval take', async () => {
    const learned = await packed(['fox.txt', 'cats.jsonl'], { tokenizer: 'bpe', vocabularySize: 280 });
    const held = await packed(['fox.txt.gz'], { tokenizerFrom: learned.output });
    writeFileSync(
      at('config.json'),
      JSON.stringify({
        model: { layers: 1, loops: 2, width: 16, heads: 2, positions: 'learned', activation: 'relu' },
        data: { tokens: [learned.output], validation: [held.output], length: 16 },
        training: { steps: 10, batchSize: 4, learningRate: 0.003 },
        evaluation: { every: 5, examples: 32, measure: 'dense' },
      }),
    );
    await runCommand('train', [at('config.json')], { folder: at('run') });
    const trained = at('run/model');
    expect((await loadModel(trained)).config.vocabulary).toBe(learned.record['vocabularySize']);
    const [byTokens] = await runForRecords('eval', [trained], { tokens: [held.output] });
    expect(byTokens!['perplexity']).toBeGreaterThan(1);
    // Untrained, every one of its tokens would be as likely.
    expect(byTokens!['perplexity']).toBeLessThan(Number(learned.record['vocabularySize']));
    const other = await packed(['fox.txt']);
    await expectRefusal(runCommand('eval', [trained], { tokens: [other.output] }), /pack the text with the model's/);
    const again = await packed(['fox.txt'], { tokenizerFrom: trained });
    expect(await runForRecords('eval', [trained], { tokens: [again.output] })).toEqual([byTokens]);
  });

  test('takes the tokenizer of a model, of published files or of another packed text', async () => {
    const bytes = await packed(['fox.txt', 'cats.jsonl'], { tokenizerFrom: at('bytes') });
    expect(bytes.record).toMatchObject({ tokenizer: 'byte', vocabularySize: 256, bytesPerToken: 1 });
    expect(bytes.texts).toEqual([fox, ...cats]);
    const published = await packed(['cats.jsonl'], { tokenizerFrom: at('gpt2') });
    const json = await packed(['cats.jsonl'], { tokenizerFrom: at('json') });
    expect([published.texts, json.texts]).toEqual([cats, cats]);
    expect([published.record['tokenizer'], json.record['tokenizer']]).toEqual(['byte-level-bpe', 'tokenizer-json']);
    // The library that reads tokenizer.json takes names of special tokens in a text for these tokens: 13 bytes, 12 tokens here, are one.
    expect(json.record['tokens']).toBe(Number(published.record['tokens']) - 11);
  });

  test('takes another field, so many documents, and counts the lines it skips', async () => {
    expect((await packed(['bodies.ndjson'], { field: 'body', limit: 2 })).texts).toEqual(cats.slice(0, 2));
    expect((await packed(['fox.txt', 'cats.jsonl'], { limit: 2 })).texts).toEqual([fox, cats[0]]);
    for (const tokenizer of ['byte', 'character']) {
      const { texts, record } = await packed(['bad.jsonl', 'fox.txt'], { skipBad: true, tokenizer });
      expect(texts).toEqual([...cats, fox]);
      expect(record).toMatchObject({ documents: 4, skipped: { [at('bad.jsonl')]: 3 } });
    }
  });

  test('tells in words what came out, and how far it is', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const seen: string[] = [];
    const printed = await runCommand(
      'pack',
      [at('bad.jsonl'), at('fox.txt')],
      { output: at('told'), tokenizer: 'bpe', vocabularySize: 4000, skipBad: true },
      false,
      (line) => seen.push(line),
    );
    expect(printed[0]).toBe(`4 documents in ${at('told')}, 1 shard of uint16`);
    expect(printed[1]).toMatch(/^tokens {5}[\d,]+; \d+\.\d\d of the 957 bytes of text each$/);
    expect(printed[2]).toMatch(/^tokenizer {2}byte-level-bpe, \d+ tokens$/);
    expect(printed[3]).toBe(`skipped    3 lines of ${at('bad.jsonl')}`);
    expect(seen.at(-1)).toMatch(/^The texts repeat no more pairs: \d+ tokens instead of 4000\.$/);
    const joined: string[] = [];
    await runCommand('pack', [at('cats.jsonl')], { output: at('joined'), tokenizerFrom: at('bytes') }, false, (line) => joined.push(line));
    expect(joined.at(-1)).toBe('The tokenizer has no <|endoftext|>: nothing stands between one document and the next.');
  });

  test('leaves nothing where it is interrupted, in either pass', async () => {
    writeFileSync(at('long.jsonl'), jsonLines(Array.from({ length: 40 }, (_, i) => `${i} ${fox}`)));
    for (const [tokenizer, where] of [
      ['character', /^\d+ documents? read for their tokens$/],
      ['byte', /^\d+ documents? packed$/],
    ] as const) {
      // Six seconds pass whenever the clock is read, so that every document is told.
      let now = 0;
      const clock = vi.spyOn(Date, 'now').mockImplementation(() => (now += 6000));
      const output = at(`interrupted-${tokenizer}`);
      let shardWasThere = false;
      const attempt = runCommand('data-pack', [at('long.jsonl')], { output, tokenizer }, false, (line, interrupt) => {
        if (!where.test(line)) return;
        shardWasThere = existsSync(join(output, 'shard-0000.bin'));
        interrupt();
      });
      await expect(attempt).rejects.toThrow(Interrupted);
      clock.mockRestore();
      expect([shardWasThere, existsSync(output)]).toEqual([tokenizer === 'byte', false]);
    }
  });

  test('leaves an empty folder empty where a later file cannot be packed', async () => {
    await expectRefusal(runCommand('data-pack', [at('fox.txt'), at('binary.txt')], { output: at('nothing') }), /binary\.txt, line 1/);
    expect(readdirSync(at('nothing'))).toEqual([]);
  });

  test.each<[string, readonly string[], object, RegExp]>([
    ['no files', [], {}, /Cannot pack: expected text files, given none; name one or more\.$/],
    [
      'no folder to write',
      ['fox.txt'],
      { output: '' },
      /expected a folder to write, given none; name one, as in: sardonyx .* --output packed\.$/,
    ],
    ['a folder with something in it', ['fox.txt'], { output: at('full') }, /expected a new or empty folder, found notes\.md in it/],
    ['a file as a folder', ['fox.txt'], { output: at('fox.txt') }, /Cannot use ".*fox\.txt": a part of its path is a file/],
    ['a file that is not there', ['fox.txt', 'nowhere.txt'], {}, /Cannot use ".*nowhere\.txt": it is not there; check the path\.$/],
    ['a folder as a file', ['fox.txt', 'full'], {}, /full": expected a text file, given a folder; name the files in it\.$/],
    ['an empty file', ['fox.txt', 'empty.txt'], {}, /empty\.txt: expected text, given an empty file/],
    ['white space', ['blank.txt'], {}, /blank\.txt: expected text, given white space only/],
    ['NUL bytes', ['binary.txt'], {}, /binary\.txt, line 1: expected text in UTF-8, given a NUL byte at offset 1/],
    ['Latin-1', ['latin.txt'], { tokenizer: 'bpe' }, /latin\.txt, line 1: expected text in UTF-8, given other bytes/],
    ['half a gzip file', ['cut.gz'], {}, /cut\.gz: expected gzip data/],
    ['a bad line', ['bad.jsonl'], {}, /bad\.jsonl, line 2, field text: expected text of at least 1 character, given 3;/],
    [
      'another field',
      ['cats.jsonl'],
      { field: 'body' },
      /cats\.jsonl, line 1, field body: expected text of at least 1 character, given nothing/,
    ],
    ['a field of plain text', ['fox.txt'], { field: 'text' }, /Cannot use --field: expected a file of JSON lines, given .*fox\.txt; leave/],
    ['nothing but bad lines', ['bodies.ndjson'], { skipBad: true }, /packing: expected a document or more, given none/],
    ['nothing to learn from', ['bodies.ndjson'], { skipBad: true, tokenizer: 'bpe' }, /training: expected text, given none/],
    ['a vocabulary that is too small', ['fox.txt'], { tokenizer: 'bpe', vocabularySize: 256 }, /vocabulary-?size.*257/i],
    [
      'a size of bytes',
      ['fox.txt'],
      { vocabularySize: 300 },
      /--vocabulary-size: expected --tokenizer bpe beside it, given --tokenizer byte, which has a size of its own; add it, or leave --vocabulary-size out\.$/,
    ],
    [
      'a size of characters',
      ['fox.txt'],
      { tokenizer: 'character', vocabularySize: 300 },
      /expected --tokenizer bpe beside it, given --tokenizer character, which has a size of its own; leave one of them out\.$/,
    ],
    [
      'two tokenizers',
      ['fox.txt'],
      { tokenizer: 'bpe', tokenizerFrom: at('gpt2') },
      /Cannot use --tokenizer: expected no --tokenizer-from beside it, given both; leave one of them out\.$/,
    ],
    ['an unknown tokenizer', ['fox.txt'], { tokenizer: 'words' }, /tokenizer/],
    ['no folder of a tokenizer', ['fox.txt'], { tokenizerFrom: at('gtp2') }, /given nothing of this name; did you mean .*gpt2\?$/],
    ['a folder without a tokenizer', ['fox.txt'], { tokenizerFrom: at('full') }, /given none of them; give another folder\.$/],
    ['a model without a tokenizer', ['fox.txt'], { tokenizerFrom: at('task') }, /given a model without one; give a language model\.$/],
    [
      'characters that the tokenizer lacks',
      ['cats.jsonl'],
      { tokenizerFrom: at('letters') },
      /^Cannot pack .*cats\.jsonl, line 1: text at position 0 .*: expected one of the 4 characters of the vocabulary, given U\+0054 "T"; take/,
    ],
  ])('refuses %s and leaves no folder', async (_, files, flags, message) => {
    const output = at('refused');
    const before = readdirSync(root);
    // Flags are checked before there is anything to wait for.
    const attempt = (async () => runCommand('data-pack', files.map(at), { output, ...flags }))();
    await expectRefusal(attempt, message);
    expect(readdirSync(root)).toEqual(before);
    expect(readdirSync(at('full'))).toEqual(['notes.md']);
  });
});
