import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, sardonyx, workFolder } from './sardonyx.js';

const stackTrace = /^\s+at /m;

/** Arguments, and what the message must say. */
const mistakes: [string[], RegExp][] = [
  [['rnu'], /no command or system "rnu"\. Did you mean run\?/],
  [['demoo'], /no command or system "demoo"\. Did you mean demo\?/],
  [['--bogus'], /Unknown option '--bogus'.*See: sardonyx --help/],
  [['list', '--jsn'], /Unknown option '--jsn'\. Did you mean --json\?/],
  [['list', 'extra'], /Too many arguments/],
  [['run'], /Missing required argument 'system\/study'.*See: sardonyx run --help/],
  [['run', 'quadratic'], /Cannot find the study "quadratic": expected <system>\/<study>/],
  [['run', 'dmeo/quadratic'], /no system "dmeo"\. Did you mean demo\?/],
  [['run', 'demo/quadratci'], /no study "demo\/quadratci"\. Did you mean demo\/quadratic\?/],
  [['run', 'looped-transformers/zzz'], /no study "looped-transformers\/zzz"/],
  [['run', 'demo/quadratic', '--stpes', '3'], /Unknown option '--stpes'\. Did you mean --steps\?/],
  [['run', 'demo/quadratic', '--steps'], /argument missing/],
  [['run', 'demo/quadratic', '--steps', '0'], /--steps: expected an integer from 1 to 1000000, got 0\./],
  [['run', 'demo/quadratic', '--steps', '1.5'], /--steps: expected an integer from 1 to 1000000, got 1\.5\./],
  [['run', 'demo/quadratic', '--steps', 'many'], /--steps: expected an integer from 1 to 1000000, got "many"\./],
  [['run', 'demo/quadratic', '--learning-rate', '2'], /--learning-rate: expected a number above 0 and below 2, got 2\./],
  [['run', 'demo/quadratic', '--learning-rate', '-1'], /--learning-rate: .* got -1\./],
  [['run', 'demo/quadratic', '--schedule', 'linaer'], /--schedule: expected one of constant, linear, got "linaer"\. Did you mean linear\?/],
  [['run', 'demo/quadratic', '--average', 'maybe'], /--average: expected true or false, got "maybe"\./],
  [['run', 'demo/quadratic', '--curvatures', '1,x'], /--curvatures: expected a comma-separated list, each number above 0, got "1,x"\./],
  [['run', 'demo/quadratic', '--preset', 'qiuck'], /--preset: expected one of quick, standard, paper, got "qiuck"\. Did you mean quick\?/],
  [['run', 'demo/quadratic', '--seed', '-1'], /--seed: expected an integer from 0 to 4294967295, got "-1"\./],
  [['run', 'demo/quadratic', '--seed', '4294967296'], /--seed: .* got "4294967296"\./],
  [['run', 'demo/quadratic', '--workers', '0'], /--workers: expected an integer from 1 to 1024, got "0"\./],
  [['run', 'demo/quadratic', '--seed', '1', '--seed', '2'], /--seed: expected one value, got "1" and "2"\. Leave out one of them\./],
  [['run', 'demo/quadratic', '--steps', '3', '--steps=4'], /--steps: expected one value, got "3" and "4"\./],
  [['demo', 'square', '3', '--scale', '1', '--scale', '2'], /--scale: expected one value, got "1" and "2"\./],
  [['runs', 'ls', '--root', 'a', '--root', 'b'], /--root: expected one value, got "a" and "b"\./],
  [['run', 'demo/quadratic', '--checkpoint-seconds', '-1'], /--checkpoint-seconds: expected a number from 0 to 86400, got "-1"\. Choose/],
  [['resume', 'run', '--checkpoint-seconds', 'soon'], /--checkpoint-seconds: .* got "soon"\./],
  [
    ['run', 'demo/quadratic', '--out', 'taken'],
    /Cannot start a run in .*taken: it is a file or holds files\. Choose an empty or new folder/,
  ],
  [['resume'], /Missing required argument 'run'/],
  [['resume', 'nowhere'], /Cannot find the run "nowhere"\. There are no runs below .* "sardonyx runs ls" lists them/],
  [['resume', 'taken'], /Cannot find the run "taken"\. taken holds no run\.json/],
  [['resume', 'broken'], /run\.json is no JSON/],
  [['resume', 'foreign'], /There is no system "elsewhere"/],
  [['runs', 'lss'], /Unknown command 'lss'\. Did you mean ls\?/],
  [['runs', 'show', 'nowhere'], /Cannot find the run "nowhere"/],
  [['runs', 'rm', 'taken'], /Cannot find the run "taken"/],
  [['runs', 'export', 'nowhere'], /Cannot find the run "nowhere"/],
  [['demo', 'sqare', '3'], /There is no command "sqare" of demo\. Did you mean square\? See: sardonyx demo --help/],
  [['demo', 'quadratc'], /There is no command "quadratc" of demo\. Did you mean sardonyx run demo\/quadratic\?/],
  [['demo', 'zebra'], /There is no command "zebra" of demo\. There is: square, second-power, wait\./],
  [['looped', 'train'], /no command or system "looped"\. Did you mean looped-transformers\?/],
  [['close'], /no command or system "close"\. Did you mean close-approaches\?/],
  [['looped-transformers', 'data'], /Did you mean data-gen, data-pack, data-stats or data-verify\?/],
  [['looped-transformers', 'scaling'], /Did you mean sardonyx run looped-transformers\/depth-scaling\?/],
  [['demo', 'square'], /Missing required argument 'numbers'/],
  [['demo', 'square', '3', '--scale', '-2'], /--scale: expected a number of at least 0, got -2\./],
  [['--systems', './nowhere.mjs', 'list'], /Cannot load the systems of "\.\/nowhere\.mjs"/],
  [['--systems', './empty.mjs', 'list'], /Cannot use the module "\.\/empty\.mjs": expected the export "system" or "systems"/],
];

function preparedFolder(): string {
  const folder = workFolder();
  for (const name of ['taken', 'broken', 'foreign']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'taken', 'something'), '');
  writeFileSync(join(folder, 'broken', 'run.json'), '{"format":');
  writeFileSync(join(folder, 'empty.mjs'), 'export {};');
  const foreign = {
    format: 1,
    study: 'elsewhere/study',
    title: '',
    preset: 'quick',
    seed: 0,
    workers: 1,
    params: {},
    versions: {},
    status: 'interrupted',
  };
  writeFileSync(
    join(folder, 'foreign', 'run.json'),
    JSON.stringify({ ...foreign, created: '', updated: '', computeSeconds: 0, metrics: {}, expect: [] }),
  );
  return folder;
}

describe('a mistake of the user', () => {
  it.each(mistakes.map(([args, message]) => ({ args, message })))('sardonyx $args', async ({ args, message }) => {
    const { code, stdout, stderr } = await sardonyx(args, { cwd: preparedFolder() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(stackTrace);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is an error line and a result line with --json', async () => {
    for (const args of [
      ['run', 'demo/quadratic', '--steps', '0'],
      ['run', 'demo/quadratci'],
      ['run', 'demo/quadratic', '--bogus', '1'],
      ['resume', 'nowhere'],
    ]) {
      const { code, stdout } = await sardonyx([...args, '--json']);
      expect(code).toBe(2);
      const lines = jsonLines(stdout);
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatchObject({ type: 'error', code: expect.any(String), message: expect.any(String) });
      expect(lines[1]).toEqual({ type: 'result', run: null, study: null, status: 'failed', metrics: {}, expect: [] });
    }
  });

  it('shows where it was found with --debug', async () => {
    expect((await sardonyx(['run', 'demo/nothing', '--debug'])).stderr).toMatch(stackTrace);
    expect((await sardonyx(['run', 'demo/nothing'], { env: { SARDONYX_DEBUG: '1' } })).stderr).toMatch(stackTrace);
  });

  it('names every parameter at fault', async () => {
    const { stderr } = await sardonyx(['run', 'demo/quadratic', '--steps', '0', '--noise', '-1']);
    expect(stderr).toContain('--steps: expected an integer from 1 to 1000000, got 0.');
    expect(stderr).toContain('--noise: expected a number of at least 0, got -1.');
  });
});
