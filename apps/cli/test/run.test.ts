import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonLines, onlyRun, sardonyx, startSardonyx, workFolder } from './sardonyx.js';

const value = z.union([z.number(), z.string()]);
const resultLine = z.strictObject({
  type: z.literal('result'),
  run: z.string().nullable(),
  study: z.string().nullable(),
  status: z.enum(['done', 'failed', 'interrupted']),
  metrics: z.record(z.string(), z.union([value, z.boolean()])),
  expect: z.array(z.strictObject({ name: z.string(), paper: value, ours: value, verdict: z.enum(['holds', 'fails', 'reported']) })),
});
/** So few steps do not settle fully, hence the wider tolerance. */
const quick = ['run', 'demo/quadratic', '--steps', '60', '--tolerance', '5'];
const hasControlCharacters = (text: string): boolean =>
  [...text].some((character) => (character < ' ' && character !== '\n') || character === '\u007f');

describe('run', () => {
  it('prints dated lines, the numbers beside the paper, and where the report is; exit code 0', async () => {
    const cwd = workFolder();
    const { code, stdout, stderr } = await sardonyx(['run', 'demo/quadratic'], { cwd });
    expect(code).toBe(0);
    const run = onlyRun(cwd);
    expect(run).toMatch(/runs\/demo\/quadratic\/\d{4}-\d\d-\d\d-\d{6}-quick-s0$/);
    expect(stdout).toMatch(/expectation +paper +ours +verdict\nsettled loss .* holds\nrows +one a step +400 +reported\n/);
    expect(stdout).toContain(`report  ${join(run, 'report.html').slice(cwd.length + 1)}`);
    expect(stderr).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}demo\/quadratic, preset quick, seed 0, in runs/);
    expect(hasControlCharacters(stdout + stderr)).toBe(false);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('✓ holds');
  });

  it('keeps progress lines rare without a terminal', async () => {
    const { stderr } = await sardonyx([...quick, '--delay', '5']);
    expect(stderr.trimEnd().split('\n').length).toBeLessThan(5);
  });

  it('prints only JSON lines with --json, the result last', async () => {
    const cwd = workFolder();
    const { code, stdout, stderr } = await sardonyx([...quick, '--json', '--seed', '3'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = jsonLines(stdout);
    expect(lines[0]).toMatchObject({ type: 'run', study: 'demo/quadratic', seed: 3, preset: 'quick', params: { steps: 60 } });
    expect(lines.filter(({ type }) => type === 'metric')).toHaveLength(60);
    const last = resultLine.parse(lines.at(-1));
    expect(Object.keys(lines.at(-1) ?? {})).toEqual(['type', 'run', 'study', 'status', 'metrics', 'expect']);
    expect(last).toMatchObject({
      run: onlyRun(cwd),
      study: 'demo/quadratic',
      status: 'done',
      expect: [
        { name: 'settled loss', verdict: 'holds' },
        { name: 'rows', ours: 60, verdict: 'reported' },
      ],
    });
  });

  it('exits with 3 when an expectation fails', async () => {
    const { code, stdout } = await sardonyx(['run', 'demo/quadratic', '--steps', '60', '--tolerance', '0', '--json']);
    expect(code).toBe(3);
    expect(resultLine.parse(jsonLines(stdout).at(-1))).toMatchObject({ status: 'done', expect: [{ verdict: 'fails' }, {}] });
  });

  it('exits with 1 when the study fails, says why, and shows no stack trace unless asked', async () => {
    const failing = [...quick, '--fail-at', '30'];
    const { code, stdout, stderr } = await sardonyx(failing);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/error: the study was told to fail here\n.*sardonyx resume runs\//);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect((await sardonyx([...failing, '--debug'])).stderr).toMatch(/^\s+at .*demo-system/m);
    const json = jsonLines((await sardonyx([...failing, '--json'])).stdout);
    expect(json.at(-2)).toEqual({ type: 'error', code: 'study-failed', message: 'the study was told to fail here' });
    expect(resultLine.parse(json.at(-1))).toMatchObject({ status: 'failed', expect: [] });
  });

  it('joins the lists of a flag given several times, of studies and of commands', async () => {
    const curvatures = ['--curvatures', '1,2', '--curvatures=', '--curvatures', '3'];
    const [plan] = jsonLines((await sardonyx(['run', 'demo/quadratic', ...curvatures, '--dry-run', '--json'])).stdout);
    expect(plan).toMatchObject({ params: { curvatures: [1, 2, 3] } });

    const sets = ['--set', 'training.steps=7', '--set', 'training.batchSize=9'];
    const { stdout } = await sardonyx(['looped-transformers', 'train', 'small/phop', ...sets, '--estimate', 'true', '--json']);
    expect(jsonLines(stdout)[0]).toMatchObject({ config: { training: { steps: 7, batchSize: 9 } } });
  });

  it('only plans with --dry-run', async () => {
    const cwd = workFolder();
    const { code, stdout } = await sardonyx(['run', 'demo/quadratic', '--preset', 'paper', '--dry-run'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/steps +400000/);
    expect(stdout).toMatch(/floating-point operations +154 M\n +memory +512 B\n +time +4.0 s/);
    expect(() => onlyRun(cwd)).toThrow();
    const json = jsonLines((await sardonyx(['run', 'demo/quadratic', '--dry-run', '--json'])).stdout);
    expect(json).toMatchObject([{ type: 'plan', preset: 'quick', cost: { memoryBytes: 32 } }]);
  });

  it('prints the cost first with the preset paper', async () => {
    const { code, stderr } = await sardonyx(['run', 'demo/quadratic', '--preset', 'paper', '--steps', '60', '--tolerance', '5']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Cost:\n/);
    const json = jsonLines((await sardonyx(['run', 'demo/quadratic', '--preset', 'paper', '--steps', '60', '--json'])).stdout);
    expect(json[0]).toMatchObject({ type: 'plan', preset: 'paper', cost: { parameters: 64 } });
  });

  it('takes --out, and gives the same numbers whatever the folder and the workers', async () => {
    const cwd = workFolder();
    const [first, second] = await Promise.all(
      ['1', '2'].map((workers) => sardonyx([...quick, '--out', `here/${workers}`, '--workers', workers, '--json'], { cwd })),
    );
    const metrics = [first, second].map((finished) => resultLine.parse(jsonLines(finished?.stdout ?? '').at(-1)).metrics);
    expect(metrics[0]).toEqual(metrics[1]);
    expect(readFileSync(join(cwd, 'here/1/run.json'), 'utf8')).toContain('"status": "done"');
  });

  it('goes on quietly when the reader of its output has gone', async () => {
    const cwd = workFolder();
    const { child, finished, shows } = startSardonyx([...quick, '--delay', '5', '--json'], { cwd });
    await shows('"type":"metric"');
    child.stdout.destroy();
    const { code, stderr } = await finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(onlyRun(cwd), 'run.json'), 'utf8')).toContain('"status": "done"');
  });
});
