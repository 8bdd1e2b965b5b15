import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, onlyRun, sardonyx, workFolder } from './sardonyx.js';

describe('runs', () => {
  it('are listed, shown, exported and removed', async () => {
    const cwd = workFolder();
    expect((await sardonyx(['runs', 'ls'], { cwd })).stdout).toContain('No runs below');
    await sardonyx(['run', 'demo/quadratic', '--steps', '50', '--tolerance', '5'], { cwd });
    const run = onlyRun(cwd);
    const short = run.slice(cwd.length + 1);
    const name = run.split('/').at(-1) ?? '';

    expect((await sardonyx(['runs', 'ls'], { cwd })).stdout).toBe(`status  expectations  run\ndone    1 of 1 hold   ${short}\n`);
    expect(jsonLines((await sardonyx(['runs', 'ls', '--json'], { cwd })).stdout)).toMatchObject([
      { type: 'run', run, study: 'demo/quadratic', status: 'done', preset: 'quick', seed: 0 },
    ]);

    const shown = (await sardonyx(['runs', 'show', name], { cwd })).stdout;
    for (const line of [/status +done/, /progress +50 of 50/, /steps +50/, /settled-loss +0\.\d+/, /settled loss .*: holds/])
      expect(shown).toMatch(line);
    expect(jsonLines((await sardonyx(['runs', 'show', short, '--json'], { cwd })).stdout)).toMatchObject([
      { type: 'run', run, status: 'done', params: { steps: 50 } },
    ]);

    const exported = await sardonyx(['runs', 'export', name, '--out', 'out'], { cwd });
    expect(exported).toMatchObject({ code: 0, stdout: 'exported to out\n' });
    const table = readFileSync(join(cwd, 'out/tables/curve.csv'), 'utf8').split('\r\n');
    expect(table.slice(0, 2)).toEqual(['step,loss,phase,late,ticks', '0,2,descending,false,0']);
    expect(table).toHaveLength(52);
    expect(readFileSync(join(cwd, 'out/metrics.csv'), 'utf8')).toMatch(/^metric,step,value\r\nloss,0,2\r\n/);
    expect(readFileSync(join(cwd, 'out/report.html'), 'utf8')).toBe(readFileSync(join(run, 'report.html'), 'utf8'));
    expect((await sardonyx(['runs', 'export', name, '--out', 'out'], { cwd })).code).toBe(2);

    expect(await sardonyx(['runs', 'rm', name], { cwd })).toMatchObject({ code: 0, stdout: `removed ${short}\n` });
    expect(readdirSync(join(cwd, 'runs/demo/quadratic'))).toEqual([]);
  });
});

describe('doctor', () => {
  it('looks at everything a run needs', async () => {
    const { code, stdout } = await sardonyx(['doctor', '--json']);
    const checks = jsonLines(stdout);
    expect(checks.map(({ name }) => name)).toEqual(['Node.js', 'ONNX Runtime', 'threads', 'memory', 'disk', 'systems']);
    expect(checks.map(({ status }) => status)).not.toContain('missing');
    expect(checks[0]).toMatchObject({ detail: process.versions.node });
    expect(checks[1]?.['detail']).toMatch(/^\d+\.\d+\.\d+ through [a-z-]+ on \d+ threads? \(.*onnxruntime.*\), built with .*CPU/);
    expect(code).toBe(0);
    expect((await sardonyx(['doctor'])).stdout).toMatch(/^ok +Node\.js +\d/);
  });

  it('tells which runtime computes, and why none does', async () => {
    const detail = async (env: Record<string, string>) => {
      const { code, stdout } = await sardonyx(['doctor', '--json'], { env });
      const [, check] = jsonLines(stdout);
      return { code, status: check?.['status'], detail: check?.['detail'] };
    };
    expect(await detail({ SARDONYX_RUNTIME: 'node-binding', SARDONYX_THREADS: '1' })).toMatchObject({
      code: 0,
      status: 'ok',
      detail: expect.stringContaining('through node-binding on 1 thread (') as string,
    });
    expect(await detail({ SARDONYX_THREADS: 'many' })).toMatchObject({
      status: 'missing',
      detail: expect.stringContaining('given SARDONYX_THREADS=many') as string,
    });
    expect(await detail({ SARDONYX_ONNXRUNTIME: '/nowhere/libonnxruntime.so' })).toMatchObject({
      status: 'missing',
      detail: expect.stringContaining('names /nowhere/libonnxruntime.so, which does not exist') as string,
    });
  });
});

describe('bench', () => {
  it('hands over to the bench harness of the source tree, with its arguments and its failure', async () => {
    // From any folder: the harness is that of the checkout the program was built in.
    const cwd = workFolder();
    const listed = await sardonyx(['bench', 'training', '--list'], { cwd });
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toContain('gpt-16x64x64');
    const unknown = await sardonyx(['bench', 'nope'], { cwd });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('unknown benchmark: expected one of training');
  });
});
