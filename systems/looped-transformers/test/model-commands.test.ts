import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInputError, checkParameters, type Command } from '@sardonyx/study';
import { evaluate, random, tensor } from '@sardonyx/tensor';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDecoder, generate } from '../src/generation/decoding.js';
import { system } from '../src/index.js';
import { saveModel } from '../src/model/model-file.js';
import { initLoopedTransformer, loopedTransformer, type LoopedTransformerConfig, parameterCounts } from '../src/model/model.js';

const root = mkdtempSync(join(tmpdir(), 'model-commands-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const vocabulary = ['0', '1', '2', '+', '=', '\n', '<eos>', '<pad>'];
const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 2,
  width: 16,
  heads: 2,
  hidden: 24,
  vocabulary: vocabulary.length,
  length: 12,
  positions: 'rotary',
  inject: 'none',
  activation: 'relu',
};
const directory = join(root, 'model');
const params = await evaluate(initLoopedTransformer(random.key(4), config));
beforeAll(() => saveModel(directory, { config, params, vocabulary }));

interface Output {
  readonly lines: string[];
  readonly pieces: string[];
}

async function run(name: string, args: readonly string[], given: object = {}, json = false, inPieces = false): Promise<Output> {
  const command = system.commands!.find((candidate) => candidate.name === name) as unknown as Command;
  const [lines, pieces]: [string[], string[]] = [[], []];
  await command.run(
    {
      signal: new AbortController().signal,
      arguments: args,
      json,
      print: (text) => void lines.push(text),
      ...(inPieces && { write: (text: string) => void pieces.push(text) }),
      log: () => undefined,
    },
    checkParameters(command.params, given as Record<string, unknown>),
  );
  return { lines, pieces };
}

describe('generate', () => {
  const prompt = [1, 3, 2, 4];

  test('continues a prompt as the library does, in pieces as they come and in lines', async () => {
    const decoder = await createDecoder(params, config, { loops: 3 });
    const options = { maxTokens: 8, temperature: 1.5, topK: 6, seed: 2 };
    const [made] = await generate(decoder, [prompt], { ...options, stopToken: 6 });
    decoder.dispose();
    const asked = { prompt: '1+2=', loops: 3, maxTokens: 8, temperature: 1.5, topK: 6, samplingSeed: 2 };
    const text = made!
      .filter((token) => token !== 6)
      .map((token) => vocabulary[token])
      .join('');
    const streamed = await run('generate', [directory], asked, false, true);
    expect(streamed.pieces.join('')).toBe(text);
    expect(streamed.pieces.length).toBeGreaterThan(3);
    expect((await run('generate', [directory], asked)).lines.join('\n')).toBe(text);
    const { lines } = await run('generate', [directory], asked, true);
    expect(lines.map((line) => (JSON.parse(line) as { token: number }).token)).toEqual(made);
  });

  test('stops at a token, and where there is no more room', async () => {
    const tokens = async (given: object) =>
      (await run('generate', [directory], { prompt: '1+2=', ...given }, true)).lines.map(
        (line) => (JSON.parse(line) as { token: number }).token,
      );
    // 12 positions, of which the prompt has 4; the last new token is not read.
    const all = await tokens({ temperature: 1, samplingSeed: 1, stop: '<pad>' });
    expect(all.length).toBeLessThanOrEqual(9);
    const until = vocabulary[all[1]!]!;
    expect((await tokens({ temperature: 1, samplingSeed: 1, stop: until })).length).toBe(all.indexOf(all[1]!) + 1);
  });

  test('refuses what the model cannot do, as bad input', async () => {
    const attempt = async (given: object, model = directory) => await run('generate', [model], { prompt: '1+', ...given });
    await expect(attempt({ prompt: '1−2' })).rejects.toThrow(
      /"−" \(U\+2212\) at position 1 is not in the vocabulary: expected tokens of 0 1 2 \+ =/,
    );
    await expect(attempt({ loops: 0 })).rejects.toThrow(/loops must be a positive integer, given 0/);
    await expect(attempt({ maxTokens: 20 })).rejects.toThrow(/need 21 positions, but there is room for 12/);
    await expect(attempt({ maxTokens: 20 })).rejects.toThrow(/ask for fewer new tokens\.$/);
    await expect(attempt({ prompt: '1'.repeat(13) })).rejects.toThrow(/a prompt of 13 tokens .* room for 12; shorten the prompt\.$/);
    await expect(attempt({ prompt: '' })).rejects.toThrow(
      /expected a text to continue, given none; write one, as in: .*--prompt "12\+34="\.$/,
    );
    await expect(run('generate', [directory])).rejects.toThrow(/expected a text to continue/);
    await expect(run('export', [directory])).rejects.toThrow(/expected a file to write, given none; .* --onnx model\.onnx\.$/);
    await expect(attempt({ stop: '1+' })).rejects.toThrow(/expected a single token to stop at/);
    await expect(attempt({}, join(root, 'missing'))).rejects.toThrow(BadInputError);
    const mute = join(root, 'mute');
    await saveModel(mute, { config, params });
    await expect(attempt({}, mute)).rejects.toThrow(/neither a tokenizer nor a vocabulary/);
  });
});

describe('a folder that is no model', () => {
  test('is refused with the models that it holds', async () => {
    const training = join(root, 'training');
    const study = join(root, 'study');
    await saveModel(join(training, 'model'), { config, params, vocabulary });
    for (const name of ['1x2', '1x1']) await saveModel(join(study, 'models', name), { config, params, vocabulary });
    const refusals: readonly (readonly [string, RegExp])[] = [
      [training, /expected a directory with config\.json and model\.safetensors, given one .* that holds models; give .*training.model\.$/],
      [study, /give .*models.1x1 or .*models.1x2\.$/],
      [join(root, 'nowhere'), /given none of this name; check the path, which starts in /],
      [join(directory, 'config.json'), /given a file; give the directory that holds it\.$/],
      [root, /holds models; give .*model/],
    ];
    for (const [given, message] of refusals) {
      for (const attempt of [
        run('generate', [given], { prompt: '1+' }),
        run('inspect', [given]),
        run('eval', [given], { task: 'addition' }),
      ]) {
        await expect(attempt).rejects.toThrow(message);
        await expect(attempt).rejects.toBeInstanceOf(BadInputError);
      }
    }
  });

  test('knobs that are no JSON object are refused', async () => {
    for (const parameters of ['[1]', '3', 'null', '{']) {
      await expect(run('eval', [directory], { task: 'p-hop', parameters })).rejects.toThrow(
        /^--parameters: expected (a JSON object|JSON) such as \{"hops": 4\}, given /,
      );
    }
  });
});

describe('a model that is damaged', () => {
  const files = ['config.json', 'model.safetensors'] as const;
  const whole = async (file: string): Promise<Buffer> => await readFile(join(directory, file));

  test.each<[string, (typeof files)[number], (bytes: Buffer) => string | Buffer, RegExp]>([
    ['by an empty configuration', 'config.json', () => '', /config\.json: expected JSON/],
    ['by a binary configuration', 'config.json', () => Buffer.from([0, 159, 146, 150]), /config\.json: expected JSON/],
    [
      'by no loops',
      'config.json',
      (text) => String(text).replace(/"loops":\s*2/, '"loops":0'),
      /config\.loops: expected an integer of at least 1, given 0/,
    ],
    ['by other sizes', 'config.json', (text) => String(text).replace(/"width":\s*16/, '"width":8'), /\[8, 16\], expected \[8, 8\]/],
    ['by empty weights', 'model.safetensors', () => '', /expected at least 8 bytes, given 0/],
    ['by weights that are none', 'model.safetensors', () => Buffer.alloc(100, 0xab), /expected a header of at most 92 bytes/],
    ['by weights cut off', 'model.safetensors', (bytes) => bytes.subarray(0, bytes.length - 50), /copy the file again, it is incomplete/],
  ])('%s is refused, whichever command reads it', async (name, damaged, damage, message) => {
    const broken = join(root, name.replaceAll(' ', '-'));
    mkdirSync(broken);
    for (const file of files) writeFileSync(join(broken, file), file === damaged ? damage(await whole(file)) : await whole(file));
    const attempts = [
      () => run('generate', [broken], { prompt: '1+' }),
      () => run('inspect', [broken]),
      () => run('eval', [broken], { task: 'addition' }),
      () => run('export', [broken], { onnx: join(root, 'never.onnx') }),
    ];
    for (const attempt of attempts) {
      const error: unknown = await attempt().then(
        () => undefined,
        (cause: unknown) => cause,
      );
      expect(error).toBeInstanceOf(BadInputError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toMatch(/\.\.$/);
    }
    expect(existsSync(join(root, 'never.onnx'))).toBe(false);
  });
});

describe('export', () => {
  test('writes a file that ONNX Runtime runs', async () => {
    const onnx = join(root, 'model.onnx');
    const { lines } = await run('export', [directory], { onnx }, true);
    expect(JSON.parse(lines[0]!)).toMatchObject({ file: onnx, inputs: [{ name: 'tokens', shape: ['batch', 'length'] }] });
    const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 3 });
    const { logits } = await session.run({ tokens: new ort.Tensor('int32', Int32Array.of(1, 3, 2), [1, 3]) });
    await session.release();
    expect(logits!.dims).toEqual([1, 3, 8]);
    const own = (await loopedTransformer(params, tensor(Int32Array.of(1, 3, 2), [1, 3]), config).data()) as Float32Array;
    // Two lowerings of one model in float32: they differ by the order of sums.
    own.forEach((logit, i) => expect(logits!.data[i]).toBeCloseTo(logit, 5));
  });

  test('refuses lengths and loops that the model does not have', async () => {
    const onnx = join(root, 'never.onnx');
    await expect(run('export', [directory], { onnx, length: 13 })).rejects.toThrow(/13 positions are more than the model's 12/);
    await expect(run('export', [directory], { onnx, loops: 1.5 })).rejects.toThrow(BadInputError);
    const nowhere = run('export', [directory], { onnx: join(root, 'nowhere', 'model.onnx') });
    await expect(nowhere).rejects.toThrow(/Cannot write ".*nowhere.*": its folder does not exist; give another file\.$/);
    await expect(nowhere).rejects.toThrow(BadInputError);
  });
});

describe('inspect', () => {
  test('tells the sizes of a model, and of a configuration', async () => {
    const { lines } = await run('inspect', [directory], {}, true);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      name: '(1⊗2)',
      effectiveDepth: 2,
      parameters: { ...parameterCounts(config) },
      cacheBytes: 2 * 2 * 16 * 12 * 4,
      isoParameter: { name: '(1⊗1)' },
      isoFlop: { name: '(2⊗1)' },
    });
    const file = join(root, 'config.json');
    writeFileSync(
      file,
      JSON.stringify({ ...config, layers: 6, loops: 4, width: 2048, heads: 32, hidden: 5120, norm: 'none', mlpBias: 'none' }),
    );
    const text = (await run('inspect', [], { config: file, loops: 2 })).lines.join('\n');
    expect(text).toContain('(6⊗2), depth 12');
    expect(text).toContain('226,492,416');
  });

  test('refuses none, both, and files that are no configuration', async () => {
    await expect(run('inspect', [], {})).rejects.toThrow(/expected either a model or --config FILE/);
    await expect(run('inspect', [directory], { config: 'x' })).rejects.toThrow(/expected either/);
    const file = join(root, 'wrong.json');
    writeFileSync(file, JSON.stringify({ ...config, depth: 3 }));
    await expect(run('inspect', [], { config: file })).rejects.toThrow(/unknown field "depth"/);
    writeFileSync(file, '{');
    await expect(run('inspect', [], { config: file })).rejects.toThrow(/expected JSON/);
    await expect(run('inspect', [], { config: join(root, 'none.json') })).rejects.toThrow(/Cannot read/);
    const message = async (attempt: Promise<unknown>): Promise<string> =>
      await attempt.then(
        () => 'no refusal',
        (cause: unknown) => (expect(cause).toBeInstanceOf(BadInputError), (cause as Error).message),
      );
    expect(await message(run('inspect', [], { config: join(root, 'wrogn.json') }))).toBe(
      `Cannot read "${join(root, 'wrogn.json')}": expected a JSON or YAML file, given nothing of this name; did you mean ${file}?`,
    );
    expect(await message(run('inspect', [], { config: join(root, 'nothing', 'at-all.json') }))).toBe(
      `Cannot read "${join(root, 'nothing', 'at-all.json')}": expected a JSON or YAML file, given nothing of this name; check the path, which starts in ${process.cwd()}.`,
    );
    expect(await message(run('inspect', [], { config: root }))).toMatch(/expected a JSON or YAML file, given a folder; check the path/);
    expect(await message(run('eval', [join(root, 'modle')]))).toBe(
      `Cannot use "${join(root, 'modle')}": expected a directory with config.json and model.safetensors, given none of this name; did you mean ${directory}?`,
    );
    const half = join(root, 'half-a-model');
    mkdirSync(half);
    writeFileSync(join(half, 'config.json'), await readFile(join(directory, 'config.json')));
    expect(await message(run('inspect', [half]))).toMatch(
      /cannot read model\.safetensors: .*, but it is not there; copy both files of the model\.$/,
    );
  });
});
