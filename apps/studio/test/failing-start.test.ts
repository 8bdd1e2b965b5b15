import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runSummary } from '../src/api/index.js';
import { demoModule, launch, mainScript, openStudio, refusal, workFolder } from './demo-studio.js';

const request = { study: 'demo/walk', params: { steps: 2 } };
const servers: ChildProcess[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
});

/** A server of its own, started by a command; resolves with its address. */
async function serverBy(command: string, args: readonly string[], options: { cwd: string; uid?: number }): Promise<string> {
  const server = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  const [line] = (await once(server.stdout!, 'data')) as [Buffer];
  return (JSON.parse(line.toString('utf8')) as { url: string }).url;
}

const start = (url: string): Promise<Response> =>
  fetch(new URL('/api/runs', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) });

const studioArgs = [mainScript, 'studio', '--systems', demoModule, '--port', '0', '--json'];
/** Whether this machine lets a test mount a small disk of its own, in a namespace that ends with the process. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const canBeDenied =
  !isRoot || spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(demoModule)})`], { uid: nobody }).status === 0;

describe('a run that cannot be started', () => {
  // Two sizes of what is left: nothing at all, and enough for the first line of the output but not for run.json.
  it.runIf(canMount).each([0, 4])('since the disk is full (%i kB left) says so', async (left) => {
    const cwd = workFolder();
    mkdirSync(join(cwd, 'disk'));
    const script = `mount -t tmpfs -o size=64k tmpfs disk && head -c ${64 - left}k /dev/zero > disk/filling; exec "$@"`;
    const args = ['-rm', 'sh', '-c', script, 'sh', process.execPath, ...studioArgs, '--runs', 'disk/runs'];
    const answer = await refusal(await start(await serverBy('unshare', args, { cwd })));
    expect(answer.status).toBe(500);
    expect(answer.error.message).toMatch(/the disk is full\. Free some space\. \(ENOSPC\)/);
  });

  it.runIf(canBeDenied)('since the folder may not be written says so', async () => {
    const cwd = workFolder();
    mkdirSync(join(cwd, 'runs'));
    chmodSync(cwd, 0o755);
    chmodSync(join(cwd, 'runs'), 0o555);
    const url = await serverBy(process.execPath, studioArgs, { cwd, ...(isRoot ? { uid: nobody } : {}) });
    const { status, error } = await refusal(await start(url));
    expect(status).toBe(500);
    expect(error).toMatchObject({ code: 'storage-denied', message: expect.stringMatching(/permission is denied\. Choose a folder/) });
  });

  it('since a file stands where the folder should be says so', async () => {
    const studio = await openStudio({ runs: join(workFolder(), 'runs') });
    rmSync(studio.runs, { recursive: true });
    writeFileSync(studio.runs, '');
    expect(await refusal(await studio.post('/api/runs', request))).toMatchObject({
      status: 500,
      error: { code: 'storage-not-a-directory' },
    });
    expect(await studio.get('/api/runs', z.array(runSummary))).toEqual([]);
  });

  it('since its process fails gives that process its own words, and leaves nothing', async () => {
    // The started command line does not know the system: the server has it from elsewhere.
    const studio = await openStudio({ launch: { command: process.execPath, args: [mainScript] } });
    const { status, error } = await refusal(await studio.post('/api/runs', request));
    expect({ status, code: error.code }).toEqual({ status: 400, code: 'run-not-started' });
    expect(error.message).toMatch(/^Cannot start the run's process\. There is no system "demo"\./);
    expect(error.message).not.toMatch(/^\d{4}-/m);
    expect(readdirSync(join(studio.runs, 'demo', 'walk'))).toEqual([]);
  });

  it('since its command is not there, or says nothing, is told as far as it is known', async () => {
    const missing = await openStudio({ launch: { command: join(workFolder(), 'none'), args: [] } });
    expect((await refusal(await missing.post('/api/runs', request))).error.message).toMatch(
      /Cannot start the run's process\. spawn .*none ENOENT/,
    );
    const silent = await openStudio({ launch: { command: process.execPath, args: ['-e', 'process.exit(7)'] } });
    expect((await refusal(await silent.post('/api/runs', request))).error.message).toMatch(/It ended with exit code 7 and said nothing/);
  });
});

describe('a run that cannot be resumed', () => {
  it('since its study is unknown says so and stays as it is', async () => {
    const studio = await openStudio();
    const { id } = await studio.start({ study: 'demo/walk', params: { steps: 400, delay: 10 } });
    await studio.act(id, 'stop');
    const other = await openStudio({ runs: studio.runs, launch: { command: launch.command, args: [mainScript] } });
    const { status, error } = await refusal(await other.post(`/api/runs/${id}/resume`));
    expect({ status, code: error.code }).toEqual({ status: 400, code: 'run-not-started' });
    expect(error.message).toContain('There is no system "demo".');
    const after = await studio.show(id);
    expect(after.status).toBe('interrupted');
    expect(existsSync(after.directory)).toBe(true);
    accessSync(join(after.directory, 'output.log'));
  });
});
