import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder } from '@sardonyx/study';
import { afterEach, describe, expect, it } from 'vitest';
import { jsonLines, onlyRun, type Running, sardonyx, startSardonyx, workFolder } from './sardonyx.js';

const listeners: Server[] = [];
afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
});

/** A port that another program listens on. */
async function takenPort(port = 0): Promise<number> {
  const listener = createServer().listen(port, '127.0.0.1');
  listeners.push(listener);
  await once(listener, 'listening');
  const address = listener.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startStudio(args: readonly string[], cwd = workFolder()): Promise<{ running: Running; url: string; cwd: string }> {
  const running = startSardonyx(['studio', '--json', ...args], { cwd });
  const [line] = (await once(running.child.stdout, 'data')) as [string];
  return { running, url: String(jsonLines(line)[0]?.['url']), cwd };
}

/** Runs outlive the studio that started them. */
const untilNobodyWorksOn = (run: string): Promise<void> =>
  expect.poll(() => lockHolder(join(run, 'run.lock')), { timeout: 30_000 }).toBeUndefined();

const post = (url: string, path: string, body: unknown): Promise<Response> =>
  fetch(new URL(path, url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('sardonyx studio', () => {
  it('prints its address in one line, and Ctrl-C closes it', async () => {
    const { child, finished, shows } = startSardonyx(['studio', '--port', '0']);
    await shows('\n');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The studio is at http:\/\/127\.0\.0\.1:\d+\/ {2}\(Ctrl-C closes it, runs go on\)\n$/);
    expect(stderr).toBe('The studio is closed. No run is working.\n');
  });

  it('knows the systems of modules, and so do the runs it starts; Ctrl-C leaves them working', async () => {
    const { running, url, cwd } = await startStudio(['--port', '0']);
    const started = await post(url, '/api/runs', { study: 'demo/quadratic', params: { delay: 10, curvatures: [0.5, 0.25] } });
    expect(started.status).toBe(201);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      { type: 'listening', url },
      { type: 'closed', running: 1 },
    ]);
    const run = onlyRun(cwd);
    const holder = lockHolder(join(run, 'run.lock'));
    expect(holder).toBeDefined();
    expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))).toMatchObject({ params: { curvatures: [0.5, 0.25] } });
    process.kill(holder!.pid, 'SIGKILL');
    await untilNobodyWorksOn(run);
  });

  it('takes another folder of runs', async () => {
    const { running, url, cwd } = await startStudio(['--port', '0', '--runs', 'elsewhere']);
    const { directory } = (await (await post(url, '/api/runs', { study: 'demo/quadratic', params: { steps: 20 } })).json()) as {
      directory: string;
    };
    expect(directory.startsWith(join(cwd, 'elsewhere', 'demo', 'quadratic'))).toBe(true);
    running.child.kill('SIGINT');
    await running.finished;
    await untilNobodyWorksOn(directory);
  });

  it('without --port takes the next free one', async () => {
    const first = await startStudio([]);
    const second = await startStudio([]);
    expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(first.url).port));
    for (const { running } of [first, second]) running.child.kill('SIGTERM');
    for (const { running } of [first, second]) expect((await running.finished).code).toBe(0);
  });

  it('with --port refuses one that is taken, and names it', async () => {
    const port = await takenPort();
    const { code, stdout, stderr } = await sardonyx(['studio', '--port', String(port), '--json']);
    expect(code).toBe(2);
    expect(stderr).toBe(`error: Cannot listen on port ${port}: another program does. Choose another with --port, or leave it out.\n`);
    expect(jsonLines(stdout)).toEqual([{ type: 'error', code: 'port-taken', message: expect.stringContaining(String(port)) }]);
  });

  it.each(['65536', '-1', 'http', '1.5'])('with --port=%s is wrong usage', async (port) => {
    const { code, stderr } = await sardonyx(['studio', `--port=${port}`]);
    expect(code).toBe(2);
    expect(stderr).toBe(`error: --port: expected an integer from 0 to 65535, got "${port}". Choose a value that fits.\n`);
  });

  it('refuses a folder of runs that is a file', async () => {
    const cwd = workFolder();
    writeFileSync(join(cwd, 'runs'), '');
    const { code, stderr } = await sardonyx(['studio', '--port', '0'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Cannot create directory .*runs/);
  });

  it('has help with examples', async () => {
    const { code, stdout } = await sardonyx(['studio', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: sardonyx studio [options]

      Serves a page to start, watch, stop, resume and compare runs.

      Options:
        --port <integer>  port to listen on (default: the first free one from 7310 on)
        --runs <folder>   the folder that holds the runs (default: "runs")
        --open            open the page in the browser
        --json            print one JSON object a line
        -h, --help        print this help

      Examples:
        sardonyx studio
        sardonyx studio --open
        sardonyx studio --port 8080 --runs /data/runs

      The page is for this machine alone. Ctrl-C closes it; runs that are working go on.
      "
    `);
  });
});

describe('run --params', () => {
  it('takes parameters as JSON, over which flags count', async () => {
    const cwd = workFolder();
    const params = JSON.stringify({ steps: 30, curvatures: [0.1, 5e-324], schedule: 'linear' });
    const { stdout } = await sardonyx(['run', 'demo/quadratic', '--params', params, '--steps=40', '--dry-run', '--json'], { cwd });
    expect(jsonLines(stdout)[0]).toMatchObject({ params: { steps: 40, curvatures: [0.1, 5e-324], schedule: 'linear', dimension: 4 } });
  });

  it.each([
    ['[1]', /--params: expected a JSON object .* got \[1\]/],
    ['{"steps":', /--params: expected a JSON object/],
    ['null', /--params: expected a JSON object/],
    ['{"stepz":1}', /There is no parameter "stepz"\. Did you mean steps\?/],
    ['{"steps":"3"}', /--steps: expected an integer from 1 to 1000000, got "3"/],
  ])('%s is bad input', async (params, message) => {
    const { code, stderr } = await sardonyx(['run', 'demo/quadratic', '--params', params]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
