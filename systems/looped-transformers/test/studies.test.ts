import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ExecuteOptions,
  Interrupted,
  presetNames,
  readEvents,
  readTable,
  resolveParameters,
  resumeRun,
  runPaths,
  startRun,
  type Study,
} from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { configFile, weightsFile } from '../src/model/model-document.js';
import { loadModel } from '../src/model/model-file.js';
import { openModel } from '../src/generation/model-session.js';
import * as studies from '../src/studies.js';

const folder = mkdtempSync(join(tmpdir(), 'studies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tinyBody = { width: 16, heads: 2, steps: 24, batchSize: 8, warmupSteps: 2, evaluateEvery: 12, evaluationExamples: 16, seeds: 1 };

/** Sizes at which each study takes a second; the table with its scores. */
const sizes: readonly { readonly study: unknown; readonly params: Record<string, unknown>; readonly table: string }[] = [
  { study: studies.addition, params: { digits: 1, ...tinyBody, seeds: undefined }, table: 'accuracy' },
  {
    study: studies.pHopStudy,
    params: { length: 12, models: ['1x2', '1x1', '2x1'], stages: [1], until: [0.5], contrast: ['1x2'], ...tinyBody, seeds: 2 },
    table: 'accuracy',
  },
  {
    study: studies.iGsmStudy,
    params: { maxEdges: 4, maxOperations: 2, models: ['1x2', '1x1'], stages: [0, 1], until: [0.25, 0.75], ...tinyBody },
    table: 'accuracy',
  },
  {
    study: studies.groupCompositionStudy,
    params: { groups: ['Z_3', 'S_3'], factors: 5, models: ['1x2', '1x1'], ...tinyBody },
    table: 'prefix-accuracy',
  },
  { study: studies.memorizationAndReasoning, params: { facts: 16, values: 4, chains: 2, loops: 2, ...tinyBody }, table: 'memory' },
  { study: studies.depthScaling, params: { loops: [1, 2], length: 12, hops: 2, stages: [1], until: [0.5], ...tinyBody }, table: 'depths' },
  {
    study: studies.inferenceLoops,
    params: { loops: 3, samplings: ['fixed', 'uniform', 'poissonLogNormal'], testLoops: [1, 3, 5], length: 12, ...tinyBody },
    table: 'loops',
  },
  { study: studies.loopingRegularizerStudy, params: { layers: 4, length: 12, ...tinyBody }, table: 'cosines' },
  {
    study: studies.languageModel,
    params: { characters: 20_000, towns: 8, length: 64, loops: 2, hidden: 32, evaluationTokens: 500, ...tinyBody },
    table: 'perplexity',
  },
];

const request = (study: Study, params: Record<string, unknown>, run: string) => {
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  return {
    id: `looped-transformers/${study.name}`,
    study,
    preset: 'quick' as const,
    seed: 3,
    params: resolveParameters(study, 'quick', given),
    directory: join(folder, run),
  };
};

/** Metrics, results and notes of a run, without times. */
const record = (directory: string): unknown[] =>
  readEvents(runPaths(directory).events).events.flatMap((event) =>
    event.type === 'metric' || event.type === 'final' || event.type === 'log' ? [{ ...event, time: '' }] : [],
  );

const tiny = sizes.map(({ study, ...rest }) => ({ study: study as Study, name: (study as Study).name, ...rest }));

describe.each(tiny)('the study $name', ({ study, name, params, table }) => {
  test('gives the same numbers whole and interrupted in every model, and judges them', async () => {
    const whole = await startRun(request(study, params, `${name}-whole`));
    expect(whole.error).toBeUndefined();
    expect(whole.status).toBe('done');
    expect(whole.expect.length).toBeGreaterThan(0);
    const scores = await readTable(runPaths(whole.directory).table(table));
    expect(scores.rowCount).toBeGreaterThan(0);

    // Stops in the middle of each model in turn: the labels of progress tell which one trains.
    const stopped = new Set<string>();
    const stopOnce = (): ExecuteOptions => {
      const controller = new AbortController();
      return {
        signal: controller.signal,
        onEvent(event) {
          if (event.type !== 'progress') return;
          const model = event.label!.replace(/ loss .*/, '');
          if (event.done % 24 !== 14 || stopped.has(model)) return;
          stopped.add(model);
          controller.abort(new Interrupted());
        },
      };
    };
    let broken = await startRun(request(study, params, `${name}-broken`), stopOnce());
    while (broken.status === 'interrupted') {
      broken = await resumeRun(broken.directory, () => Promise.resolve(study), stopOnce());
    }
    expect(broken.status).toBe('done');
    expect(stopped.size).toBeGreaterThan(1);
    expect(record(broken.directory)).toEqual(record(whole.directory));
    expect(await readTable(runPaths(broken.directory).table(table))).toEqual(scores);

    // Every model is saved, the same bytes each time, and can be asked.
    const names = readdirSync(join(whole.directory, 'models'));
    expect(names).toHaveLength(stopped.size);
    for (const name of names) {
      const [ours, theirs] = [whole, broken].map(({ directory }) => join(directory, 'models', name));
      for (const file of [configFile, weightsFile]) expect(readFileSync(join(theirs!, file))).toEqual(readFileSync(join(ours!, file)));
    }
    const session = openModel(await loadModel(join(whole.directory, 'models', names[0]!)));
    for (const seed of [0, 1]) {
      const { prompt, answer } = session.example(seed)!;
      expect(answer.length).toBeGreaterThan(0);
      expect((await session.ask(prompt, { maxTokens: 2 })).answer.length).toBeGreaterThan(0);
    }
    session.dispose();
  }, 120_000);

  test('estimates the cost of every preset', () => {
    const costs = presetNames.map((preset) => study.cost!(resolveParameters(study, preset, {})));
    const flops = costs.map((cost) => cost.flops!);
    expect(flops[0]).toBeGreaterThan(0);
    // Quick is the smallest and the paper's size the largest.
    expect([...flops].sort((a, b) => a - b)).toEqual(flops);
    // Two hours on two cores at most.
    expect(costs[presetNames.indexOf('standard')]!.seconds).toBeLessThanOrEqual(7200);
  });
});
