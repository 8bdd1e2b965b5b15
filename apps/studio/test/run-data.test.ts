import { appendFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPaths } from '@sardonyx/study';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { logEntry, runEvents } from '../src/api/index.js';
import { type DemoStudio, openStudio, refusal } from './demo-studio.js';
import { EventClient } from './event-client.js';
import { ask } from './request.js';

/** A run that is done, of 25 steps. */
async function doneRun(studio: DemoStudio) {
  const { id, directory } = await studio.start({ study: 'demo/walk', params: { steps: 25 } });
  await studio.until(id, ({ status }) => status === 'done');
  return { id, directory, events: runPaths(directory).events };
}

const metric = (step: number, position: unknown): string =>
  `${JSON.stringify({ type: 'metric', step, values: { position }, time: '2026-01-01T00:00:00.000Z' })}\n`;

describe('what a run wrote', () => {
  it('is served as it is, tables as CSV too', async () => {
    const studio = await openStudio();
    const { id, directory } = await doneRun(studio);
    const parquet = await ask(studio.studio.url, `/api/runs/${id}/tables/path.parquet`);
    expect(parquet.headers['content-type']).toBe('application/vnd.apache.parquet');
    expect(parquet.body).toEqual(readFileSync(runPaths(directory).table('path')));
    const rows = await parquetReadObjects({ file: new Uint8Array(parquet.body).buffer });
    const csv = (await ask(studio.studio.url, `/api/runs/${id}/tables/path.csv`)).body.toString('utf8').split('\r\n');
    expect(csv[0]).toBe('step,position,side');
    expect(csv[1]).toBe(`0,${String(rows[0]!['position'])},"left, as before"`);
    expect(csv).toHaveLength(1 + 25 + 1);

    const report = await ask(studio.studio.url, `/api/runs/${id}/report`);
    expect(report.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
    // It brings its own style sheet, runs nothing, and may stand in a frame of the page.
    expect(report.headers['content-security-policy']).toMatch(/default-src 'none'; style-src 'unsafe-inline'.*frame-ancestors 'self'/);
    expect(report.body).toEqual(readFileSync(runPaths(directory).report));
    const figure = await ask(studio.studio.url, `/api/runs/${id}/figures/path.svg`);
    expect(figure.headers['content-type']).toBe('image/svg+xml');
    expect(figure.body).toEqual(readFileSync(join(runPaths(directory).figures, 'path.svg')));
  });

  it.each([
    ['tables/none.parquet', 'no-table'],
    ['tables/path.xlsx', 'no-table'],
    ['figures/none.svg', 'no-figure'],
    ['metrics/postion', 'no-series'],
    ['models/1x4/config.json', 'no-model'],
    ['archive/run.caph', 'no-archive'],
  ])('%s is refused where there is none', async (path, code) => {
    const studio = await openStudio();
    const { id } = await doneRun(studio);
    expect(await refusal(await fetch(studio.url(`/api/runs/${id}/${path}`)))).toMatchObject({ status: 404, error: { code } });
  });

  it('serves its archive of orbits, by ranges too, and says when it has one', async () => {
    const studio = await openStudio();
    const { id, directory } = await doneRun(studio);
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);
    mkdirSync(join(directory, 'archive'));
    writeFileSync(join(directory, 'archive', 'run.caph'), bytes);
    writeFileSync(join(directory, 'archive', 'secret'), '');
    // Both files make it whole.
    expect((await studio.show(id)).hasArchive).toBe(false);
    mkdirSync(join(directory, 'particles'));
    writeFileSync(join(directory, 'particles', 'particles.json'), '{}');
    expect((await studio.show(id)).hasArchive).toBe(true);

    const piece = (range?: string) =>
      ask(studio.studio.url, `/api/runs/${id}/archive/run.caph`, range === undefined ? {} : { headers: { range } });
    const whole = await piece();
    expect([whole.status, whole.headers['accept-ranges']]).toEqual([200, 'bytes']);
    expect(new Uint8Array(whole.body)).toEqual(bytes);
    for (const [range, from, to] of [
      ['bytes=10-19', 10, 20],
      ['bytes=990-', 990, 1000],
      ['bytes=-5', 995, 1000],
      ['bytes=900-5000', 900, 1000],
    ] as const) {
      const part = await piece(range);
      expect([part.status, part.headers['content-range']], range).toEqual([206, `bytes ${from}-${to - 1}/1000`]);
      expect(new Uint8Array(part.body), range).toEqual(bytes.slice(from, to));
    }
    for (const range of ['bytes=1000-', 'bytes=20-10', 'bytes=-', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=-0']) {
      const refused = await piece(range);
      expect([refused.status, JSON.parse(refused.body.toString()).error.code], range).toEqual([416, 'bad-range']);
    }
    for (const path of ['secret', '..%2Frun.json', '../run.json']) {
      expect([400, 404], path).toContain((await ask(studio.studio.url, `/api/runs/${id}/archive/${path}`)).status);
    }
  });

  it('serves the models that it has saved, whole ones only and nothing beside them', async () => {
    const studio = await openStudio();
    const { id, directory } = await doneRun(studio);
    for (const folder of ['models/1x4', 'models/half', 'model-2x3', 'modelling']) {
      mkdirSync(join(directory, folder), { recursive: true });
      writeFileSync(join(directory, folder, 'config.json'), `{"of":"${folder}"}`);
      if (folder !== 'models/half') writeFileSync(join(directory, folder, 'model.safetensors'), new Uint8Array([0, 255]));
      writeFileSync(join(directory, folder, 'secret'), '');
    }
    const saved = (folder: string, seconds: number): void => utimesSync(join(directory, folder, 'config.json'), seconds, seconds);
    saved('models/1x4', 2000);
    saved('model-2x3', 1000);
    // In the order of saving.
    expect((await studio.show(id)).models).toEqual(['model-2x3', '1x4']);
    const config = await ask(studio.studio.url, `/api/runs/${id}/models/1x4/config.json`);
    expect(config.headers['content-type']).toBe('application/json');
    expect(config.body.toString()).toBe('{"of":"models/1x4"}');
    const weights = await ask(studio.studio.url, `/api/runs/${id}/models/model-2x3/model.safetensors`);
    expect([...weights.body]).toEqual([0, 255]);
    for (const path of ['1x4/secret', 'modelling/config.json', '..%2F1x4/config.json', '../1x4/run.json', 'half/model.safetensors']) {
      const refused = await ask(studio.studio.url, `/api/runs/${id}/models/${path}`);
      expect([400, 404], path).toContain(refused.status);
    }
    const none = await refusal(await fetch(studio.url(`/api/runs/${id}/models/2x3/config.json`)));
    expect(none.error.message).toContain('It has: model-2x3, 1x4.');
  });

  it('has a log, of which the last entries come', async () => {
    const studio = await openStudio();
    const { id } = await doneRun(studio);
    const log = await studio.get(`/api/runs/${id}/log`, z.array(logEntry));
    expect(log.map(({ kind }) => kind)).toEqual(['started', 'log', 'checkpoint', 'done']);
    expect(await studio.get(`/api/runs/${id}/log?limit=2`, z.array(logEntry))).toEqual(log.slice(-2));
    expect((await refusal(await fetch(studio.url(`/api/runs/${id}/log?limit=0`)))).status).toBe(400);
  });
});

describe('events', () => {
  it('begin at the present without an offset, and anywhere with one, each point once', async () => {
    const studio = await openStudio();
    const { id, events } = await doneRun(studio);
    const now = await EventClient.open(studio.url(`/api/runs/${id}/events`), runEvents);
    await now.first(({ event }) => event === 'state');
    appendFileSync(events, metric(25, 'NaN') + metric(26, 3));
    const points = await now.first(({ event }) => event === 'points');
    expect(now.events.map(({ event }) => event)).toEqual(['state', 'points']);
    expect(points.data).toEqual({ position: { from: 25, steps: [25, 26], values: ['NaN', 3] } });

    const { steps } = await studio.series(id, 'position');
    const bytes = readFileSync(events);
    for (let offset = 0; offset < bytes.length; offset = bytes.indexOf('\n', offset) + 1) {
      const client = await EventClient.open(studio.url(`/api/runs/${id}/events?since=${offset}`), runEvents);
      await client.first(
        ({ event, data }) => event === 'points' && (data as z.output<typeof runEvents.points>)['position']?.steps.at(-1) === 26,
      );
      const before = bytes.toString('utf8', 0, offset).split('"position"').length - 1;
      const held = client.points('position', { steps: steps.slice(0, before), values: steps.slice(0, before) });
      expect(held.steps).toEqual(steps);
      client.close();
    }
    now.close();
  });

  it('go on where a client broke off, by the id of its last event', async () => {
    const studio = await openStudio();
    const { id, events } = await doneRun(studio);
    const first = await EventClient.open(studio.url(`/api/runs/${id}/events?since=0`), runEvents);
    const last = await first.first(({ event }) => event === 'points');
    first.close();
    appendFileSync(events, metric(25, 7));
    const again = await EventClient.open(studio.url(`/api/runs/${id}/events?since=0`), runEvents, { 'last-event-id': last.id! });
    expect((await again.first(({ event }) => event === 'points')).data).toEqual({ position: { from: 25, steps: [25], values: [7] } });
    expect(again.events.map(({ event }) => event)).toEqual(['state', 'points']);
    // A client that keeps the place as a number has the same place.
    expect(String(Number(last.id))).toBe(last.id);
    again.close();
  });

  it('wait for a line that is torn, and pass over one that a full disk cut short', async () => {
    const studio = await openStudio();
    const { id, events } = await doneRun(studio);
    const client = await EventClient.open(studio.url(`/api/runs/${id}/events`), runEvents);
    await client.first(({ event }) => event === 'state');
    const line = metric(26, 2);
    appendFileSync(events, `{"type":"metric","st\n${metric(25, 1)}${line.slice(0, 30)}`);
    await client.first(({ event }) => event === 'points');
    expect((await studio.series(id, 'position')).values.slice(25)).toEqual([1]);
    appendFileSync(events, line.slice(30));
    await client.first(({ event, data }) => event === 'points' && (data as z.output<typeof runEvents.points>)['position']!.from === 26);
    expect((await studio.series(id, 'position')).values.slice(25)).toEqual([1, 2]);
    client.close();
  });

  it('say that the log was cut off, also to a client that comes back later, and also after the server was started anew', async () => {
    const studio = await openStudio();
    const { id, events } = await doneRun(studio);
    const whole = readFileSync(events, 'utf8');
    const checkpoint = whole.indexOf('{"type":"checkpoint"');
    const { offset } = await studio.series(id, 'position');
    const client = await EventClient.open(studio.url(`/api/runs/${id}/events?since=0`), runEvents);
    await client.first(({ event }) => event === 'points');
    // As a resume would: back to the checkpoint at 20 steps, then on, further than before.
    const later = `${whole.slice(0, checkpoint)}${Array.from({ length: 60 }, (_, index) => metric(20 + index, 100 + index)).join('')}`;
    writeFileSync(events, later);
    const expected = { offset: checkpoint, kept: { position: 20, 'distance/mean': 2 } };
    expect((await client.first(({ event }) => event === 'rewound')).data).toEqual(expected);
    await client.first(({ event, data }) => event === 'points' && (data as z.output<typeof runEvents.points>)['position']!.from === 20);
    expect(client.points('position').values.slice(20)).toEqual(Array.from({ length: 60 }, (_, index) => 100 + index));
    client.close();

    for (const server of [studio, await openStudio({ runs: studio.runs })]) {
      const back = await EventClient.open(server.url(`/api/runs/${id}/events?since=${offset}`), runEvents);
      await back.first(({ event }) => event === 'rewound');
      await back.first(({ event }) => event === 'points');
      expect(back.points('position').steps).toEqual(Array.from({ length: 80 }, (_, step) => step));
      back.close();
    }
  });

  it('say so even where every line is as long as the one it replaced', async () => {
    const studio = await openStudio();
    const { id, events } = await doneRun(studio);
    const { offset } = await studio.series(id, 'position');
    const whole = readFileSync(events, 'utf8');
    const checkpoint = whole.indexOf('{"type":"checkpoint"');
    writeFileSync(events, whole.slice(0, checkpoint) + whole.slice(checkpoint).replaceAll(/"time":"\d{4}/g, '"time":"2100'));
    for (const server of [studio, await openStudio({ runs: studio.runs })]) {
      const back = await EventClient.open(server.url(`/api/runs/${id}/events?since=${offset}`), runEvents);
      await back.first(({ event }) => event === 'rewound');
      back.close();
    }
  });

  it.each(['soon', '-1', '1e3', '12.'])('since=%s is refused', async (since) => {
    const studio = await openStudio();
    const { id } = await doneRun(studio);
    expect(await refusal(await fetch(studio.url(`/api/runs/${id}/events?since=${since}`)))).toMatchObject({
      status: 400,
      error: { code: 'bad-offset' },
    });
  });
});
