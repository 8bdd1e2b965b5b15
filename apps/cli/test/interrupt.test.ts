import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, onlyRun, sardonyx, startSardonyx, workFolder } from './sardonyx.js';

const slow = ['run', 'demo/quadratic', '--delay', '10', '--save-every', '1000'];
const statusOf = (run: string): unknown => (JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { status: unknown }).status;

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('once (%s) saves, stops with 130 and says how to go on', async (signal) => {
    const cwd = workFolder();
    const { child, finished, shows } = startSardonyx(slow, { cwd });
    await shows('descending');
    child.kill(signal);
    const { code, stdout, stderr } = await finished;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    const run = onlyRun(cwd);
    expect(stderr).toContain(`Interrupted. Go on with: sardonyx resume ${run.slice(cwd.length + 1)}\n`);
    expect(statusOf(run)).toBe('interrupted');
    expect(readdirSync(join(run, 'checkpoints'))).toHaveLength(1);
    const resumed = await sardonyx(['resume', run.slice(cwd.length + 1), '--json'], { cwd });
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed.stdout).find(({ type }) => type === 'resumed')?.['step']).toBeGreaterThan(0);
  });

  it('is a result line with --json', async () => {
    const { child, finished, shows } = startSardonyx([...slow, '--json']);
    await shows('"type":"metric"');
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    expect(code).toBe(130);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      type: 'result',
      status: 'interrupted',
      study: 'demo/quadratic',
      metrics: {},
      expect: [],
    });
  });

  it('reaches a loop that awaits nothing but ctx.yield', async () => {
    const { child, finished, shows } = startSardonyx(['run', 'demo/spin']);
    await shows('spinning');
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
  });

  it.each([[[]], [['--json']]])('ends a command with 130, and is no error %j', async (flags) => {
    const { child, finished, shows } = startSardonyx(['demo', 'wait', ...flags]);
    await shows('waiting');
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Stopped before the end\.$/m);
    expect(stderr).not.toContain('error:');
  });

  it('twice stops at once, and the run can still be resumed', async () => {
    const cwd = workFolder();
    const { child, finished, shows } = startSardonyx(['run', 'demo/spin', '--deaf', 'true'], { cwd });
    await shows('spinning');
    child.kill('SIGINT');
    await shows('Press Ctrl-C again');
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect((await sardonyx(['runs', 'ls'], { cwd })).stdout).toMatch(/^killed /m);
  });
});

describe('resume', () => {
  it('by a second process is refused while the first works', async () => {
    const cwd = workFolder();
    const { child, finished, shows } = startSardonyx(slow, { cwd });
    await shows('descending');
    const run = onlyRun(cwd);
    const second = await sardonyx(['resume', run, '--json'], { cwd });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`Cannot use this run now: process ${child.pid} on .* is working on it`));
    expect(jsonLines(second.stdout)).toContainEqual(expect.objectContaining({ type: 'error', code: 'run-locked' }));
    const removal = await sardonyx(['runs', 'rm', run], { cwd });
    expect(removal.code).toBe(1);
    expect(removal.stderr).toContain('Stop that process first');
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(statusOf(run)).toBe('interrupted');
  });

  it('by three processes at once lets exactly one work', async () => {
    const cwd = workFolder();
    const { child, finished, shows } = startSardonyx(['run', 'demo/spin'], { cwd });
    await shows('spinning');
    child.kill('SIGKILL');
    await finished;
    const run = onlyRun(cwd, 'demo/spin');
    const contenders = [0, 1, 2].map(() => startSardonyx(['resume', run], { cwd }));
    const codes: (number | null)[] = [];
    await new Promise<void>((resolve) => {
      for (const { finished: ended } of contenders) void ended.then(({ code }) => codes.push(code) === 2 && resolve());
    });
    expect(codes).toEqual([1, 1]);
    for (const { child: contender } of contenders) contender.kill('SIGINT');
    await Promise.all(contenders.map(({ finished: ended }) => ended));
    expect(codes).toEqual([1, 1, 130]);
  });

  it('of a run whose newest checkpoint is torn goes on from the one before, and says so', async () => {
    const cwd = workFolder();
    const { child, finished, shows } = startSardonyx(['run', 'demo/quadratic', '--delay', '5', '--save-every', '5', '--json'], { cwd });
    await shows('"type":"checkpoint","step":15');
    child.kill('SIGKILL');
    await finished;
    const checkpoints = join(onlyRun(cwd), 'checkpoints');
    const newest =
      readdirSync(checkpoints)
        .filter((name) => name.endsWith('.safetensors'))
        .at(-1) ?? '';
    truncateSync(join(checkpoints, newest), 100);
    const { code, stderr } = await sardonyx(['resume', onlyRun(cwd)], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: Cannot use the checkpoint .*The one before it is whole and is used/);
  });

  it('of a run that is done prints its result again', async () => {
    const cwd = workFolder();
    await sardonyx(['run', 'demo/quadratic', '--steps', '50', '--tolerance', '0'], { cwd });
    const { code, stdout } = await sardonyx(['resume', onlyRun(cwd)], { cwd });
    expect(code).toBe(3);
    expect(stdout).toMatch(/settled loss .* fails/);
  });

  it('is found by the name alone', async () => {
    const cwd = workFolder();
    await sardonyx(['run', 'demo/quadratic', '--steps', '50', '--tolerance', '5'], { cwd });
    const name = onlyRun(cwd).split('/').at(-1) ?? '';
    expect((await sardonyx(['resume', name], { cwd })).code).toBe(0);
    const typo = await sardonyx(['resume', name.replace('quick', 'qiuck')], { cwd });
    expect(typo.stderr).toContain(`Did you mean ${name}?`);
  });
});

describe('a run whose folder is removed underneath', () => {
  it('fails, says so, and does not make the folder again', async () => {
    const cwd = workFolder();
    const { finished, shows } = startSardonyx(['run', 'demo/quadratic', '--delay', '5'], { cwd });
    await shows('descending');
    const run = onlyRun(cwd);
    rmSync(run, { recursive: true });
    const { code, stderr } = await finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: Cannot .* the folder does not exist \(any more\)/);
    expect(() => readdirSync(run)).toThrow('ENOENT');
  });
});
