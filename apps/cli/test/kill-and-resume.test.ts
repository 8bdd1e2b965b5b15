import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { jsonLines, sardonyx, startSardonyx, workFolder } from './sardonyx.js';

const settings = ['--steps', '200', '--save-every', '13', '--seed', '11'];

/** What must not depend on kills: the study's own events without their time, the results, the tables, the figures. */
function outcomeOf(run: string): unknown {
  const record = jsonLines(readFileSync(join(run, 'events.ndjson'), 'utf8')).filter(
    ({ type }) => type === 'metric' || type === 'log' || type === 'final',
  );
  const { status, metrics, expect: verdicts } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as Record<string, unknown>;
  return {
    record: record.map((event) => JSON.stringify({ ...event, time: undefined })),
    status,
    metrics,
    verdicts,
    table: readFileSync(join(run, 'tables', 'curve.parquet'), 'base64'),
    figures: ['loss', 'phases'].map((name) => readFileSync(join(run, 'figures', `${name}.svg`), 'base64')),
  };
}

/** Delays after the first metric at which the process is killed; fixed by a seed, spread over about one part of the run. */
function killDelaysMs(count: number): number[] {
  let state = 20_250_217;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * 150;
  });
}

describe('kill -9', () => {
  it('ten times at random moments, then resumed, gives the uninterrupted result bit for bit', async () => {
    const cwd = workFolder();
    expect((await sardonyx(['run', 'demo/quadratic', ...settings, '--out', 'whole'], { cwd })).code).toBe(0);
    // The pause after each step spreads the run over about a second and a half, so that kills fall inside it.
    let running = startSardonyx(['run', 'demo/quadratic', ...settings, '--delay', '6', '--out', 'killed', '--json'], { cwd });
    for (const delay of killDelaysMs(10)) {
      await running.shows('"type":"metric"');
      await setTimeout(delay);
      running.child.kill('SIGKILL');
      expect((await running.finished).signal).toBe('SIGKILL');
      running = startSardonyx(['resume', 'killed', '--json'], { cwd });
    }
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'result', status: 'done', run: join(cwd, 'killed') });
    expect(outcomeOf(join(cwd, 'killed'))).toEqual(outcomeOf(join(cwd, 'whole')));
    // Twelve processes, one after the other, each of which may take seconds to start on a busy machine.
  }, 180_000);

  it('leaves a run that is listed as killed, and that says so', async () => {
    const cwd = workFolder();
    const { child, finished, shows } = startSardonyx(['run', 'demo/quadratic', '--delay', '20', '--json'], { cwd });
    await shows('"type":"metric"');
    expect((await sardonyx(['runs', 'ls'], { cwd })).stdout).toMatch(/^running /m);
    child.kill('SIGKILL');
    await finished;
    expect((await sardonyx(['runs', 'ls'], { cwd })).stdout).toMatch(/^killed /m);
  });
});
