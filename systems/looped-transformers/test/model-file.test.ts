import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '@sardonyx/data';
import { CharacterTokenizer } from '@sardonyx/data/tokenizers';
import { evaluate, random, tensor, toArrays } from '@sardonyx/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { loadModel, saveModel } from '../src/model/model-file.js';
import { configDifferences, type ModelDocument, parseConfig } from '../src/model/model-document.js';
import { initLoopedTransformer, loopedTransformer, type LoopedTransformerConfig } from '../src/model/model.js';
import { ModelError } from '../src/model/model-error.js';

const root = mkdtempSync(join(tmpdir(), 'models-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = () => join(root, String(folders++));

const config: LoopedTransformerConfig = {
  layers: 2,
  loops: 3,
  width: 16,
  heads: 2,
  hidden: 24,
  vocabulary: 4,
  length: 6,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
const tokens = tensor(new Int32Array([3, 1, 2, 0]), [1, 4]);

async function model(change: Partial<LoopedTransformerConfig> = {}, rest: Partial<ModelDocument> = {}): Promise<ModelDocument> {
  const c = { ...config, ...change };
  return { config: c, params: await evaluate(initLoopedTransformer(random.key(3), c)), ...rest };
}

const logits = async ({ params, config: c }: ModelDocument) => await loopedTransformer(params, tokens, c).data();

async function saved(change: Partial<LoopedTransformerConfig> = {}, rest: Partial<ModelDocument> = {}): Promise<string> {
  const directory = folder();
  await saveModel(directory, await model(change, rest));
  return directory;
}

describe('a model in a directory', () => {
  test.each<Partial<LoopedTransformerConfig>>([
    {},
    { prelude: 1, coda: 1, inject: 'concatLinear', loopNorm: true, loopEmbedding: 'learned', exitGate: true },
    { tieBlocks: 'soft', norm: 'layer', attentionBias: true, mlpBias: 'both', tiedHead: true },
    { norm: 'none', positions: 'rotary', headWidth: 4, rotaryLayout: 'half-split' },
  ])('comes back bit for bit: %o', async (change) => {
    const before = await model(change, {
      step: 12,
      task: { name: 'addition', parameters: { digits: 2 } },
      vocabulary: ['a', 'b', 'c', 'd'],
    });
    const directory = folder();
    await saveModel(directory, before);
    const after = await loadModel(directory);
    expect(await toArrays(after.params)).toEqual(await toArrays(before.params));
    expect(await logits(after)).toEqual(await logits(before));
    const { params: _, versions, ...described } = after;
    const { params: __, ...expected } = before;
    expect(described).toEqual(expected);
    expect(versions).toMatchObject({ sardonyx: expect.stringMatching(/^\d+\.\d+/) as string });
  });

  test('holds each shared weight once', async () => {
    const { tensors } = await readSafetensors(join(await saved({ tiedHead: true }), 'model.safetensors'));
    expect(Object.keys(tensors).filter((name) => name.startsWith('block[')).length).toBe(2 * 9);
    expect(Object.keys(tensors).some((name) => name.includes('head'))).toBe(false);
  });

  test('holds the tokenizer, which is that of the model', async () => {
    const tokenizer = new CharacterTokenizer(['a', 'b', 'c', 'd']);
    const { tokenizer: description } = await loadModel(await saved({}, { tokenizer: tokenizer.describe() }));
    expect(description).toEqual(tokenizer.describe());
    const large = new CharacterTokenizer(['a', 'b', 'c', 'd', 'e']).describe();
    await expect(saved({}, { tokenizer: large })).rejects.toThrow(/the tokenizer has 5 tokens, the model 4/);
    await expect(saved({}, { vocabulary: ['a'] })).rejects.toThrow(/the vocabulary has 1 tokens, the model 4/);
  });
});

describe('a model that is another one', () => {
  test('is refused with every field that differs, unless it may', async () => {
    const directory = await saved({ loops: 5, checkpoint: 'perLoop' });
    await expect(loadModel(directory, { config: { ...config, width: 32, inject: 'add' } })).rejects.toThrow(
      /the model is another one: loops is 5, expected 3; width is 16, expected 32; inject is none, expected add$/,
    );
    await expect(loadModel(directory, { config })).rejects.toThrow(/loops is 5, expected 3$/);
    // How a model is trained is no part of what it is.
    expect((await loadModel(directory, { config, mayDiffer: ['loops'] })).config.loops).toBe(5);
    expect(configDifferences(config, { ...config, norm: 'rms', prelude: 0 }).size).toBe(0);
  });

  test('is refused where its vocabulary is', async () => {
    const directory = await saved({}, { vocabulary: ['0', '1', '+', '='] });
    await expect(loadModel(directory, { vocabulary: ['0', '1', '-', '='] })).rejects.toThrow(/token 2 is "\+", expected "-"/);
    await expect(loadModel(directory, { vocabulary: ['0', '1', '+', '=', '.'] })).rejects.toThrow(
      /4 tokens, expected 5; token 4 is undefined, expected "."/,
    );
    await expect(loadModel(await saved(), { vocabulary: ['0'] })).rejects.toThrow(/has no vocabulary/);
    expect((await loadModel(directory, { vocabulary: ['0', '1', '+', '='] })).vocabulary).toHaveLength(4);
  });
});

describe('a broken model', () => {
  const edit = (directory: string, change: (json: Record<string, unknown>) => unknown): void => {
    const path = join(directory, 'config.json');
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)));
  };

  test('is refused with what is wrong, and where', async () => {
    await expect(loadModel(folder())).rejects.toThrow(
      /cannot read config.json: expected a directory with config.json and model.safetensors/,
    );
    await expect(loadModel(folder())).rejects.toThrow(ModelError);
    const unknown = await saved();
    edit(unknown, (json) => ({ ...json, config: { ...(json['config'] as object), depth: 9 }, author: 'x' }));
    await expect(loadModel(unknown)).rejects.toThrow(/unknown field "depth".*unknown field "author"/);
    const wrong = await saved();
    edit(wrong, (json) => ({ ...json, config: { ...(json['config'] as object), loops: 0, positions: 'absolute' } }));
    await expect(loadModel(wrong)).rejects.toThrow(/config\.loops.*config\.positions/);
    const later = await saved();
    edit(later, (json) => ({ ...json, formatVersion: 2 }));
    await expect(loadModel(later)).rejects.toThrow(/formatVersion/);
    const torn = await saved();
    writeFileSync(join(torn, 'config.json'), '{');
    await expect(loadModel(torn)).rejects.toThrow(/config.json: expected JSON/);
    const short = await saved();
    writeFileSync(join(short, 'model.safetensors'), new Uint8Array(4));
    await expect(loadModel(short)).rejects.toThrow(short);
  });

  test('is refused with the weights that are missing, unknown or of another shape', async () => {
    const directory = await saved();
    const path = join(directory, 'model.safetensors');
    const { tensors } = await readSafetensors(path);
    const { 'norm.gain': gain, ...others } = tensors;
    await writeSafetensors(path, {
      ...others,
      'final.gain': gain!,
      'head.weight': { ...tensors['head.weight']!, shape: [4, 16] } as never,
    });
    await expect(loadModel(directory)).rejects.toThrow(
      /norm\.gain is missing; head\.weight is \[4, 16\], expected \[16, 4\]; final\.gain is unknown/,
    );
  });

  test('and a configuration that contradicts itself', () => {
    expect(() => parseConfig({ ...config, heads: 3 })).toThrow(/width 16 is not divisible by 3 heads/);
    expect(() => parseConfig({ ...config, loops: '3' }, 'model.json')).toThrow(/model\.json: loops: /);
  });
});
