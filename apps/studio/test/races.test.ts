import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { lockHolder, runPaths } from '@sardonyx/study';
import { describe, expect, it } from 'vitest';
import { runEvents, runListEvents } from '../src/api/index.js';
import { demoModule, launch, mainScript, openStudio, refusal } from './demo-studio.js';
import { EventClient } from './event-client.js';

const slow = { steps: 400, delay: 10, saveEvery: 1000 };
const countOf = (path: string, text: string): number => readFileSync(path, 'utf8').split(text).length - 1;

describe('two pages at once', () => {
  it('that stop a run ask it once, so that it saves', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: slow });
    const answers = await Promise.all(Array.from({ length: 6 }, () => studio.act(id, 'stop')));
    for (const { status, isStopping } of answers) expect(status === 'interrupted' || isStopping).toBe(true);
    const stopped = await studio.until(id, ({ status }) => status !== 'running');
    // A second signal would have ended the process at once: the run would count as killed.
    expect(stopped.status).toBe('interrupted');
    expect(countOf(runPaths(directory).events, '"type":"stopping"')).toBe(1);
    expect(countOf(runPaths(directory).output, 'Press Ctrl-C again')).toBe(1);
  });

  it('that stop a run one after the other, before it could notice, ask it once', async () => {
    const studio = await openStudio();
    const { id } = await studio.start({ study: 'demo/stubborn', params: { how: 'busy' } });
    await studio.act(id, 'stop');
    await studio.act(id, 'stop');
    expect((await studio.until(id, ({ status }) => status !== 'running')).status).toBe('interrupted');
  });

  it('on two servers ask it once as well', async () => {
    const studio = await openStudio();
    const { id } = await studio.start({ study: 'demo/stubborn' });
    const other = await openStudio({ runs: studio.runs });
    expect(await studio.act(id, 'stop')).toMatchObject({ status: 'running', isStopping: true });
    expect(await other.act(id, 'stop')).toMatchObject({ status: 'running', isStopping: true });
    expect((await studio.act(id, 'stop', { now: true })).status).toBe('killed');
  });

  it('that resume a run start one process', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: slow });
    await studio.act(id, 'stop', { now: true });
    const answers = await Promise.all(Array.from({ length: 6 }, () => studio.act(id, 'resume')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['running']));
    expect(countOf(runPaths(directory).output, 'sardonyx resume')).toBe(1);
  });

  it('on two servers that resume a run both find it running', async () => {
    const studio = await openStudio();
    const other = await openStudio({ runs: studio.runs });
    const { id } = await studio.start({ study: 'demo/walk', params: slow });
    await studio.act(id, 'stop', { now: true });
    const answers = await Promise.all([studio.act(id, 'resume'), other.act(id, 'resume')]);
    expect(answers.map(({ status }) => status)).not.toContain('killed');
    expect((await studio.until(id, ({ status }) => status === 'running')).status).toBe('running');
  });

  it('that start the same get a run each', async () => {
    const studio = await openStudio();
    const started = await Promise.all([1, 2, 3].map(() => studio.start({ study: 'demo/walk', params: { steps: 3 } })));
    expect(new Set(started.map(({ id }) => id)).size).toBe(3);
  });
});

describe('a run that does not stop', () => {
  it.each(['deaf', 'blocked'] as const)('(%s) is ended by a stop that does not wait', async (how) => {
    const studio = await openStudio();
    const { id } = await studio.start({ study: 'demo/stubborn', params: { how } });
    expect(await studio.act(id, 'stop')).toMatchObject({ status: 'running', isStopping: true });
    const answers = await Promise.all([studio.act(id, 'stop', { now: true }), studio.act(id, 'stop', { now: true })]);
    expect(answers.map(({ status }) => status)).toEqual(['killed', 'killed']);
  });

  it('because another machine works on it is refused with words', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: { steps: 3 } });
    await studio.until(id, ({ status }) => status === 'done');
    const run = JSON.parse(readFileSync(runPaths(directory).run, 'utf8')) as object;
    writeFileSync(runPaths(directory).run, JSON.stringify({ ...run, status: 'running' }));
    const elsewhere = { pid: 1, host: 'another-machine', processStart: '1', since: '2026-01-01T00:00:00Z' };
    writeFileSync(runPaths(directory).lock, JSON.stringify(elsewhere));
    for (const body of [{}, { now: true }]) {
      const { status, error } = await refusal(await studio.post(`/api/runs/${id}/stop`, body));
      expect({ status, code: error.code }).toEqual({ status: 409, code: 'run-elsewhere' });
      expect(error.message).toContain('process 1 on another-machine works on it');
    }
    expect((await studio.act(id, 'resume')).status, 'it is running there').toBe('running');
  });

  it('because its process number belongs to another process now counts as killed, and that process is left alone', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: slow });
    await studio.act(id, 'stop', { now: true });
    const run = JSON.parse(readFileSync(runPaths(directory).run, 'utf8')) as object;
    writeFileSync(runPaths(directory).run, JSON.stringify({ ...run, status: 'running' }));
    const bystander = spawn('sleep', ['60']);
    const stale = { pid: bystander.pid, host: hostname(), processStart: '1', since: '2026-01-01T00:00:00Z' };
    writeFileSync(runPaths(directory).lock, JSON.stringify(stale));
    expect((await studio.act(id, 'stop', { now: true })).status).toBe('killed');
    expect({ code: bystander.exitCode, signal: bystander.signalCode }).toEqual({ code: null, signal: null });
    bystander.kill();
  });
});

describe('the server', () => {
  it('killed in mid-run leaves the run working, and another finds it', async () => {
    const first = await openStudio();
    await first.studio.close();
    const args = [mainScript, 'studio', '--systems', demoModule, '--runs', first.runs, '--port', '0', '--json'];
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const { type, url } = JSON.parse(line.toString('utf8')) as { type: string; url: string };
    expect(type).toBe('listening');
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ study: 'demo/walk', seed: 3, params: { ...slow, steps: 300 } });
    const { id } = (await (await fetch(new URL('/api/runs', url), { method: 'POST', headers, body })).json()) as { id: string };
    server.kill('SIGKILL');
    await once(server, 'exit');

    const second = await openStudio({ runs: first.runs });
    const found = await second.show(id);
    expect(found.status).toBe('running');
    const { offset, steps, values } = await second.series(id, 'position');
    const client = await EventClient.open(second.url(`/api/runs/${id}/events?since=${offset}`), runEvents);
    await client.first(({ event, data }) => event === 'state' && (data as { status: string }).status === 'done');
    expect(client.points('position', { steps, values }).steps).toEqual(Array.from({ length: 300 }, (_, step) => step));
    client.close();
  });

  it('that closes ends its streams and leaves the runs working', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: slow });
    const client = await EventClient.open(studio.url(`/api/runs/${id}/events`), runEvents);
    expect(studio.studio.runningCount()).toBe(1);
    await studio.studio.close();
    await client.end();
    expect(lockHolder(runPaths(directory).lock)).toBeDefined();
    const again = await openStudio({ runs: studio.runs });
    expect((await again.show(id)).status).toBe('running');
  });
});

describe('a folder removed under the page', () => {
  it('ends the stream of the run and leaves the list', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: { steps: 5 } });
    await studio.until(id, ({ status }) => status === 'done');
    const run = await EventClient.open(studio.url(`/api/runs/${id}/events`), runEvents);
    const list = await EventClient.open(studio.url('/api/events'), runListEvents);
    await list.first(({ event }) => event === 'runs');
    rmSync(directory, { recursive: true });
    expect((await run.first(({ event }) => event === 'removed')).data).toEqual({ id });
    await run.end();
    expect((await list.first(({ event }) => event === 'removed')).data).toEqual({ id });
    expect(await refusal(await fetch(studio.url(`/api/runs/${id}`)))).toMatchObject({ status: 404, error: { code: 'not-a-run' } });
    expect((await refusal(await fetch(studio.url(`/api/runs/${id}/events`)))).status).toBe(404);
    list.close();
  });
});

describe('the list', () => {
  it('shows runs that the command line makes, as they change', async () => {
    const studio = await openStudio();
    const list = await EventClient.open(studio.url('/api/events'), runListEvents);
    expect((await list.first(({ event }) => event === 'runs')).data).toEqual([]);
    const args = [...launch.args, 'run', 'demo/walk', '--steps', '60', '--delay', '30', '--out', `${studio.runs}/demo/walk/by hand`];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const isRun =
      (status: string) =>
      ({ event, data }: { event: string; data: unknown }) =>
        event === 'run' &&
        (data as { id: string; status: string }).id === 'demo/walk/by hand' &&
        (data as { status: string }).status === status;
    await list.first(isRun('running'));
    await list.first(isRun('done'));
    if (child.exitCode === null) await once(child, 'exit');
    expect((await studio.show('demo/walk/by%20hand')).status).toBe('done');
    list.close();
  });
});
