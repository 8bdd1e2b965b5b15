import { describe, expect, it } from 'vitest';
import { jsonLines, onlyRun, sardonyx, startSardonyx, workFolder } from './sardonyx.js';

const id = 'preconditioners/matrix-quadratic';
const sweepOf = (order: number, steps: number): string[] => [
  'run',
  id,
  '--order',
  String(order),
  '--seeds',
  '2',
  '--steps',
  String(steps),
  '--rates',
  '9',
  '--search',
  'bracket',
  '--json',
];

/** What a run found. */
const resultOf = (stdout: string): unknown => {
  const { status, metrics, expect: verdicts } = jsonLines(stdout).at(-1)!;
  return { status, metrics, verdicts };
};

describe('--workers', () => {
  it('does not change results', async () => {
    const runs = await Promise.all(['1', '2', '3'].map((workers) => sardonyx([...sweepOf(24, 20), '--workers', workers])));
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: '' })));
    const [one, two, three] = runs.map(({ stdout }) => resultOf(stdout));
    expect(one).toMatchObject({ status: 'done' });
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });

  it('are stopped by Ctrl-C; resumed with another number of them, a run ends with the same results', async () => {
    const cwd = workFolder();
    // So large that its runs are not over before the signal comes.
    const larger = sweepOf(48, 40);
    const { child, finished, shows } = startSardonyx([...larger, '--workers', '2'], { cwd });
    await shows('"type":"progress"');
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    const run = onlyRun(cwd, id);
    const resumed = await sardonyx(['resume', run, '--workers', '1', '--json'], { cwd });
    expect(jsonLines(resumed.stdout).find(({ type }) => type === 'resumed')?.['step']).toBeGreaterThan(0);
    expect(resultOf(resumed.stdout)).toEqual(resultOf((await sardonyx([...larger, '--workers', '2'])).stdout));
  });
});
