import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '@sardonyx/data';
import {
  Interrupted,
  readEvents,
  readRunFile,
  readTable,
  resolveParameters,
  resumeRun,
  runPaths,
  startRun,
  type Study,
  type StudyContext,
} from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { classification, system, Teacher } from '../src/index.js';
import { mlpTraining } from '../src/studies/mlp-training.js';
import { compareOptimizers } from '../src/studies/optimizer-comparison.js';

const folder = mkdtempSync(join(tmpdir(), 'preconditioners-studies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const named = (name: string): Study => system.studies.find((study) => study.name === name)!;
const request = (study: Study, directory: string, overrides: Record<string, unknown>) => ({
  id: `preconditioners/${study.name}`,
  study,
  preset: 'quick' as const,
  seed: 2,
  params: resolveParameters(study, 'quick', overrides),
  // Threads load built modules, and these are the sources; the tests of the command line run with more.
  workers: 1,
  directory: join(folder, directory),
});
const finals = (directory: string) =>
  readEvents(runPaths(join(folder, directory)).events).events.flatMap((event) =>
    event.type === 'final' ? [[event.name, event.value]] : [],
  );

/** A comparison of networks' optimizers in a few updates. */
const brief = { optimizers: ['adamW', 'one-sided-shampoo'], rates: 2, seeds: 2, steps: 6, evaluateEvery: 4, batchSize: 8 };

/** Small enough for a test, large enough for every claim that does not need the published size. */
const small: Readonly<Record<string, Record<string, unknown>>> = {
  'matrix-quadratic': { order: 24, seeds: 2, rates: 7, steps: 60, lowestRate: 0.03, highestRate: 30 },
  'matrix-quadratic-ema': { order: 24, seeds: 1, rates: 7, steps: 60, lowestRate: 0.03, highestRate: 30 },
  'learning-rates': { order: 24, seeds: 1, rates: 13, steps: 60, lowestRate: 0.03, highestRate: 30 },
  'worst-case-rates': { steps: 30 },
  'shampoo-bounds': { orders: [2, 3, 5] },
  monotonicity: { pairs: 10 },
  'online-regret': { rounds: 20 },
  'mlp-training': { ...brief, features: 8, width: 8, classes: 3, teacherUnits: 4, examples: 256, validationExamples: 64 },
  'transformer-training': { ...brief, width: 8, length: 12, words: 6, validationWindows: 32 },
};

describe.each(Object.entries(small))('%s', (name, overrides) => {
  test('runs, and its expectations hold', async () => {
    const study = named(name);
    expect((await startRun(request(study, name, overrides))).status).toBe('done');
    const { expect: results } = readRunFile(join(folder, name));
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ verdict }) => verdict === 'fails')).toEqual([]);
    for (const figure of study.figures ?? []) {
      if ('table' in figure) expect((await readTable(runPaths(join(folder, name)).table(figure.table))).rowCount).toBeGreaterThan(0);
    }
  });
});

test('a comparison of optimizers gives each the same trials, and says who had which', async () => {
  const study = named('mlp-training');
  const overrides = { ...small['mlp-training'], optimizers: ['sgd', 'adamW', 'soap'] };
  await startRun(request(study, 'budgets', overrides));
  const tableNamed = async (name: string) => (await readTable(runPaths(join(folder, 'budgets')).table(name))).columns;
  const final = await tableNamed('final');
  expect(final['optimizer']).toEqual(['sgd', 'adamW', 'soap']);
  expect(final['trials']).toEqual([4, 4, 4]);
  const { optimizer, loss, chosen } = await tableNamed('tuning');
  for (const name of ['sgd', 'adamW', 'soap']) {
    const own = optimizer!.flatMap((value, row) => (value === name ? [{ loss: Number(loss![row]), chosen: chosen![row] }] : []));
    expect(own).toHaveLength(2);
    expect(own.find((row) => row.chosen)!.loss).toBe(Math.min(...own.map((row) => row.loss)));
  }
  // Runs of a seed begin with the same network, whatever the optimizer.
  const curves = await tableNamed('curves');
  const first = curves['loss']!.filter((_, row) => curves['step']![row] === 0);
  expect(new Set(first).size).toBe(1);
  const { expect: verdicts } = readRunFile(join(folder, 'budgets'));
  expect(verdicts.find(({ name }) => name === 'equal budgets')).toMatchObject({ verdict: 'holds', ours: '3 optimizers, 4 trials each' });
});

test('optimizers that diverge everywhere have no result, and the run says so', async () => {
  const study = mlpTraining;
  const teacher = new Teacher({ features: 8, classes: 3, units: 4, decay: 1 }, 0);
  const examples = teacher.labelled(64, new RandomStream(0, 'examples'));
  const problem = classification({ width: 8, depth: 1 }, examples, examples, 8);
  const infinite = {
    ...problem,
    loss: (...args: Parameters<typeof problem.loss>) =>
      problem
        .loss(...args)
        .mul(1e38)
        .mul(1e38),
  };
  const exploding = {
    ...study,
    run: (ctx: StudyContext, p: Parameters<typeof compareOptimizers>[2]) => compareOptimizers(ctx, infinite, p),
  } as unknown as Study;
  expect((await startRun(request(exploding, 'diverging', small['mlp-training']!))).status).toBe('done');
  const { columns } = await readTable(runPaths(join(folder, 'diverging')).table('final'));
  expect(columns['trials']).toEqual([2, 2]);
  expect(columns['divergedTrials']).toEqual([4, 4]);
  expect(columns['rate']).toEqual([NaN, NaN]);
  const logs = readEvents(runPaths(join(folder, 'diverging')).events).events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
  expect(logs).toEqual(['adamW', 'one-sided-shampoo'].map((name) => expect.stringMatching(new RegExp(`^${name}: diverged at all`))));
  const { expect: verdicts } = readRunFile(join(folder, 'diverging'));
  expect(verdicts.find(({ name }) => name === 'equal budgets')).toMatchObject({ verdict: 'fails' });
});

test('the published regime runs in float32 and differs', async () => {
  const overrides = { ...small['matrix-quadratic'], seeds: 1, rates: 3 };
  await startRun(request(named('matrix-quadratic'), 'single', { ...overrides, regime: 'paper' }));
  await startRun(request(named('matrix-quadratic'), 'double', overrides));
  const [single, double] = ['single', 'double'].map((run) => new Map(finals(run) as [string, number][]));
  const name = 'AdaGrad-Norm, last';
  expect(single!.get(name)! / double!.get(name)!).toBeCloseTo(1, 3);
  expect(single!.get(name)).not.toBe(double!.get(name));
  expect(single!.get('one-sided Shampoo, average')).not.toBe(double!.get('one-sided Shampoo, average'));
});

test('the cut of the published regime sets the floor of one-sided Shampoo, and of nothing else', async () => {
  const overrides = { ...small['matrix-quadratic'], order: 40, seeds: 1, rates: 3, lowestRate: 1, highestRate: 2, regime: 'paper' };
  await Promise.all([0, 100].map((cut) => startRun(request(named('matrix-quadratic'), `cut-${cut}`, { ...overrides, cut }))));
  const [none, some] = [0, 100].map((cut) => new Map(finals(`cut-${cut}`) as [string, number][]));
  expect(none!.get('one-sided Shampoo, last')!).toBeLessThan(0.1 * some!.get('one-sided Shampoo, last')!);
  for (const name of ['AdaGrad-Norm', 'AdaGrad', 'full-matrix']) expect(none!.get(`${name}, last`)).toBe(some!.get(`${name}, last`));
});

test('a bracket of learning rates finds what the grid has, in fewer runs', async () => {
  const overrides = { ...small['matrix-quadratic'], rates: 13, steps: 30 };
  await startRun(request(named('matrix-quadratic'), 'grid', overrides));
  await startRun(request(named('matrix-quadratic'), 'bracket', { ...overrides, search: 'bracket' }));
  // Runs that diverged are counted among those that were made.
  const [grid, bracket] = ['grid', 'bracket'].map((run) => finals(run).filter(([name]) => !String(name).endsWith('diverged runs')));
  expect(bracket).toEqual(grid);
  const [all, some] = await Promise.all(
    ['grid', 'bracket'].map(async (run) => (await readTable(runPaths(join(folder, run)).table('sweep'))).rowCount),
  );
  expect(all).toBe(4 * 2 * 13);
  expect(some).toBeLessThan(0.8 * all!);
});

test.each([
  ['matrix-quadratic', 3],
  ['bracketed', 3],
  ['precision', 3],
  ['online-regret', 45],
  ['mlp-training', 14],
  ['transformer-training', 14],
] as const)('%s, interrupted again and again, ends with the same results', async (name, unitsBetween) => {
  const sweep = { order: 14, seeds: 1, rates: 2, steps: 5, lowestRate: 0.5, highestRate: 2 };
  const bracketed = { ...sweep, seeds: 2, rates: 9, lowestRate: 0.02, highestRate: 20, search: 'bracket' };
  const overrides =
    { 'online-regret': { rounds: 5 }, bracketed, 'mlp-training': small[name], 'transformer-training': small[name] }[name as string] ??
    sweep;
  const study = named(name === 'bracketed' ? 'matrix-quadratic' : name);
  await startRun(request(study, `${name}-whole`, overrides));
  // Asks to stop after some units of work in every process.
  const nagging = (controller: AbortController): Study => ({
    ...study,
    run: (ctx: StudyContext, params: never) => {
      let units = 0;
      const own: StudyContext = Object.create(ctx, {
        progress: {
          value: (...args: Parameters<StudyContext['progress']>) => {
            ctx.progress(...args);
            if (++units === unitsBetween) controller.abort(new Interrupted());
          },
        },
      }) as StudyContext;
      for (const method of ['table', 'result', 'yield', 'checkpoint', 'dueCheckpoint', 'log', 'metric'] as const) {
        Object.defineProperty(own, method, { value: (ctx[method] as (...args: never[]) => unknown).bind(ctx) });
      }
      Object.defineProperty(own, 'restored', { value: ctx.restored });
      return study.run(own, params);
    },
  });
  const first = new AbortController();
  let { status } = await startRun(request(nagging(first), `${name}-broken`, overrides), { signal: first.signal });
  let interruptions = 0;
  while (status === 'interrupted') {
    interruptions++;
    const controller = new AbortController();
    ({ status } = await resumeRun(join(folder, `${name}-broken`), () => Promise.resolve(nagging(controller)), {
      signal: controller.signal,
    }));
  }
  expect(status).toBe('done');
  expect(interruptions).toBeGreaterThan(1);
  expect(finals(`${name}-broken`)).toEqual(finals(`${name}-whole`));
  for (const figure of study.figures ?? []) {
    // Times are of the machine and the moment.
    if (!('table' in figure) || figure.table === 'clock') continue;
    const [broken, whole] = await Promise.all(
      ['broken', 'whole'].map((run) => readTable(runPaths(join(folder, `${name}-${run}`)).table(figure.table))),
    );
    expect(broken).toEqual(whole);
  }
});
