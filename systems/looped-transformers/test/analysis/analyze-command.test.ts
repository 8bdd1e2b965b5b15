import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '@sardonyx/data';
import { BadInputError, checkParameters, type Command } from '@sardonyx/study';
import { evaluate, random } from '@sardonyx/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../../src/index.js';
import { saveModel } from '../../src/model/model-file.js';
import { initLoopedTransformer, type LoopedTransformerConfig } from '../../src/model/model.js';
import { taskNamed } from '../../src/tasks/registry.js';
import { descriptionOf } from '../../src/tasks/task.js';
import { createTrainer } from '../../src/training/trainer.js';

const root = mkdtempSync(join(tmpdir(), 'analyze-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const task = taskNamed('p-hop', { length: 12, hops: 2, alphabet: 3, sampler: 'uniform', supervise: 'dense' });
const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 2,
  width: 16,
  heads: 2,
  hidden: 32,
  vocabulary: 3,
  length: 12,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
const directory = join(root, 'model');
const few = { examples: 20, probeExamples: 60, batchSize: 16, extraLoops: 3 };

interface Output {
  readonly lines: string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly logged: string[];
}

async function run(model: string, given: object = {}, json = false): Promise<Output> {
  const command = system.commands!.find(({ name }) => name === 'analyze') as unknown as Command;
  const [lines, logged]: [string[], string[]] = [[], []];
  const ctx = {
    signal: new AbortController().signal,
    arguments: [model],
    json,
    print: (text: string) => void lines.push(text),
    log: (text: string) => void logged.push(text),
  };
  await command.run(ctx, checkParameters(command.params, given as Record<string, unknown>));
  return { lines, logged, rows: json ? lines.map((line) => JSON.parse(line) as Record<string, unknown>) : [] };
}

const rowsOf = ({ rows }: Output, table: string) => rows.filter((row) => row.table === table);

beforeAll(async () => {
  const trainer = await createTrainer(config, { steps: 60, learningRate: 3e-3, warmupSteps: 5, clipNorm: 1 }, 0);
  const stream = new RandomStream(0, 'training');
  for (let step = 0; step < 60; step++) await trainer.step(task.batch(Array.from({ length: 16 }, () => task.draw(stream))));
  await saveModel(directory, { config, params: trainer.parameters, ...descriptionOf(task), step: 60 });
  trainer.dispose();
});

describe('analyze', () => {
  test('tells of every loop, hop and head of a trained model', async () => {
    const output = await run(directory, few, true);
    expect(rowsOf(output, 'loops').map(({ loop }) => loop)).toEqual([0, 1, 2]);
    expect(rowsOf(output, 'cka')).toHaveLength(9);
    expect(rowsOf(output, 'fixed-point')).toMatchObject([{ loop: 5, steps: 2 }]);
    expect(rowsOf(output, 'pointer-probes').map(({ loop, hops }) => [loop, hops])).toEqual(
      [0, 1, 2].flatMap((t) => [1, 2].map((h) => [t, h])),
    );
    expect(rowsOf(output, 'pointer-attention-heads')).toHaveLength(2 * 2 * 2);
    expect(rowsOf(output, 'fewer-hops').map(({ hops }) => hops)).toEqual([1, 2]);
    for (const { norm, accuracy } of rowsOf(output, 'loops')) {
      expect(norm).toBeGreaterThan(0);
      // Per cent of twenty problems: no whole hundred, and far from nothing over three symbols.
      expect(accuracy).toBeGreaterThan(10);
      expect(accuracy).toBeLessThan(100);
    }
    for (const best of rowsOf(output, 'pointer-attention')) {
      const all = rowsOf(output, 'pointer-attention-heads').filter(({ loop, hops }) => loop === best.loop && hops === best.hops);
      expect(best.mass).toBe(Math.max(...all.map(({ mass }) => Number(mass))));
    }
    expect((await run(directory, few, true)).lines).toEqual(output.lines);
    expect((await run(directory, { ...few, problemSeed: 2 }, true)).lines).not.toEqual(output.lines);
  });

  test('as tables for people: the same numbers', async () => {
    const { lines } = await run(directory, { ...few, loops: 3 });
    const { rows } = await run(directory, { ...few, loops: 3 }, true);
    expect([...new Set(rows.filter(({ table }) => table === 'pointer-probes').map(({ loop }) => loop))]).toEqual([0, 1, 2, 3]);
    expect(lines[0]).toBe('(1⊗2), 60 steps of training, on 20 problems of p-hop, test: 240 positions');
    expect(lines[1]).toMatch(/^loop +RMS +change +cosine +CKA +to X_6 +lens % +loss$/);
    const last = rows.find(({ table, loop }) => table === 'loops' && loop === 3)!;
    expect(lines[5]).toContain(` ${Number(last.accuracy).toFixed(1)}  ${Number(last.loss).toFixed(4)}`);
    expect(lines[6]).toMatch(/^X_6 stands for X_∞\. Its step is .*: the states do( not)? converge\.$/);
    const text = lines.join('\n');
    expect(text).toContain('(learned from 60 problems, judged on 20)');
    expect(text).toMatch(/\nAttention of a position on its place after h hops, % .*\nloop +h = 1 +h = 2\n1 /);
    expect(lines.every((line) => line === line.trimEnd())).toBe(true);
  });

  test('writes tables and figures', async () => {
    const output = join(root, 'output');
    const { rows, logged } = await run(directory, { ...few, output }, true);
    expect(readdirSync(join(output, 'tables')).sort()).toEqual([...new Set(rows.map(({ table }) => `${String(table)}.csv`))].sort());
    const [head, first, second] = readFileSync(join(output, 'tables', 'loops.csv'), 'utf8').split('\r\n');
    expect(head!.split(',').slice(0, 3)).toEqual(['loop', 'norm', 'change']);
    const [zero, one] = rows.filter(({ table }) => table === 'loops');
    expect(first!.split(',').slice(0, 3)).toEqual(['0', String(zero!.norm), '']);
    expect(second!.split(',').slice(0, 3)).toEqual(['1', String(one!.norm), String(one!.change)]);
    const figures = readdirSync(join(output, 'figures')).sort();
    expect(figures).toEqual(
      [
        'change',
        'cka',
        'cosine',
        'fixed-point-distance',
        'logit-lens-loss',
        'logit-lens',
        'norm',
        'pointer-attention',
        'pointer-places',
        'pointer-symbols',
      ].map((name) => `${name}.svg`),
    );
    for (const figure of figures) expect(readFileSync(join(output, 'figures', figure), 'utf8')).toMatch(/^<\?xml[^]*<svg[^]*<\/svg>\n$/);
    expect(logged.at(-1)).toBe(`17 files in ${output}`);
    await expect(run(directory, { ...few, output })).rejects.toThrow(
      /expected a new or empty folder, found figures, tables in it\. Choose another one\.$/,
    );
  });

  test('looks at a prompt', async () => {
    const { lines, rows } = {
      ...(await run(directory, { prompt: 'abcab' }, true)),
      lines: (await run(directory, { prompt: 'abcab' })).lines,
    };
    expect(lines[0]).toBe('(1⊗2), 60 steps of training, on a prompt of 5 tokens: 5 positions');
    expect(lines).toContain('With 5 positions of 16 features CKA is near 1 for anything: give more.');
    const next = rows.filter(({ table }) => table === 'next-token');
    expect(next.map(({ loop }) => loop)).toEqual([1, 2]);
    expect(lines[3]).toMatch(new RegExp(`  "${String(next[0]!.token)}" \\d+\\.\\d %$`));
    expect(rows.some(({ table }) => table === 'pointer-probes')).toBe(false);
    expect(rows.filter(({ table }) => table === 'pointer-attention')).toHaveLength(4);
    expect(rows.find(({ table }) => table === 'loops')).toMatchObject({ accuracy: null, loss: null });
  });

  test('hops are those asked for', async () => {
    const { rows } = await run(directory, { ...few, hops: [3, 1, 3] }, true);
    expect(rows.filter(({ table }) => table === 'fewer-hops').map(({ hops }) => hops)).toEqual([1, 3]);
  });

  test('refuses what it cannot analyze, as bad input', async () => {
    const full = join(root, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'notes.txt'), 'kept');
    const [untold, learned, other] = ['untold', 'learned-loops', 'addition'].map((name) => join(root, name)) as [string, string, string];
    const fresh = async (changed: Partial<LoopedTransformerConfig>) => {
      const own = { ...config, ...changed };
      return { config: own, params: await evaluate(initLoopedTransformer(random.key(0), own)) };
    };
    const { vocabulary } = descriptionOf(task);
    await saveModel(untold, { ...(await fresh({})), vocabulary });
    await saveModel(learned, { ...(await fresh({ loopEmbedding: 'learned' })), ...descriptionOf(task) });
    const sums = taskNamed('addition', { digits: 1, operands: [2] });
    await saveModel(other, { ...(await fresh({ vocabulary: sums.vocabulary.length, length: sums.length })), ...descriptionOf(sums) });
    const refusals: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => run(untold), /saved without a task to draw problems from; give a text with --prompt\.$/],
      [() => run(learned, { loops: 3 }), /3 loops asked for, but learned loop embeddings are for 2; ask for at most 2/],
      [() => run(learned, { extraLoops: 1 }), /3 loops asked for, but learned loop embeddings are for 2/],
      [() => run(other, { ...few, hops: [1] }), /expected a model of p-hop, given one of addition; leave out --hops\.$/],
      [() => run(directory, { prompt: 'abd' }), /"d" \(U\+0064\) at position 2 is not in the vocabulary/],
      [() => run(directory, { prompt: 'abcabcabcabca' }), /a sequence of 13 positions is longer than the model's 12/],
      [() => run(directory, { prompt: ' ' }), /a prompt without tokens; write a text after --prompt\.$/],
      [() => run(directory, { prompt: 'a' }), /expected two examples or more, given 1; give more\.$/],
      [
        () => run(directory, { ...few, probeExamples: 1 }),
        /more than 16 positions to learn from, given \d+ with 1 real hops; draw more problems\.$/,
      ],
      [() => run(directory, { ...few, output: full }), /expected a new or empty folder, found notes\.txt in it/],
      [() => run(directory, { ...few, output: join(full, 'notes.txt') }), /a part of its path is a file/],
      [() => run(join(root, 'missing')), /expected a directory with config\.json/],
    ];
    for (const [attempt, message] of refusals) {
      const refused = attempt();
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toBeInstanceOf(BadInputError);
    }
    expect(readdirSync(full)).toEqual(['notes.txt']);
    expect(() =>
      checkParameters((system.commands!.find(({ name }) => name === 'analyze') as unknown as Command).params, { examples: 0 }),
    ).toThrow(/examples: expected an integer from 1/);
    // A model of no task is looked at with a prompt, and has no hops.
    expect([...new Set((await run(untold, { prompt: 'abcab' }, true)).rows.map(({ table }) => table))]).toEqual([
      'loops',
      'cka',
      'fixed-point',
      'next-token',
    ]);
    // Nobody asked for more loops than the model has: there is just no fixed point.
    expect((await run(learned, { ...few, extraLoops: undefined }, true)).rows.some(({ table }) => table === 'fixed-point')).toBe(false);
  });

  test('a model of another task has loops, and no hops', async () => {
    const output = await run(join(root, 'addition'), { ...few, extraLoops: 0 }, true);
    expect([...new Set(output.rows.map(({ table }) => table))]).toEqual(['loops', 'cka']);
  });
});
