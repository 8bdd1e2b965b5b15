import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { BadInputError, checkParameters, type Command, Interrupted, readRunFile, StudyError } from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { compare, evaluate, train } from '../src/commands.js';
import { loadModel } from '../src/model/model-file.js';
import { checkedTrainConfig, joinedAssignments, type TrainConfig, withAssignments } from '../src/training/train-config.js';
import { loopSamplingOf, trainContenders } from '../src/training/train-models.js';
import { trainPresets } from '../src/training/train-presets.js';
import type { Contender } from '../src/training/training-plan.js';

const folder = mkdtempSync(join(tmpdir(), 'train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command as the command line does; `watch` sees every line and may stop it. */
async function run(
  command: Command,
  args: readonly string[],
  flags: Record<string, unknown>,
  watch?: (line: string, stop: () => void) => void,
) {
  const controller = new AbortController();
  const [printed, logged]: [string[], string[]] = [[], []];
  const seen = (text: string): void => watch?.(text, () => controller.abort(new Interrupted()));
  await command.run(
    {
      signal: controller.signal,
      arguments: args,
      json: true,
      print: (text) => (printed.push(text), seen(text)),
      log: (text) => (logged.push(text), seen(text)),
    },
    checkParameters(command.params, flags),
  );
  return { printed: printed.map((line) => JSON.parse(line) as Record<string, unknown>), logged };
}

const asCommand = (command: unknown): Command => command as Command;
const small = [
  'model.width=16',
  'model.heads=2',
  'training.steps=30',
  'training.batchSize=8',
  'evaluation.every=10',
  'evaluation.examples=32',
];
writeFileSync(join(folder, 'empty.txt'), '');
writeFileSync(join(folder, 'blank.txt'), ' \n\n');
writeFileSync(join(folder, 'short.txt'), 't');
writeFileSync(join(folder, 'words.txt'), 'the quick brown fox. '.repeat(40));
writeFileSync(join(folder, 'bytes.bin'), Buffer.from([65, 66, 67, 0, 1, 255]));

/** Expects a refusal as bad input, whose message matches. */
async function refused(attempt: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect((error as Error | undefined)?.message).toMatch(message);
  expect(error).toBeInstanceOf(BadInputError);
}

const weights = (directory: string): Buffer => readFileSync(join(directory, 'model', 'model.safetensors'));

describe('the command train', () => {
  test('trains to a model that loads and is judged with other loops', async () => {
    const directory = join(folder, 'whole');
    const { printed } = await run(asCommand(train), ['small/phop'], { set: small, folder: directory });
    const last = printed.at(-1) as { type: string; metrics: Record<string, number> };
    expect(last.type).toBe('result');
    const { config, step, task, vocabulary } = await loadModel(join(directory, 'model'));
    expect({ step, task: task?.name, width: config.width, loops: config.loops, vocabulary }).toEqual({
      step: 30,
      task: 'p-hop',
      width: 16,
      loops: 4,
      vocabulary: ['a', 'b', 'c', 'd'],
    });
    const judged = await run(asCommand(evaluate), [join(directory, 'model')], { loops: [1, 4], examples: 32, problemSeed: 0 });
    expect(judged.printed.map(({ loops }) => loops)).toEqual([1, 4]);
    // The run judged the same 32 problems of seed 0 at its end.
    expect(judged.printed[1]!['dense']).toBeCloseTo(last.metrics['accuracy (1⊗4) p-hop']!, 10);
    expect(judged.printed[0]!['loss']).not.toBe(judged.printed[1]!['loss']);
    await expect(run(asCommand(train), ['small/phop'], { set: small, folder: directory })).rejects.toThrow(
      /it holds one already; go on with it by --resume .*, or choose another --folder\.$/,
    );
  });

  test('stops at Ctrl-C with a checkpoint, and goes on to the same weights', async () => {
    const directory = join(folder, 'broken');
    const stopped = run(asCommand(train), ['small/phop'], { set: small, folder: directory }, (line, stop) => {
      if (line.includes('"step":10')) stop();
    });
    await expect(stopped).rejects.toThrow(Interrupted);
    await expect(stopped).rejects.toThrow(/train --resume/);
    await refused(
      run(asCommand(train), [], { resume: directory, set: ['training.steps=5'] }),
      /with --set: .* goes on with its own configuration/,
    );
    await refused(run(asCommand(train), ['small/phop'], { resume: directory, folder: 'x' }), /with small\/phop and --folder: /);
    const { printed } = await run(asCommand(train), [], { resume: directory });
    expect(printed.some(({ type }) => type === 'resumed')).toBe(true);
    expect(weights(directory)).toEqual(weights(join(folder, 'whole')));
  });

  test('trains on a text from a file, whose tokenizer goes with the model', async () => {
    const text = join(folder, 'text.txt');
    writeFileSync(text, 'the quick brown fox jumps over the lazy dog. '.repeat(60));
    const config = join(folder, 'text.json');
    const { data: _, ...rest } = trainPresets['small/phop']!;
    writeFileSync(config, JSON.stringify({ ...rest, data: { text: [relative('.', text)], tokenizer: 'character', length: 16 } }));
    const directory = join(folder, 'text');
    const model = join(directory, 'model');
    const trained = await run(asCommand(train), [config], { set: small, folder: directory });
    const { metrics } = trained.printed.at(-1) as { metrics: Record<string, number> };
    expect(JSON.parse(String(readRunFile(directory).params['config']))).toMatchObject({ data: { text: [text] } });
    const perplexities = trained.printed.flatMap(({ type, values }) =>
      type === 'metric' && 'perplexity (1⊗4)' in (values as object) ? [(values as Record<string, number>)['perplexity (1⊗4)']!] : [],
    );
    expect(perplexities).toHaveLength(3);
    expect(perplexities[2]).toBeLessThan(perplexities[0]!);
    expect(metrics['perplexity (1⊗4)']).toBe(perplexities[2]);
    expect(Math.exp(metrics['validation loss (nats) (1⊗4)']!)).toBe(perplexities[2]);
    const { printed } = await run(asCommand(evaluate), [model], { text });
    expect(printed[0]!['perplexity']).toBeLessThan(27);
    // The last batch is filled up with rows that count for nothing, so the size of batches changes nothing.
    const part = join(folder, 'part.txt');
    writeFileSync(part, 'the quick brown fox jumps over the lazy dog. '.repeat(2));
    const judged = [];
    for (const batchSize of [1, 3, 64]) judged.push((await run(asCommand(evaluate), [model], { text: part, batchSize })).printed[0]!);
    for (const other of judged.slice(1)) {
      expect({ ...other, loss: 0, perplexity: 0 }).toEqual({ ...judged[0], loss: 0, perplexity: 0 });
      expect(other['loss']).toBeCloseTo(Number(judged[0]!['loss']), 5);
    }
    await expect(run(asCommand(evaluate), [model], {})).rejects.toThrow(/expected --text for a language model/);
    const strange = join(folder, 'strange.txt');
    writeFileSync(strange, 'the 7');
    for (const [file, message] of [
      [
        'strange.txt',
        /Cannot judge by .*strange\.txt: at position 4 .*given U\+0037 "7"; give a text in characters that the model was trained on/,
      ],
      ['empty.txt', /empty\.txt: expected text, given an empty file/],
      ['short.txt', /short\.txt: expected 2 tokens or more, .* given 1;/],
      ['missing.txt', /Cannot use ".*missing\.txt": it is not there/],
    ] as const) {
      await refused(run(asCommand(evaluate), [model], { text: join(folder, file) }), message);
    }
    await refused(run(asCommand(evaluate), [directory], { text }), /that holds models; give .*text.model\.$/);
    await refused(run(asCommand(evaluate), [model], { text, loops: [0] }), /each integer from 1/);
  });

  test.each([
    [['data.text=["empty.txt"]'], /empty\.txt: expected text, given an empty file/],
    [['data.text=["bytes.bin"]'], /bytes\.bin, line 1: expected .*, given a NUL byte at offset 3; give a text file/],
    [['data.text=["blank.txt"]'], /blank\.txt: expected text, given white space only/],
    [['data.text=["."]'], /file \.: expected a text file, given a folder; name the files in it/],
    [['data.text=["missing.txt"]'], /Cannot use "missing\.txt": it is not there/],
    [['data.text=["short.txt"]'], /text to learn.*: expected 33 tokens or more, .* given 1; give more text, or shorter sequences/],
    [['data.text=["words.txt"]', 'data.length=5000'], /expected 5001 tokens or more, .* given \d+;/],
    [['data.text=["words.txt"]', 'data.tokenizer=bpe', 'data.vocabularySize=100'], /vocabulary.*given 100/],
    [['data.text=["words.txt"]', 'model.length=8'], /model\.length=8: expected 32 or more/],
  ])('refuses a text with %j before it makes a directory', async (set, message) => {
    const config = join(folder, 'lm.json');
    const { data: _, ...rest } = trainPresets['small/phop']!;
    writeFileSync(config, JSON.stringify({ ...rest, data: { text: ['words.txt'], length: 32 } }));
    const at = set.map((one) =>
      one.replace(/"(\w+\.\w+)"/, (_, file: string) => JSON.stringify(file === 'missing.txt' ? file : join(folder, file))),
    );
    const directory = join(folder, 'refused');
    await refused(run(asCommand(train), [config], { set: at, folder: directory }), message);
    expect(existsSync(directory)).toBe(false);
  });

  test('says in its own words that there is no such configuration, and what was meant', async () => {
    const presets = Object.keys(trainPresets).join(', ');
    const near = join(folder, 'near.json');
    writeFileSync(near, '{}');
    for (const [given, end] of [
      ['smal/phop', 'did you mean small/phop?'],
      [join(folder, 'naer.json'), `did you mean ${near}?`],
      ['nowhere-at-all.json', `check the path, which starts in ${process.cwd()}.`],
    ] as const) {
      for (const command of [train, compare]) {
        const error: unknown = await run(asCommand(command), [given], { folder: join(folder, 'refused') }).catch((cause: unknown) => cause);
        expect(error).toBeInstanceOf(BadInputError);
        expect((error as Error).message).toBe(
          `Cannot read "${given}": expected a JSON or YAML file, or one of ${presets}, given nothing of this name; ${end}`,
        );
      }
    }
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  test('reads a configuration from YAML as from JSON', async () => {
    const [json, yaml] = [join(folder, 'c.json'), join(folder, 'c.yaml')];
    writeFileSync(json, JSON.stringify(trainPresets['small/phop']));
    writeFileSync(
      yaml,
      [
        'model: {layers: 1, loops: 4, width: 64, heads: 4, positions: learned, activation: relu}',
        'data: # as in the preset small/phop',
        '  task: p-hop',
        '  parameters:',
        '    {length: 32, hops: 2, sampler: uniform, supervise: dense}',
        'training:',
        '  steps: 1500',
        '  batchSize: 32',
        '  learningRate: 3e-3',
        '  warmupSteps: 100',
        'evaluation: {every: 250, examples: 512, measure: dense}',
      ].join('\n'),
    );
    const configOf = async (path: string) => (await run(asCommand(train), [path], { estimate: true })).printed[0]!['config'];
    expect(await configOf(yaml)).toEqual(await configOf(json));
  });

  test.each([
    ['broken.yaml', 'model: {layers: 1\ndata: 3\n', 'yaml', /expected YAML, got a syntax error: .* \(line 2 column \d+\)\.$/],
    ['twice.yml', 'model: 1\ntraining: 2\nmodel: 3\n', 'yaml', /keys must be unique \(line 3 column 1\)/],
    ['tag.yaml', 'model: !point 1\n', 'yaml', /!point \(line 1 column 8\)/],
    ['alias.yaml', 'model: *nowhere\n', 'yaml', /nowhere/],
    ['two.yaml', 'model: 1\n---\nmodel: 2\n', 'yaml', /multiple documents.*\(line 2 column 1\)/],
    ['empty.yaml', '', 'config', /the configuration: expected an object, given null/],
    ['broken.json', '{\n  "model": 1 2}', 'json', /expected JSON, got a syntax error: .*\(line 2 column 14\)\.$/],
  ])('says where %s is broken', async (name, text, code, message) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    const attempt = run(asCommand(train), [path], { estimate: true });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ name: 'BadInputError', code });
  });

  test.each([
    [['training.stepz=3'], /training: unknown field "stepz"; did you mean steps\?/],
    [['model.width=15'], /width 15 is not divisible by 4 heads/],
    [['model.loops=0'], /model\.loops: expected an integer of at least 1, given 0/],
    [['model.loops=many'], /model\.loops: expected an integer of at least 1, given "many"/],
    [['model.wdth=3'], /wdth/],
    [['training.optimizer.name=adamw'], /training\.optimizer\.name/],
    [['training.optimizer.name=adamW', 'training.optimizer.beta3=1'], /beta3/],
    [['training.precision=float16'], /only float32/],
    [['data.parameters.hopps=3'], /hopps/],
    [['data.task=p-hpo'], /data\.task: expected one of addition, p-hop, .*, given "p-hpo"/],
    [['evaluation=5'], /evaluation/],
    [['training.steps.x=5'], /steps is 1500, which has no parts/],
    [['=5'], /expected path=value/],
    [['data.parameters.hops=40'], /expected length ≥ 3·hops/],
    [['data.parameters={"length":"long"}'], /p-hop: length: .*expected (an integer|number)/],
    [['data.task=addition', 'data.parameters={"operands":5}'], /addition: operands: .*expected (a list|array)/],
    [['data.curriculum=[{"until":0.5,"parameters":{"alphabet":6}}]'], /"alphabet":6.*expected the 4 tokens .*\(a b c d\), given 6/],
    [['data.evaluate=[{"name":"more","parameters":{"alphabet":3}}]'], /expected the 4 tokens .*, given 3 \(a b c\)/],
    [['model.length=8'], /model\.length=8: expected 32 or more, the positions of the longest sequence/],
    [['model.vocabulary=3'], /model\.vocabulary: the vocabulary is that of the data/],
    [
      ['model.tieBlocks=soft', 'training.regularizer={"blockSize":3,"strength":1}'],
      /training\.regularizer: .*4 layers cannot be cut in blocks of 3/,
    ],
    [['training.regularizer={"blockSize":1,"strength":1}'], /given \(1⊗4\), whose loops share 1; set model\.tieBlocks=soft/],
    [
      ['model.loopEmbedding=learned', 'training.loopSampling=poissonLogNormal'],
      /training\.loopSampling: 16 loops asked for, but learned loop embeddings are for 4/,
    ],
    [['model.tieBlocks=soft', 'training.loopSampling=poissonLogNormal'], /training\.loopSampling: 16 loops .* softly tied .* for 4/],
    [['model.tieBlocks=soft', 'training.loopSampling={"kind":"uniform","maximum":5}'], /training\.loopSampling: 5 loops asked for/],
    [['training.loopSampling={"kind":"poissonLogNormal","mean":1}'], /training\.loopSampling\.mean: .*(above |>)1/],
    [['training.loopSampling={"kind":"poissonLogNormal","sigma":1}'], /sigma/],
  ])('refuses %j before it makes a directory', async (set, message) => {
    const directory = join(folder, 'refused');
    const attempt = run(asCommand(train), ['small/phop'], { set, folder: directory });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(BadInputError);
    expect(existsSync(directory)).toBe(false);
  });

  test('names a divergence as what it is, with the step and the largest parameter', async () => {
    const attempt = run(asCommand(train), ['small/phop'], {
      set: [...small, 'training.learningRate=1e30'],
      folder: join(folder, 'diverged'),
    });
    await expect(attempt).rejects.toThrow(
      /expected a finite loss and gradient, given loss .* at step \d+; the largest parameter before it was/,
    );
    await expect(attempt).rejects.toMatchObject({ code: 'diverged' });
    await expect(attempt).rejects.toBeInstanceOf(StudyError);
    await expect(attempt).rejects.not.toBeInstanceOf(BadInputError);
  });

  test('draws loops around the mean of the configuration, up to its maximum', () => {
    const config = checkedTrainConfig(
      withAssignments(trainPresets['small/phop'], [
        'training.loopSampling={"kind":"poissonLogNormal","mean":6,"deviation":0.2,"maximum":9}',
      ]),
      'a test',
    );
    const [{ config: model }] = trainContenders(config, { vocabularySize: 4, length: 32 }, false) as [Contender];
    expect(loopSamplingOf(config, model)).toEqual({ kind: 'poissonLogNormal', mean: 6, deviation: 0.2, maximum: 9 });
    expect(loopSamplingOf(config, { ...model, loops: 1 })).toEqual({ kind: 'fixed', loops: 1 });
    const named = (loopSampling: TrainConfig['training']['loopSampling']) =>
      loopSamplingOf({ ...config, training: { ...config.training, loopSampling } }, model);
    expect(named('uniform')).toEqual({ kind: 'uniform', maximum: 4 });
    expect(named({ kind: 'uniform', maximum: 7 })).toEqual({ kind: 'uniform', maximum: 7 });
    expect(named({ kind: 'poissonLogNormal', maximum: 5 })).toEqual({ kind: 'poissonLogNormal', mean: 4, maximum: 5 });
    expect(named('fixed')).toEqual({ kind: 'fixed', loops: 4 });
  });

  test('says what a training of the paper would need', async () => {
    const { printed } = await run(asCommand(train), ['paper/lm-1b'], { estimate: true });
    const { cost } = printed[0] as { cost: Record<string, number> };
    // 400,000 steps of 512 sequences of 1280 tokens, twelve layers of 4·2048² + 2·2048·5120 and a table of 256,000 tokens.
    expect(cost['tokens']).toBe(400_000 * 512 * 1280);
    expect(cost['parameters']! / (12 * (4 * 2048 ** 2 + 2 * 2048 * 5120) + 256_000 * 2048)).toBeCloseTo(1, 3);
  });

  test('every preset is a configuration', () => {
    for (const [name, preset] of Object.entries(trainPresets)) expect(checkedTrainConfig(preset, name).training.steps).toBeGreaterThan(0);
  });
});

describe('the command compare', () => {
  test('trains the looped model and both baselines', async () => {
    const directory = join(folder, 'three');
    const { printed } = await run(asCommand(compare), ['small/phop'], { set: [...small, 'model.loops=2'], folder: directory });
    const { metrics } = printed.at(-1) as { metrics: Record<string, number> };
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['accuracy (1⊗2)', 'accuracy (1⊗1)', 'accuracy (2⊗1)']));
    const shapes = await Promise.all(
      ['1x2', '1x1', '2x1'].map(async (shape) => (await loadModel(join(directory, `model-${shape}`))).config),
    );
    expect(shapes.map(({ layers, loops }) => [layers, loops])).toEqual([
      [1, 2],
      [1, 1],
      [2, 1],
    ]);
  });
});

describe('assignments', () => {
  test('change a copy, with JSON or text, and may hold commas', () => {
    const config = { a: { b: 1 }, list: [{ c: 1 }] };
    const set = joinedAssignments(['a.b=[1', '2]', 'd.e=text', 'list.0.c=true']);
    expect(withAssignments(config, set)).toEqual({ a: { b: [1, 2] }, list: [{ c: true }], d: { e: 'text' } });
    expect(config).toEqual({ a: { b: 1 }, list: [{ c: 1 }] });
  });
});
