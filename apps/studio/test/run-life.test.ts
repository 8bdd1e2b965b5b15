import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder, runPaths } from '@sardonyx/study';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { logEntry, type RunDetail, runEvents, type RunStatus, runSummary } from '../src/api/index.js';
import { demoModule, mainScript, openStudio, outcomeOf, refusal } from './demo-studio.js';
import { EventClient, type ReceivedEvent } from './event-client.js';

const isState =
  (status: RunStatus) =>
  ({ event, data }: ReceivedEvent): boolean =>
    event === 'state' && (data as RunDetail).status === status;
const lastStep = (data: unknown): number => (data as z.output<typeof runEvents.points>)['position']?.steps.at(-1) ?? -1;
const slow = { steps: 150, delay: 10, saveEvery: 1000 };

describe('a run', () => {
  it('started, followed, stopped, resumed and done has the result of one that was not disturbed', async () => {
    const studio = await openStudio();
    const started = await studio.start({ study: 'demo/walk', seed: 5, params: slow });
    expect(started).toMatchObject({ status: 'running', seed: 5, preset: 'quick', study: 'demo/walk', hasReport: false });
    const client = await EventClient.open(studio.url(`/api/runs/${started.id}/events?since=0`), runEvents);
    expect(client.events[0]?.event ?? (await client.first(() => true)).event).toBe('state');
    await client.first(({ event, data }) => event === 'points' && lastStep(data) > 10);

    const stopped = await studio.act(started.id, 'stop');
    expect(stopped.status).toBe('interrupted');
    expect(stopped.progress!.done).toBeGreaterThan(10);
    expect(stopped.progress!.done).toBeLessThan(150);
    await client.first(isState('interrupted'));
    expect((await studio.act(started.id, 'stop')).status, 'stopping it again changes nothing').toBe('interrupted');

    expect((await studio.act(started.id, 'resume')).status).toBe('running');
    await client.first(isState('done'));
    const done = await studio.show(started.id);
    expect(done).toMatchObject({ hasReport: true, tables: ['path'], verdicts: { holds: 1, fails: 0, reported: 0 } });
    expect(done.progress).toBeUndefined();
    expect((await studio.act(started.id, 'resume')).status, 'resuming it again changes nothing').toBe('done');

    const whole = join(studio.runs, '..', 'whole');
    const flags = ['--seed', '5', '--steps', '150', '--save-every', '1000', '--out', whole];
    execFileSync(process.execPath, [mainScript, 'run', 'demo/walk', ...flags, '--systems', demoModule], { stdio: 'ignore' });
    expect(outcomeOf(started.directory)).toEqual(outcomeOf(whole));
    // The page, by its events alone, and one that asks now, have all points: each once, none that was taken back.
    const fetched = await studio.series(started.id, 'position');
    expect(fetched.steps).toEqual(Array.from({ length: 150 }, (_, step) => step));
    expect(client.points('position')).toEqual({ steps: fetched.steps, values: fetched.values });
    expect((await studio.series(started.id, 'distance/mean')).values[0]).toBeNaN();
    const kinds = (await studio.get(`/api/runs/${started.id}/log`, z.array(logEntry))).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['started', 'log', 'resumed', 'done']));
    client.close();
  });

  it('gets its parameters exactly', async () => {
    const studio = await openStudio();
    const params = {
      steps: 5,
      pull: 0.1 + 0.2 - 1,
      weights: [5e-324, -0.1, 1e21, 1.7976931348623157e308],
      labels: ['a,b', ' c ', '', '--json', '"quoted" \'single\' ✓\n$HOME'],
      greeting: '--seed 7; `rm`',
      side: 'right',
    };
    const { id, directory } = await studio.start({ study: 'demo/walk', preset: 'standard', seed: 2 ** 32 - 1, params });
    const done = await studio.until(id, ({ status }) => status !== 'running');
    expect(done).toMatchObject({ status: 'done', preset: 'standard', seed: 2 ** 32 - 1, params: { ...params, saveEvery: 20, delay: 0 } });
    expect(readFileSync(runPaths(directory).events, 'utf8')).toContain(
      JSON.stringify(`walking; ${params.greeting}; ${JSON.stringify(params.labels)}`),
    );
    const noLabels = await studio.start({ study: 'demo/walk', params: { steps: 1, labels: [], weights: [], pull: -0.0 } });
    expect(noLabels.params).toMatchObject({ labels: [], weights: [] });
  });

  it('is refused with a message for each parameter that does not fit, and leaves nothing', async () => {
    const studio = await openStudio();
    const response = await studio.post('/api/runs', { study: 'demo/walk', params: { steps: 0, delay: 'soon', side: 'lef' } });
    const { status, error } = await refusal(response);
    expect({ status, code: error.code }).toEqual({ status: 400, code: 'parameter-value' });
    expect(error.parameters).toEqual({
      steps: 'expected an integer from 1 to 1000000, got 0. Choose a value that fits.',
      delay: 'expected a number from 0 to 1000, got "soon". Choose a value that fits.',
      side: 'expected one of left, right, got "lef". Did you mean left?',
    });
    const unknown = await refusal(await studio.post('/api/runs', { study: 'demo/walk', params: { stepz: 3 } }));
    expect(unknown).toMatchObject({
      status: 400,
      error: { code: 'unknown-parameter', parameters: { stepz: expect.stringContaining('steps') } },
    });
    expect(await refusal(await studio.post('/api/runs', { study: 'demo/wlak' }))).toMatchObject({
      status: 404,
      error: { code: 'unknown-study' },
    });
    const bad = await refusal(await studio.post('/api/runs', { study: 'demo/walk', seed: -1, preset: 'huge' }));
    expect(bad).toMatchObject({ status: 400, error: { code: 'bad-request', message: expect.stringMatching(/body\.preset.*body\.seed/) } });
    expect(await studio.get('/api/runs', z.array(runSummary))).toEqual([]);
  });

  it('that fails says why, and can be resumed', async () => {
    const studio = await openStudio();
    const { id } = await studio.start({ study: 'demo/walk', params: { steps: 30, saveEvery: 5, failAt: 12 } });
    const failed = await studio.until(id, ({ status }) => status !== 'running');
    expect(failed).toMatchObject({
      status: 'failed',
      error: { code: 'study-failed', message: 'the study was told to fail here' },
      progress: { total: 30 },
    });
    await studio.act(id, 'resume');
    expect((await studio.until(id, ({ status }) => status !== 'running')).status, 'it fails again at the same step').toBe('failed');
  });

  it('that was killed is shown as killed, and goes on from its last checkpoint', async () => {
    const studio = await openStudio();
    const { id, directory } = await studio.start({ study: 'demo/walk', params: { steps: 250, delay: 10, saveEvery: 100 } });
    const client = await EventClient.open(studio.url(`/api/runs/${id}/events?since=0`), runEvents);
    // Well past the first checkpoint and well before the second.
    await client.first(({ event, data }) => event === 'points' && lastStep(data) >= 110);
    process.kill(lockHolder(runPaths(directory).lock)!.pid, 'SIGKILL');
    const killed = await client.first(isState('killed'));
    expect((killed.data as RunDetail).computeSeconds).toBeGreaterThan(1);
    await studio.act(id, 'resume');
    const rewound = await client.first(({ event }) => event === 'rewound');
    expect((rewound.data as z.output<typeof runEvents.rewound>).kept).toEqual({ position: 100, 'distance/mean': 10 });
    await client.first(isState('done'));
    const fetched = await studio.series(id, 'position');
    expect(fetched.steps).toHaveLength(250);
    expect(client.points('position')).toEqual({ steps: fetched.steps, values: fetched.values });
    client.close();
  });

  it('can be removed once it has stopped', async () => {
    const studio = await openStudio();
    const { id } = await studio.start({ study: 'demo/walk', params: slow });
    const remove = () => fetch(studio.url(`/api/runs/${id}`), { method: 'DELETE' });
    expect(await refusal(await remove())).toMatchObject({
      status: 409,
      error: { code: 'run-locked', message: expect.stringContaining('Stop it first') },
    });
    await studio.act(id, 'stop', { now: true });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await studio.get('/api/runs', z.array(runSummary))).toEqual([]);
  });
});
