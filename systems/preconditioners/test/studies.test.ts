import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { system } from '../src/index.js';

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
