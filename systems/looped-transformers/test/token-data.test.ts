import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ByteTokenizer, endOfText, trainByteLevelBpe, writeGpt2Files } from '@sardonyx/data/tokenizers';
import { readRunFile } from '@sardonyx/study';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packDocuments } from '../src/language/token-shards.js';
import { loadModel } from '../src/model/model-file.js';
import { expectRefusal, runCommand, runForRecords } from './run-command.js';

const root = mkdtempSync(join(tmpdir(), 'token-data-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);

const text = 'the quick brown fox jumps over the lazy dog. '.repeat(30);
const raw = (ids: ArrayLike<number>): Uint8Array => new Uint8Array(Uint16Array.from(ids).buffer);
const withHeader = (ids: ArrayLike<number>, magic = 20240520): Uint8Array => {
  const header = new Int32Array(256);
  header.set([magic, 1, ids.length]);
  return Buffer.concat([new Uint8Array(header.buffer), raw(ids)]);
};
const bytes = Buffer.from(text);
const cut = Math.round(0.9 * bytes.length);

const model = { layers: 1, loops: 2, width: 16, heads: 2, positions: 'learned', activation: 'relu' };
const training = { steps: 10, batchSize: 4, learningRate: 0.003 };
const evaluation = { every: 5, examples: 32, measure: 'dense' };

let made = 0;
/** Trains on these data, by `train` or `compare`; gives the directory. */
async function trained(data: object, command = 'train'): Promise<string> {
  const [config, folder] = [at(`config-${made}.json`), at(`run-${made++}`)];
  writeFileSync(config, JSON.stringify({ model, data, training, evaluation }));
  await runCommand(command, [config], { folder });
  return folder;
}
const weights = (run: string): Buffer => readFileSync(join(run, 'model', 'model.safetensors'));

const tokenizer = trainByteLevelBpe(text, { vocabularySize: 270, specialTokens: [endOfText] });
beforeAll(async () => {
  for (const [name, content] of Object.entries({
    'text.txt': text,
    'all.bin': raw(bytes),
    'llm.bin': withHeader(bytes),
    'train.bin': raw(bytes.subarray(0, cut)),
    'first.bin': raw(bytes.subarray(0, 333)),
    'second.bin': raw(bytes.subarray(333, cut)),
    'val.bin': raw(bytes.subarray(cut)),
    'odd.bin': raw(bytes).subarray(1),
    'short.bin': raw(bytes.subarray(0, 8)),
    'empty.bin': '',
    'magic.bin': withHeader(bytes, 7),
    'cut.bin': withHeader(bytes).subarray(0, 1000),
    'large.bin': raw([...bytes, 300]),
    'wide.bin': new Uint8Array(Uint32Array.from(bytes).buffer),
  })) {
    writeFileSync(at(name), content);
  }
  async function* documents() {
    for (const part of [text.slice(0, 700), text.slice(700)]) yield { text: part, source: 'made' };
  }
  await packDocuments(at('packed'), documents(), tokenizer, { shardTokens: 100 });
  await packDocuments(at('bytes'), documents(), new ByteTokenizer([endOfText]));
  mkdirSync(at('tokenizer'));
  const files = writeGpt2Files(tokenizer);
  writeFileSync(at('tokenizer/vocab.json'), files.vocabulary);
  writeFileSync(at('tokenizer/merges.txt'), files.merges);
});

describe('token files', () => {
  test('train the model that their text trains, whole or in parts, raw or with a header', async () => {
    const fromText = weights(await trained({ text: [at('text.txt')], tokenizer: 'byte', length: 16 }));
    const [length, vocabularySize] = [16, 256];
    for (const data of [
      { tokens: [relative('.', at('all.bin'))], vocabularySize, length },
      { tokens: [at('llm.bin')], format: 'llm.c', vocabularySize, length },
      { tokens: [at('first.bin'), at('second.bin')], validation: [relative('.', at('val.bin'))], vocabularySize, length },
    ]) {
      const run = await trained(data);
      expect(weights(run)).toEqual(fromText);
      const { config } = readRunFile(run).params as { config: string };
      expect((JSON.parse(config) as { data: { tokens: string[] } }).data.tokens.every((path) => path.startsWith('/'))).toBe(true);
      expect(readFileSync(join(run, 'events.ndjson'), 'utf8')).toContain('perplexity (1⊗2)');
    }
    const { tokenizer: none, config } = await loadModel(join(at(`run-1`), 'model'));
    expect([none, config.vocabulary]).toEqual([undefined, 256]);
  });

  test('with another order of tokens train another model', async () => {
    const length = { length: 16, vocabularySize: 256 };
    const one = await trained({ tokens: [at('first.bin'), at('second.bin')], validation: [at('val.bin')], ...length });
    const other = await trained({ tokens: [at('second.bin'), at('first.bin')], validation: [at('val.bin')], ...length });
    expect(weights(other)).not.toEqual(weights(one));
  });

  test('judge a model by eval --tokens as their text does', async () => {
    const run = join(await trained({ text: [at('text.txt')], length: 16 }), 'model');
    const [byText] = await runForRecords('eval', [run], { text: at('text.txt') });
    expect(await runForRecords('eval', [run], { tokens: [at('all.bin')] })).toEqual([byText]);
    expect(await runForRecords('eval', [run], { tokens: [at('llm.bin')], tokenFormat: 'llm.c' })).toEqual([byText]);
    for (const [flags, message] of [
      [{ tokens: [at('large.bin')] }, /large\.bin, token at position 1350: expected an id below the vocabulary's size 256, given 300/],
      [{ tokens: [at('all.bin')], text: at('text.txt') }, /Cannot judge by --text and --tokens at once: expected one of them/],
      [{ tokens: [at('bytes')] }, /expected a tokenizer of at most 256 tokens, given one of 257/],
      [{ tokens: [at('nowhere.bin')] }, /Cannot use ".*nowhere\.bin": it is not there/],
    ] as const) {
      await expectRefusal(runCommand('eval', [run], flags), message);
    }
  });

  test('of a packed text bring their tokenizer, and a tokenizer can be given to others', async () => {
    const packed = join(await trained({ tokens: [at('packed')], length: 16 }), 'model');
    expect((await loadModel(packed)).tokenizer).toEqual(tokenizer.describe());
    expect((await runForRecords('generate', [packed], { prompt: 'the fox', maxTokens: 3 })).length).toBeGreaterThan(0);
    expect((await runForRecords('eval', [packed], { tokens: [at('packed')] }))[0]!['perplexity']).toBeGreaterThan(1);
    await expectRefusal(runCommand('eval', [packed], { tokens: [at('bytes')] }), /expected the tokenizer of the model, given another one/);
    const named = join(await trained({ tokens: [at('all.bin')], tokenizer: at('tokenizer'), vocabularySize: 300, length: 16 }), 'model');
    const { config, tokenizer: given } = await loadModel(named);
    expect([config.vocabulary, given]).toEqual([300, tokenizer.describe()]);
  });

  test('are compared on', async () => {
    const run = await trained({ tokens: [at('train.bin')], validation: [at('val.bin')], vocabularySize: 256, length: 16 }, 'compare');
    const models = await Promise.all(['1x2', '1x1', '2x1'].map((shape) => loadModel(join(run, `model-${shape}`))));
    expect(models.map(({ config }) => config.vocabulary)).toEqual([256, 256, 256]);
  });

  test('need not be there to price a training', async () => {
    const config = at('priced.json');
    writeFileSync(config, JSON.stringify({ model, data: { tokens: ['nowhere.bin'], vocabularySize: 50257, length: 16 }, training }));
    const [record] = await runForRecords('train', [config], { estimate: true });
    expect(record).toMatchObject({ cost: { tokens: 10 * 4 * 16 } });
  });

  const sizes = { vocabularySize: 256, length: 16 };
  test.each<[string, (file: typeof at) => object, RegExp]>([
    [
      'tokens outside the vocabulary',
      (f) => ({ tokens: [f('large.bin')], ...sizes }),
      /large\.bin, token at position 1350: .* 256, given 300;/,
    ],
    ['such tokens in what is judged', (f) => ({ tokens: [f('all.bin')], validation: [f('large.bin')], ...sizes }), /large\.bin, token at/],
    ['an odd number of bytes', (f) => ({ tokens: [f('odd.bin')], ...sizes }), /odd\.bin: expected ids of 2 bytes, given 2699 bytes;/],
    [
      'another magic number',
      (f) => ({ tokens: [f('magic.bin')], format: 'llm.c', ...sizes }),
      /magic\.bin: expected a header with magic 20240520, .*, given magic 7, version 1 and 1350 tokens;/,
    ],
    ['half a header', (f) => ({ tokens: [f('cut.bin')], format: 'llm.c', ...sizes }), /expected 1024 bytes of header, given 1000 bytes;/],
    ['raw tokens as those of llm.c', (f) => ({ tokens: [f('all.bin')], format: 'llm.c', ...sizes }), /expected a header with magic/],
    ['too few tokens', (f) => ({ tokens: [f('short.bin')], ...sizes }), /expected 17 tokens or more, .* given 7;/],
    ['nothing', (f) => ({ tokens: [f('empty.bin')], ...sizes }), /empty\.bin: expected token ids, given an empty file/],
    ['no file', (f) => ({ tokens: [f('nowhere.bin')], ...sizes }), /Cannot use ".*nowhere\.bin": it is not there/],
    [
      'no vocabulary',
      (f) => ({ tokens: [f('all.bin')], length: 16 }),
      /all\.bin: expected the size of its vocabulary, .*, given none; give vocab/,
    ],
    ['two tokenizers', (f) => ({ tokens: [f('packed'), f('bytes')], length: 16 }), /packed texts: expected one tokenizer for all/],
    ['another tokenizer', (f) => ({ tokens: [f('bytes')], tokenizer: f('tokenizer'), length: 16 }), /expected that of the packed text/],
    [
      'a smaller vocabulary than the tokenizer’s',
      (f) => ({ tokens: [f('all.bin')], tokenizer: f('tokenizer'), ...sizes }),
      /expected at most the 256 tokens of data\.vocabularySize, given 270; raise it/,
    ],
    [
      'a folder without a tokenizer',
      (f) => ({ tokens: [f('all.bin')], tokenizer: f(''), length: 16 }),
      /given none of them; check data\.tok/,
    ],
    ['a folder without a manifest', (f) => ({ tokens: [f('tokenizer')], length: 16 }), /manifest\.json: expected a manifest, given none/],
    [
      'a text as a format',
      (f) => ({ tokens: [f('all.bin')], format: 'text', ...sizes }),
      /data\.format: expected one of raw, llm\.c, given "text"/,
    ],
    ['a model that is too short', (f) => ({ tokens: [f('all.bin')], ...sizes, length: 64 }), /model\.length=32: expected 64 or more/],
  ])('with %s are refused before there is a folder', async (_, data, message) => {
    const [config, folder] = [at('refused.json'), at('refused')];
    writeFileSync(config, JSON.stringify({ model: { ...model, length: 32 }, data: data(at), training }));
    await expectRefusal(runCommand('train', [config], { folder }), message);
    expect(existsSync(folder)).toBe(false);
  });
});
