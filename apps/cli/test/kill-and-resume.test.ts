import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readEvents } from '@sardonyx/study';
import { describe, expect, it } from 'vitest';
import { jsonLines, sardonyx, startSardonyx, workFolder } from './sardonyx.js';

/** What must not depend on kills: the study's own events without their time, the results, the tables, the figures. */
function outcomeOf(run: string): Record<string, unknown> {
  const record = jsonLines(readFileSync(join(run, 'events.ndjson'), 'utf8')).filter(
    ({ type }) => type === 'metric' || type === 'log' || type === 'final',
  );
  const { status, metrics, expect: verdicts } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as Record<string, unknown>;
  const paths = ['tables', 'figures'].flatMap((part) => readdirSync(join(run, part)).map((name) => join(part, name)));
  return {
    record: record.map((event) => JSON.stringify({ ...event, time: undefined })),
    status,
    metrics,
    verdicts,
    files: Object.fromEntries(paths.map((path) => [path, readFileSync(join(run, path), 'base64')])),
  };
}

/** Numbers from 0 to 1, the same for the same seed (the generator of Park and Miller, 1988). */
function uniforms(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  });
}

describe('kill -9', () => {
  it('ten times at random moments, then resumed, gives the uninterrupted result bit for bit', async () => {
    const settings = ['--steps', '200', '--save-every', '13', '--seed', '11'];
    const cwd = workFolder();
    expect((await sardonyx(['run', 'demo/quadratic', ...settings, '--out', 'whole'], { cwd })).code).toBe(0);
    // The pause after each step spreads the run over about a second and a half, so that kills fall inside it.
    let running = startSardonyx(['run', 'demo/quadratic', ...settings, '--delay', '6', '--out', 'killed', '--json'], { cwd });
    for (const uniform of uniforms(20_250_217, 10)) {
      await running.shows('"type":"metric"');
      await setTimeout(150 * uniform);
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

  it('ten times at random moments of a real training, then resumed, gives the same losses bit for bit', async () => {
    const steps = 1500;
    const model = ['--digits', '1', '--operands', '2,3', '--evaluate-operands', '2,3', '--loops', '2', '--width', '16', '--heads', '2'];
    const training = ['--steps', `${steps}`, '--batch-size', '8', '--evaluate-every', '300', '--evaluation-examples', '16', '--seed', '5'];
    const study = ['looped-transformers/addition', ...model, '--baselines', 'iso-parameter', ...training];
    const cwd = workFolder();
    // A model as small as this one need not learn to add; that an expectation fails is exit code 3.
    expect([0, 3]).toContain((await sardonyx(['run', ...study, '--out', 'whole'], { cwd })).code);

    const often = ['--checkpoint-seconds', '0.2', '--json'];
    const run = join(cwd, 'killed');
    /** Where the training stands by its log; the second model, (1⊗1), trains once the first has made its steps. */
    const position = (): number => {
      const trained = readEvents(join(run, 'events.ndjson')).events.map((event) =>
        event.type === 'metric' ? event.step + (JSON.stringify(event.values).includes('(1⊗1)') ? steps : 0) : 0,
      );
      return Math.max(...trained);
    };
    const kills: { at: number; resumedFrom: number | null }[] = [];
    let running = startSardonyx(['run', ...study, '--out', 'killed', ...often], { cwd });
    await running.shows('"type":"started"');
    for (const [index, uniform] of uniforms(41, 10).entries()) {
      // One moment in each tenth of the training but its very end, and up to 30 ms after the step was recorded.
      await expect.poll(position, { interval: 2, timeout: 60_000 }).toBeGreaterThanOrEqual((2 * steps - 100) * 0.1 * (index + uniform));
      await setTimeout(30 * uniform);
      running.child.kill('SIGKILL');
      expect((await running.finished).signal).toBe('SIGKILL');
      const at = position();
      running = startSardonyx(['resume', 'killed', ...often], { cwd });
      await running.shows('"type":"resumed"');
      const resumed = readEvents(join(run, 'events.ndjson')).events.findLast((event) => event.type === 'resumed');
      kills.push({ at, resumedFrom: resumed?.step ?? null });
    }
    const { code, stdout } = await running.finished;
    expect([0, 3]).toContain(code);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'result', status: 'done' });
    expect(outcomeOf(run)).toEqual(outcomeOf(join(cwd, 'whole')));
    // The kills fell where they count: before the end, after a checkpoint, with work since then to be done again.
    for (const { at } of kills) expect(at).toBeLessThan(2 * steps);
    expect(kills.filter(({ at, resumedFrom }) => resumedFrom !== null && resumedFrom > 0 && resumedFrom < at).length).toBeGreaterThan(4);
    expect(new Set(kills.map(({ resumedFrom }) => resumedFrom)).size).toBeGreaterThan(4);
    // Twelve processes here too, and three thousand steps.
  }, 300_000);

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
