import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOfText, readGpt2Files, trainByteLevelBpe, writeGpt2Files } from '@sardonyx/data/tokenizers';
import { tensor } from '@sardonyx/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { importGpt2 } from '../src/model/gpt2-weights.js';
import { loadModel } from '../src/model/model-file.js';
import { loopedTransformer } from '../src/model/model.js';
import { expectRefusal, runCommand, runForRecords } from './run-command.js';
import { type Arrays, file, gpt2, heads, positions, safetensors, width } from './tiny-gpt2.js';

const root = mkdtempSync(join(tmpdir(), 'import-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = 'the quick brown fox jumps over the lazy dog. the dog sleeps. ';
const tokenizerFiles = writeGpt2Files(trainByteLevelBpe(text, { vocabularySize: 262, specialTokens: [endOfText] }));
const tokenizer = readGpt2Files(tokenizerFiles);
const arrays = gpt2(tokenizer.vocabularySize);
const published = {
  model_type: 'gpt2',
  architectures: ['GPT2LMHeadModel'],
  activation_function: 'gelu_new',
  layer_norm_epsilon: 1e-5,
  n_head: heads,
  n_layer: 3,
  n_embd: width,
  n_positions: positions,
  vocab_size: tokenizer.vocabularySize,
};

let made = 0;
/** A folder with a checkpoint, and the files that differ from it. */
function checkpoint(files: Readonly<Record<string, string | Uint8Array | null>> = {}): string {
  const folder = join(root, `checkpoint-${made++}`);
  mkdirSync(folder);
  const all = {
    'model.safetensors': safetensors(arrays),
    'config.json': JSON.stringify(published),
    'vocab.json': tokenizerFiles.vocabulary,
    'merges.txt': tokenizerFiles.merges,
    ...files,
  };
  for (const [name, content] of Object.entries(all)) if (content !== null) writeFileSync(join(folder, name), content);
  return folder;
}

describe('import-gpt2', () => {
  test('makes a model that generate, eval, inspect and export take, with the same logits', async () => {
    const output = join(root, 'models', 'gpt2');
    const [record] = await runForRecords('import', [checkpoint()], { output });
    const parameters = Object.values(arrays).reduce((sum, { data }) => sum + data.length, 0);
    expect(record).toMatchObject({ directory: output, name: '(3⊗1)', parameters, tokenizer: 'byte-level-bpe' });
    const { config, params } = await loadModel(output);
    const own = importGpt2(file(arrays), { heads });
    const prompt = Int32Array.from(tokenizer.encode('the dog'));
    const ids = tensor(prompt, [1, prompt.length]);
    const logits = await loopedTransformer(own.params, ids, own.config).data();
    expect(await loopedTransformer(params, ids, config).data()).toEqual(logits);
    const next = Array.from(logits as Float32Array).slice(-tokenizer.vocabularySize);
    const [first] = await runForRecords('generate', [output], { prompt: 'the dog', maxTokens: 1 });
    expect(first!['token']).toBe(next.indexOf(Math.max(...next)));
    const held = join(root, 'held.txt');
    writeFileSync(held, text);
    const [judged] = await runForRecords('eval', [output], { text: held });
    expect(judged!['perplexity']).toBeGreaterThan(1);
    expect((await runForRecords('inspect', [output]))[0]).toMatchObject({ parameters: { distinct: parameters } });
    await runCommand('export', [output], { onnx: join(root, 'gpt2.onnx') });
    expect(existsSync(join(root, 'gpt2.onnx'))).toBe(true);
  });

  test('leaves layers before and after the loop, and takes the heads where no file tells them', async () => {
    const bare = checkpoint({ 'config.json': null, 'vocab.json': null, 'merges.txt': null });
    const output = join(root, 'looped');
    const flags = { output, heads, prelude: 1, coda: 1, loops: 3 };
    const [line] = await runCommand('import-gpt2', [join(bare, 'model.safetensors')], flags);
    expect(line).toMatch(/: \(1⊗1, 1⊗3, 1⊗1\), [\d,]+ parameters, without a tokenizer, so that it takes no text$/);
    expect((await loadModel(output)).config).toMatchObject({ prelude: 1, layers: 1, loops: 3, coda: 1, heads, activation: 'geluTanh' });
  });

  test("takes the activation and the normalization of config.json, and nanoGPT's name of the length", async () => {
    const { n_positions: length, ...rest } = published;
    const config = { ...rest, block_size: length, activation_function: 'gelu', layer_norm_epsilon: 1e-6 };
    const output = join(root, 'nano');
    await runCommand('import-gpt2', [checkpoint({ 'config.json': JSON.stringify(config) })], { output });
    expect((await loadModel(output)).config).toMatchObject({ activation: 'gelu', normEpsilon: 1e-6 });
  });

  const { 'h.1.ln_2.bias': _, ...without } = arrays;
  const { 'wpe.weight': __, ...positionless } = arrays;
  const shallow = Object.fromEntries(Object.entries(arrays).filter(([name]) => !name.startsWith('h.2.')));
  const configured = (fields: object) => ({ 'config.json': JSON.stringify({ ...published, ...fields }) });
  const weights = (given: Arrays) => ({ 'model.safetensors': safetensors(given) });
  test.each<[string, Readonly<Record<string, string | Uint8Array | null>>, object, RegExp]>([
    ['tensors that are missing', weights(without), {}, /^GPT-2 weights: h\.1\.ln_2\.bias is missing\.$/],
    ['no position table', weights(positionless), {}, / and so on, given h\.0\..* and no matrix wpe\.weight\.$/],
    [
      'a tensor of another shape',
      weights({ ...arrays, 'ln_f.weight': { shape: [2], data: new Float32Array(2) } }),
      {},
      /ln_f\.weight is \[2\], expected \[8\]/,
    ],
    ['a whole layer that is missing', weights(shallow), {}, /of two models: n_layer is 3, the weights have 2; take both from one\.$/],
    ['weights that are none', { 'model.safetensors': 'these are no weights at all' }, {}, /safetensors.*expected a header of at most/],
    [
      'no weights',
      { 'model.safetensors': null, 'pytorch_model.bin': 'x' },
      {},
      /expected model\.safetensors in .*, given pytorch_model\.bin;/,
    ],
    ['another architecture', configured({ model_type: 'llama' }), {}, /model_type: expected "?gpt2"?, given "llama"; import a GPT-2\.$/],
    [
      'scores that are scaled otherwise',
      configured({ scale_attn_by_inverse_layer_idx: true }),
      {},
      /scales attention alike in every layer/,
    ],
    ['a configuration that is none', { 'config.json': '{' }, {}, /config\.json: expected JSON, .*; take the original file\.$/],
    [
      'heads that nobody tells',
      configured({ n_head: undefined }),
      {},
      /expected config\.json with n_head, .*; give heads, 12 for GPT-2 small\.$/,
    ],
    ['other heads', {}, { heads: 4 }, /heads: expected the 2 of n_head in config\.json, given 4; leave heads out\.$/],
    ['heads that do not divide the width', configured({ n_head: 3 }), {}, /width 8 is not divisible by 3 heads/],
    ['no layers in the loop', {}, { prelude: 2, coda: 1 }, /2 layers before and 1 after the loop leave 0 of 3/],
    ['half a tokenizer', { 'merges.txt': null }, {}, /expected merges\.txt beside vocab\.json, given vocab\.json alone;/],
    ['a vocabulary of another model', { 'vocab.json': '{"a": 1}' }, {}, /vocab\.json: expected each id from 0 to 0 once/],
    ['a folder that is not there', { nowhere: null }, { from: 'nowhere' }, /Cannot use ".*nowhere": it is not there/],
  ])('refuses %s, and writes nothing', async (_, files, { from = '', ...flags }: { from?: string }, message) => {
    const output = join(root, 'never');
    await expectRefusal(runCommand('import-gpt2', [join(checkpoint(files), from)], { output, ...flags }), message);
    expect(existsSync(output)).toBe(false);
  });

  test('refuses a folder that holds something, and none', async () => {
    const output = join(root, 'full');
    mkdirSync(output);
    writeFileSync(join(output, 'notes.txt'), 'mine');
    await expectRefusal(
      runCommand('import-gpt2', [checkpoint()], { output }),
      /expected a new or empty folder, given one with notes\.txt;/,
    );
    expect(readdirSync(output)).toEqual(['notes.txt']);
    await expectRefusal(runCommand('import-gpt2', [checkpoint()], { output: join(output, 'notes.txt') }), /expected a new or empty folder/);
    await expectRefusal(runCommand('import-gpt2', [checkpoint()]), /expected a folder to write, given none; name one, as in: /);
  });
});
