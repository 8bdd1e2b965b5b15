import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

/** The built command line: every test run builds it first. */
const program = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'addition-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = ['--digits', '1', '--operands', '2,3', '--evaluate-operands', '2,3', '--width', '16', '--heads', '2', '--steps', '150'];
const rest = ['--batch-size', '16', '--evaluate-every', '75', '--evaluation-examples', '32', '--seed', '5'];
const start = (run: string): ChildProcess =>
  spawn(process.execPath, [program, 'run', 'looped-transformers/addition', ...size, ...rest, '--out', run], { stdio: 'ignore' });
const resume = (run: string): ChildProcess => spawn(process.execPath, [program, 'resume', run], { stdio: 'ignore' });

/** What the run recorded, without times and without how often it was interrupted. */
const record = (run: string): string[] =>
  readFileSync(join(run, 'events.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => /"type":"(metric|final|log)"/.test(line))
    .map((line) => line.replace(/,"time":"[^"]*"/, ''));

/** Waits until the run has recorded a number of metrics. */
async function progress(run: string, metrics: number): Promise<void> {
  const events = join(run, 'events.ndjson');
  const count = () => (existsSync(events) ? readFileSync(events, 'utf8').split('"type":"metric"').length - 1 : 0);
  while (count() < metrics) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('a run that is interrupted, killed and resumed records the same numbers, bit for bit', async () => {
  const whole = join(folder, 'whole');
  // Tiny models may miss an expectation, which is exit code 3; both mean that the run is done.
  expect([0, 3]).toContain(await exitOf(start(whole)));

  const broken = join(folder, 'broken');
  const first = start(broken);
  await progress(broken, 5);
  first.kill('SIGINT');
  expect(await exitOf(first)).toBe(130);
  const second = resume(broken);
  await progress(broken, 22);
  second.kill('SIGKILL');
  await exitOf(second);
  expect([0, 3]).toContain(await exitOf(resume(broken)));
  expect(record(broken)).toEqual(record(whole));
  expect(record(whole).length).toBeGreaterThan(30);
});
