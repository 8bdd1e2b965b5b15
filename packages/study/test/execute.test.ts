import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadInputError, Interrupted, RunLockedError, StorageError } from '../src/errors.js';
import { type EventBody, isRecord, readEvents } from '../src/event-log.js';
import { type ExecuteOptions, resumeRun, type RunOutcome, startRun } from '../src/execute.js';
import { nodeFileSystem } from '../src/file-system.js';
import { Lock } from '../src/lock.js';
import { liveStatus, readRunFile, type RunFile, runPaths } from '../src/run-directory.js';
import type { Study } from '../src/study.js';
import { failingFileSystem } from './failing-file-system.js';
import { temporaryDirectory } from './temporary-directory.js';
import { walk } from './walk-study.js';

const params = { steps: 40, saveEvery: 8, expected: 0 };
const find = (): Promise<Study> => Promise.resolve(walk);
const start = (directory: string, options: ExecuteOptions = {}, change: object = {}, study: Study = walk): Promise<RunOutcome> =>
  startRun({ id: 'demo/walk', study, preset: 'quick', seed: 17, params: { ...params, ...change }, directory, workers: 1 }, options);

/** Everything of a run that must not depend on whether it was stopped on the way. */
function outcomeOf(directory: string): unknown {
  const paths = runPaths(directory);
  const { metrics, expect: verdicts, status } = readRunFile(directory);
  const record = readEvents(paths.events)
    .events.filter(isRecord)
    .map((event) => JSON.stringify({ ...event, time: undefined }));
  return {
    metrics,
    verdicts,
    status,
    record,
    table: readFileSync(paths.table('path'), 'base64'),
    figure: readFileSync(join(paths.figures, 'path.svg'), 'base64'),
  };
}

async function uninterrupted(): Promise<unknown> {
  const directory = join(temporaryDirectory(), 'run');
  expect((await start(directory)).status).toBe('done');
  return outcomeOf(directory);
}

/** Stops the run when its step is reached: an abort while the study works, seen at its next chance. */
function abortAt(step: number): ExecuteOptions {
  const controller = new AbortController();
  const onEvent = (event: EventBody): void => {
    if (event.type === 'metric' && event.step === step) controller.abort(new Interrupted());
  };
  return { signal: controller.signal, onEvent };
}

describe('a run', () => {
  it('keeps files of the study in folders of its own', async () => {
    const directory = join(temporaryDirectory(), 'run');
    const writing = (path: string): Study => ({
      ...walk,
      run: async (ctx, given) => {
        await walk.run(ctx, given as never);
        ctx.file(path, 'first');
        ctx.file(path, new Uint8Array([1, 2]));
        appendFileSync(ctx.place(path), new Uint8Array([3]));
      },
    });
    expect((await start(directory, {}, {}, writing('models/1x4/model.bin'))).status).toBe('done');
    expect([...readFileSync(join(directory, 'models/1x4/model.bin'))]).toEqual([1, 2, 3]);
    expect(readdirSync(join(directory, 'models/1x4'))).toEqual(['model.bin']);
    for (const path of [
      'run.json',
      'tables/path.parquet',
      'checkpoints/x/y',
      '../outside/file',
      '/etc/file',
      'models/../run.json',
      'models/',
    ]) {
      const refused = await start(join(temporaryDirectory(), 'run'), {}, {}, writing(path));
      expect(refused, path).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining(`Cannot write the file "${path}"`) },
      });
    }
  });

  it('may find the output of its process in its folder, and nothing else', async () => {
    const directory = temporaryDirectory();
    writeFileSync(runPaths(directory).output, 'started\n');
    expect((await start(directory)).status).toBe('done');
    expect(readFileSync(runPaths(directory).output, 'utf8')).toBe('started\n');
    const other = temporaryDirectory();
    writeFileSync(join(other, 'thesis.tex'), '');
    await expect(start(other)).rejects.toThrow(BadInputError);
  });

  it('notes when it was asked to stop, and how far it was then', async () => {
    const directory = join(temporaryDirectory(), 'run');
    await start(directory, abortAt(20));
    const { events } = readEvents(runPaths(directory).events);
    const types = events.map(({ type }) => type);
    expect(types.indexOf('stopping')).toBeGreaterThan(0);
    expect(types.slice(types.indexOf('stopping')).filter((type) => type !== 'log')).toEqual([
      'stopping',
      'progress',
      'checkpoint',
      'interrupted',
    ]);
    expect(events.findLast(({ type }) => type === 'progress')).toMatchObject({ done: 21, total: 40 });
  });

  it('leaves a directory that tells everything', async () => {
    const directory = join(temporaryDirectory(), 'run');
    const outcome = await start(directory);
    expect(outcome).toMatchObject({ status: 'done', id: 'demo/walk', directory });
    expect(readdirSync(directory).sort()).toEqual(['checkpoints', 'events.ndjson', 'figures', 'report.html', 'run.json', 'tables']);
    expect(readdirSync(runPaths(directory).checkpoints)).toEqual(['checkpoint-000004.safetensors', 'checkpoint-000005.safetensors']);
    expect(readRunFile(directory)).toMatchObject({
      study: 'demo/walk',
      preset: 'quick',
      seed: 17,
      params,
      status: 'done',
      versions: { node: process.versions.node },
    });
    const { events } = readEvents(runPaths(directory).events);
    expect(events.filter(({ type }) => type === 'metric')).toHaveLength(40);
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['started', 'done']);
    expect(events.find((event) => event.type === 'metric')).toMatchObject({
      step: 0,
      values: { inverse: expect.stringMatching(/Infinity/) },
    });
  });

  it('gives the same for the same seed and another for another', async () => {
    const first = await uninterrupted();
    expect(await uninterrupted()).toEqual(first);
    const other = join(temporaryDirectory(), 'run');
    await startRun({ id: 'demo/walk', study: walk, preset: 'quick', seed: 18, params, directory: other });
    expect((outcomeOf(other) as { metrics: unknown }).metrics).not.toEqual((first as { metrics: unknown }).metrics);
  });

  it('interrupted at any step saves there, and resumes to the identical result', async () => {
    const whole = await uninterrupted();
    for (const step of [0, 5, 7, 8, 20, 38]) {
      const directory = join(temporaryDirectory(), 'run');
      const outcome = await start(directory, abortAt(step));
      expect(outcome).toMatchObject({ status: 'interrupted', expect: [] });
      expect(outcome.error).toBeUndefined();
      expect(readRunFile(directory).status).toBe('interrupted');
      const resumed = await resumeRun(directory, find);
      expect(resumed.status).toBe('done');
      expect(outcomeOf(directory), `interrupted at step ${step}`).toEqual(whole);
      const steps = readEvents(runPaths(directory).events).events.filter((event) => event.type === 'resumed');
      expect(steps).toMatchObject([{ step: step + 1 }]);
    }
  });

  it('stopped dead at any point of its record resumes to the identical result', async () => {
    const whole = await uninterrupted();
    const image = join(temporaryDirectory(), 'image');
    // What a kill leaves is what is on the disk at that moment, so a copy taken then is such a leaving.
    for (const point of [1, 9, 17, 40, 70, 90]) {
      const directory = join(temporaryDirectory(), 'run');
      let count = 0;
      await start(directory, { onEvent: () => void (++count === point && cpSync(directory, image, { recursive: true })) });
      const torn = runPaths(image).events;
      writeFileSync(torn, `${readFileSync(torn, 'utf8')}{"type":"metric","st`);
      rmSync(runPaths(image).lock);
      expect(liveStatus(image, readRunFile(image))).toBe('killed');
      expect((await resumeRun(image, find)).status).toBe('done');
      expect(outcomeOf(image), `stopped at event ${point}`).toEqual(whole);
      rmSync(image, { recursive: true });
    }
  });

  it('that ended after its file was read does not count as killed', async () => {
    const directory = join(temporaryDirectory(), 'run');
    let earlier: RunFile | undefined;
    await start(directory, { onEvent: () => void (earlier ??= readRunFile(directory)) });
    expect(earlier?.status).toBe('running');
    expect(liveStatus(directory, earlier!)).toBe('done');
  });

  it('removes what a killed writer left behind', async () => {
    const directory = join(temporaryDirectory(), 'run');
    await start(directory, abortAt(20));
    const folders = [directory, ...['checkpoints', 'tables', 'figures'].map((part) => join(directory, part))];
    for (const folder of folders) writeFileSync(join(folder, 'something.77.partial'), 'half');
    await resumeRun(directory, find);
    expect(folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.includes('partial'))).toEqual([]);
    expect(outcomeOf(directory)).toEqual(await uninterrupted());
  });

  it('falls back from a torn checkpoint to the one before, with a warning, to the identical result', async () => {
    const directory = join(temporaryDirectory(), 'run');
    await start(directory, abortAt(20));
    const { checkpoints, events } = runPaths(directory);
    truncateSync(join(checkpoints, readdirSync(checkpoints).at(-1) ?? ''), 200);
    const seen: EventBody[] = [];
    await resumeRun(directory, find, { onEvent: (event) => void seen.push(event) });
    expect(seen).toContainEqual({ type: 'warning', text: expect.stringContaining('The one before it is whole and is used') });
    expect(seen).toContainEqual({ type: 'resumed', step: 16 });
    expect(outcomeOf(directory)).toEqual(await uninterrupted());
    expect(readEvents(events).events.some(({ type }) => type === 'warning')).toBe(true);
  });

  it('saves as often as it is asked to, however long saving takes', async () => {
    const checkpoints = async (options: ExecuteOptions): Promise<number> => {
      let count = 0;
      await start(
        join(temporaryDirectory(), 'run'),
        { ...options, onEvent: ({ type }) => void (type === 'checkpoint' && count++) },
        { saveEvery: 1000 },
      );
      return count;
    };
    expect(await checkpoints({ checkpointSeconds: 0 })).toBe(40);
    expect(await checkpoints({ checkpointSeconds: 60 })).toBe(0);
    expect(await checkpoints({})).toBe(0);
  });

  it('that is done is returned as it is', async () => {
    const directory = join(temporaryDirectory(), 'run');
    const { metrics, expect: verdicts } = await start(directory);
    const before = readFileSync(runPaths(directory).events);
    expect(await resumeRun(directory, find)).toEqual({ directory, id: 'demo/walk', status: 'done', metrics, expect: verdicts });
    expect(readFileSync(runPaths(directory).events)).toEqual(before);
  });

  it('whose study throws is failed, keeps its checkpoints, and can be resumed once mended', async () => {
    const directory = join(temporaryDirectory(), 'run');
    const broken: Study = {
      ...walk,
      run: (ctx, given) => walk.run({ ...bound(ctx), progress: (done) => fail(done) }, given as typeof params),
    };
    const outcome = await start(directory, {}, {}, broken);
    expect(outcome).toMatchObject({ status: 'failed', error: { message: 'broken at 21' } });
    expect(readRunFile(directory)).toMatchObject({ status: 'failed', error: { code: 'study-failed', message: 'broken at 21' } });
    expect((await resumeRun(directory, find)).status).toBe('done');
    expect(outcomeOf(directory)).toEqual(await uninterrupted());
    expect(readRunFile(directory).error).toBeUndefined();
  });

  it('judges what it found against what was expected', async () => {
    const directory = join(temporaryDirectory(), 'run');
    const outcome = await start(directory, {}, { expected: 1000 });
    expect(outcome).toMatchObject({ status: 'done', expect: [{ name: 'end', paper: 'zero', verdict: 'fails', ours: expect.any(Number) }] });
  });

  it('counts an AbortError from an interface that was given the signal as an interruption', async () => {
    const directory = join(temporaryDirectory(), 'run');
    const controller = new AbortController();
    const waiting: Study = {
      ...walk,
      run: async (ctx) =>
        void (await import('node:timers/promises').then(({ setTimeout }) => setTimeout(60_000, undefined, { signal: ctx.signal }))),
    };
    const ended = start(
      directory,
      { signal: controller.signal, onEvent: () => void setImmediate(() => controller.abort(new Interrupted())) },
      {},
      waiting,
    );
    expect((await ended).status).toBe('interrupted');
  });
});

describe('a run and its directory', () => {
  it('refuses a folder that is taken, and a file', async () => {
    const directory = join(temporaryDirectory(), 'run');
    await start(directory);
    await expect(start(directory)).rejects.toThrow(BadInputError);
    await expect(start(directory)).rejects.toThrow(/sardonyx resume/);
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await expect(start(file)).rejects.toThrow(BadInputError);
    await expect(start(join(file, 'below'))).rejects.toMatchObject({ code: 'storage-not-a-directory' });
  });

  it('refuses a second writer and says who the first is', async () => {
    const directory = join(temporaryDirectory(), 'run');
    await start(directory, abortAt(9));
    const lock = Lock.acquire(nodeFileSystem, runPaths(directory).lock);
    await expect(resumeRun(directory, find)).rejects.toThrow(RunLockedError);
    lock.release();
    expect((await resumeRun(directory, find)).status).toBe('done');
  });

  it('refuses what is no run, or was edited', async () => {
    const directory = temporaryDirectory();
    await expect(resumeRun(directory, find)).rejects.toThrow(/is no run/);
    writeFileSync(runPaths(directory).run, '{');
    await expect(resumeRun(directory, find)).rejects.toThrow(/is no JSON/);
    writeFileSync(runPaths(directory).run, '{"format":2}');
    await expect(resumeRun(directory, find)).rejects.toThrow(BadInputError);
  });

  it('fails when the folder vanishes underneath, and does not make it again', async () => {
    const directory = join(temporaryDirectory(), 'run');
    const outcome = await start(directory, {
      onEvent: (event) => void (event.type === 'metric' && event.step === 10 && rmSync(directory, { recursive: true })),
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'storage-missing' } });
    expect(existsSync(directory)).toBe(false);
  });

  it.each([
    ['ENOSPC', 'storage-full'],
    ['EACCES', 'storage-denied'],
    ['EROFS', 'storage-read-only'],
    ['EIO', 'storage-failed'],
  ])('fails on %s wherever it strikes, as %s, and loses nothing that was saved', async (errno, code) => {
    const whole = await uninterrupted();
    // How many operations a run makes once its checkpoints have begun; each of them is made to fail in turn, sparsely.
    let total = 0;
    await start(join(temporaryDirectory(), 'run'), { files: failingFileSystem(errno, () => (total++, false)) });
    for (let strike = 12; strike < total - 1; strike += 23) {
      const directory = join(temporaryDirectory(), 'run');
      let count = 0;
      const outcome = await start(directory, { files: failingFileSystem(errno, () => count++ >= strike) }).catch((error: unknown) => error);
      if (outcome instanceof StorageError) {
        expect(outcome.code).toBe(code);
        continue;
      }
      expect(outcome, `operation ${strike}`).toMatchObject({ status: 'failed', error: { code } });
      rmSync(runPaths(directory).lock, { force: true });
      expect((await resumeRun(directory, find)).status).toBe('done');
      expect(outcomeOf(directory), `operation ${strike} of ${total}`).toEqual(whole);
    }
  });
});

function fail(done: number): void {
  if (done === 21) throw new Error('broken at 21');
}

/** A context whose methods can be replaced one by one. */
function bound<T extends object>(ctx: T): T {
  return new Proxy({} as T, {
    get: (_, key) => member(ctx, key),
    ownKeys: () => ['seed', 'workers', 'signal', 'restored', 'metric', 'log', 'table', 'dueCheckpoint', 'checkpoint', 'result', 'yield'],
    getOwnPropertyDescriptor: (_, key) => ({ configurable: true, enumerable: true, value: member(ctx, key) }),
  });
}

function member(ctx: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(ctx, key, ctx);
  return typeof value === 'function' ? value.bind(ctx) : value;
}
