import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EventBody,
  type ExecuteOptions,
  Interrupted,
  readEvents,
  readRunFile,
  readTable,
  resolveParameters,
  resumeRun,
  type RunOutcome,
  runPaths,
  startRun,
  type Study,
} from '@sardonyx/study';
import { afterAll, describe, expect, test } from 'vitest';
import { system } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'close-approaches-studies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const named = (name: string): Study => system.studies.find((study) => study.name === name)!;
const request = (study: Study, directory: string, overrides: Record<string, unknown>) => ({
  id: `close-approaches/${study.name}`,
  study,
  preset: 'quick' as const,
  seed: 3,
  params: resolveParameters(study, 'quick', overrides),
  // Threads load built modules, and these are the sources.
  workers: 1,
  directory: join(folder, directory),
});

/** Small enough for a test; what a short run cannot judge its expectations report. */
const small: Readonly<Record<string, Record<string, unknown>>> = {
  'yarkovsky-drift': { years: 4000, samples: 10 },
  'jacobi-constant': { encounters: 4, days: 600 },
  detectors: { particles: 12, years: 6, steps: [4, 16], batch: 5 },
  belt: { asteroids: 200, particles: 6, years: 100, snapshots: 2, detectorParticles: 2, detectorYears: 1, replicates: 20, batch: 4 },
  reproducibility: { particles: 24, years: 20, workerCounts: [1], batches: [5] },
  'secular-frequencies': { years: 10_000, samples: 50 },
  'observed-approaches': { synthetic: 4 },
};

const wholeRuns = new Map<string, Promise<RunOutcome>>();
/** The run of a study from its beginning to its end, made once. */
function wholeRun(name: string, overrides: Record<string, unknown>): Promise<RunOutcome> {
  const run = wholeRuns.get(name) ?? startRun(request(named(name), name, overrides));
  wholeRuns.set(name, run);
  return run;
}

describe.each(Object.entries(small))('%s', (name, overrides) => {
  test('runs, and no expectation fails', { timeout: 60_000 }, async () => {
    expect(await wholeRun(name, overrides)).toMatchObject({ status: 'done' });
    const { expect: results } = readRunFile(join(folder, name));
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ verdict }) => verdict === 'fails')).toEqual([]);
  });
});

test('apophis: the approach of 2029, and steps that converge', { timeout: 120_000 }, async () => {
  await startRun(request(named('apophis'), 'apophis', { steps: [4, 2] }));
  expect(readRunFile(join(folder, 'apophis')).expect.map(({ verdict }) => verdict)).toEqual(['holds', 'holds']);
});

test('ephemeris: planets of 2000 are judged by one clock, whose error is told', { timeout: 120_000 }, async () => {
  await startRun(request(named('ephemeris'), 'ephemeris', {}));
  const { metrics, expect: verdicts } = readRunFile(join(folder, 'ephemeris'));
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['holds', 'holds', 'holds']);
  const of = (name: string): number => metrics[name] as number;
  // The table has twelve decimals: 0.5e-12 au in each of three coordinates.
  for (const planet of ['mercury', 'earth', 'neptune']) expect(of(`${planet}, JD 2451545, by that clock, au`)).toBeLessThan(0.9e-12);
  // Mercury goes 0.0223 au a day.
  expect(of('mercury, JD 2451545, au') / 0.0223).toBeCloseTo(of('clock of the states of 2000, d'), 10);
  // Without relativity Mercury's perihelion is 13″ off, which no clock mends.
  await startRun(request(named('ephemeris'), 'ephemeris-newton', { relativity: false }));
  expect(readRunFile(join(folder, 'ephemeris-newton')).expect[0]!.verdict).toBe('fails');
});

/** What a study itself records. */
const recorded = ['metric', 'log', 'final'];

/** Everything of a run that must not depend on whether it was stopped on the way. */
function outcomeOf(name: string): unknown {
  const directory = join(folder, name);
  const { metrics, expect: verdicts, status } = readRunFile(directory);
  const record = readEvents(runPaths(directory).events)
    .events.filter(({ type }) => recorded.includes(type))
    .map((event) => JSON.stringify({ ...event, time: undefined }));
  return { metrics, verdicts, status, record };
}

/** Stops a run at its first progress past a share of the whole. */
function abortAt(share: number): ExecuteOptions {
  const controller = new AbortController();
  const onEvent = (event: EventBody): void => {
    if (event.type === 'progress' && event.done > share * event.total) controller.abort(new Interrupted());
  };
  return { signal: controller.signal, onEvent };
}

describe.each(['yarkovsky-drift', 'jacobi-constant', 'detectors', 'belt', 'reproducibility', 'secular-frequencies'])('%s', (name) => {
  test('stopped twice and resumed, it ends with the same record', { timeout: 120_000 }, async () => {
    const study = named(name);
    const find = (): Promise<Study> => Promise.resolve(study);
    const cut = `${name} cut`;
    await wholeRun(name, small[name]!);
    expect(await startRun(request(study, cut, small[name]!), abortAt(0.2))).toMatchObject({ status: 'interrupted' });
    await resumeRun(join(folder, cut), find, abortAt(0.6));
    expect(await resumeRun(join(folder, cut), find)).toMatchObject({ status: 'done' });
    expect(outcomeOf(cut)).toEqual(outcomeOf(name));
    for (const figure of study.figures ?? []) {
      if (!('table' in figure)) continue;
      const [a, b] = [name, cut].map((directory) => runPaths(join(folder, directory)).table(figure.table));
      expect((await readTable(a!)).rowCount).toBe((await readTable(b!)).rowCount);
      expect(readFileSync(b!, 'base64')).toBe(readFileSync(a!, 'base64'));
    }
    if (name === 'belt') {
      const [a, b] = [name, cut].map((directory) => readFileSync(join(folder, directory, 'archive/run.caph'), 'base64'));
      expect(b).toBe(a);
    }
  });
});
