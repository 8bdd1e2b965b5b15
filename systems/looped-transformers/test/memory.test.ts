import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
import { memory } from '../src/studies/memory.js';

/** The built command line: every test run builds it first. */
const program = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = { digits: 1, operands: [2], width: 16, heads: 2, loops: 2, batchSize: 4 };
const request = (name: string, overrides: object, study: Study = memory as unknown as Study) => ({
  id: 'looped-transformers/memory',
  study,
  preset: 'quick' as const,
  seed: 3,
  params: resolveParameters(memory, 'quick', { ...tiny, ...overrides }),
  directory: join(folder, name),
});
const verdicts = (run: { readonly expect: readonly { readonly verdict: string }[] }) => run.expect.map(({ verdict }) => verdict);
const losses = (directory: string) =>
  readEvents(runPaths(directory).events).events.flatMap((event) => (event.type === 'metric' ? [[event.step, event.values]] : []));

describe('the memory study', () => {
  test('finds ten thousand steps flat, in a process of its own', async () => {
    const run = join(folder, 'flat');
    const model = ['--digits', '1', '--operands', '2', '--width', '16', '--heads', '2', '--batch-size', '4'];
    const length = ['--steps', '10000', '--sample-every', '100', '--settle-steps', '2000'];
    const args = [program, 'run', 'looped-transformers/memory', ...model, ...length, '--out', run];
    const [code] = (await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'close')) as [number | null];
    expect(verdicts(readRunFile(run))).toEqual(['holds', 'holds', 'holds']);
    expect(code).toBe(0);
    const { rowCount, columns } = await readTable(runPaths(run).table('live'));
    expect(rowCount).toBe(100);
    expect(columns['settled']?.filter(Boolean)).toHaveLength(80);
    expect(columns['values']?.every((values) => Number(values) > 0)).toBe(true);
    // Ten thousand steps take ten seconds, and several times that on a busy machine.
  }, 180_000);

  test('goes on in another process to the same losses, and judges each process by itself', async () => {
    const size = { steps: 120, sampleEvery: 5, settleSteps: 10 };
    expect((await startRun(request('whole', size))).status).toBe('done');
    const controller = new AbortController();
    const broken = await startRun(request('broken', size), {
      signal: controller.signal,
      onEvent: (event) => void (event.type === 'metric' && event.step === 60 && controller.abort(new Interrupted())),
    });
    expect(broken.status).toBe('interrupted');
    expect((await resumeRun(broken.directory, () => Promise.resolve(memory as unknown as Study))).status).toBe('done');
    expect(losses(broken.directory)).toEqual(losses(join(folder, 'whole')));
    expect(losses(broken.directory)).toHaveLength(25);
    const { columns } = await readTable(runPaths(broken.directory).table('live'));
    const seen = columns['step']!.map((step, row) => [step, columns['process']![row], columns['settled']![row]]);
    expect(seen.filter(([, , settled]) => settled !== true).map(([step, process]) => [step, process])).toEqual([
      [5, 0],
      [10, 0],
      [65, 1],
      [70, 1],
    ]);
  });

  /** A run that records what `at` says instead of what the process holds, at steps 1 to 100 of each of `processes`. */
  const recorded = (name: string, processes: number, at: (process: number, step: number) => { mebibytes: number; values: number }) => {
    const run = (ctx: StudyContext): Promise<void> => {
      const columns = { process: 'int32', settled: 'bool', step: 'int32' } as const;
      for (let process = 0; process < processes; process++) {
        for (let step = 1; step <= 100; step++) {
          const { mebibytes, values } = at(process, step);
          const row = { process, settled: step > 20, step };
          ctx.table('memory', { ...columns, kind: 'utf8', mebibytes: 'float64' }).append({ ...row, kind: 'resident', mebibytes });
          ctx.table('live', { ...columns, sessions: 'int32', values: 'int32' }).append({ ...row, sessions: 2, values });
          ctx.metric(step, { 'loss (nats)': step });
        }
      }
      return Promise.resolve();
    };
    return startRun(request(name, {}, { ...memory, run } as unknown as Study));
  };

  test('sees a leak of memory, of native objects, and a loss that does not fall', async () => {
    const { expect: found } = await recorded('leak', 1, (_, step) => ({ mebibytes: 100 + step, values: step < 90 ? 80 : 81 }));
    expect(found[0]).toMatchObject({ verdict: 'fails', ours: 'at most 160.0 MiB, then 200.0 MiB, over 79 steps' });
    expect(found[1]).toMatchObject({ verdict: 'fails', ours: 'at most 82, then 83, over 79 steps' });
    expect(found[2]).toMatchObject({ verdict: 'fails', ours: '1.000 to 100.000' });
  });

  test('takes neither warming up, nor the ups and downs of the collector, nor another process for growth', async () => {
    const { expect: found } = await recorded('sound', 2, (process, step) => ({
      mebibytes: 50 * (process + 1) + 2 * Math.min(step, 20) + 30 * Math.sin(step),
      values: 40 * (process + 1) + Math.min(step, 20),
    }));
    expect(verdicts({ expect: found }).slice(0, 2)).toEqual(['holds', 'holds']);
  });

  test('judges nothing where no process ran long enough', async () => {
    const { expect: found } = await startRun(request('short', { steps: 60, sampleEvery: 5, settleSteps: 20 }));
    expect(verdicts({ expect: found }).slice(0, 2)).toEqual(['reported', 'reported']);
  });
});
