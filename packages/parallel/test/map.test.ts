import { threadId } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { map, ParallelError, ThreadPool } from '../src/index.js';
import { chaos, consume, dying, endless, failing, returnsFunction, slowSquares, squareInPlace, threadOf } from './fixtures/kernels.mjs';

const numbers = [1, 2, 3, 4, 5, 6, 7];

/** The error a computation ends with. */
async function failureOf(computation: Promise<unknown>): Promise<ParallelError> {
  const error: unknown = await computation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ParallelError);
  return error as ParallelError;
}

describe.each([1, 2, 3])('with %i workers', (workers) => {
  test('results come in the order of the shards', async () => {
    expect(await map(numbers, slowSquares, { workers })).toEqual(numbers.map((x) => x * x));
  });

  test('every result is reported once, one call after another', async () => {
    const seen: number[] = [];
    let inside = 0;
    const onResult = async (result: number, index: number): Promise<void> => {
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(result).toBe(numbers[index]! ** 2);
      seen.push(index);
      inside--;
    };
    await map(numbers, slowSquares, { workers, onResult });
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers.map((_, i) => i));
  });

  test('a kernel gets copies', async () => {
    const shard = Float64Array.of(1, 2, 3);
    expect(await map([shard, shard], consume, { workers })).toEqual([6, 6]);
    expect([...shard]).toEqual([1, 2, 3]);
  });

  test('the kernel’s error arrives with its shard and cause', async () => {
    const error = await failureOf(map(numbers, failing, { workers }));
    expect(error).toMatchObject({ code: 'kernel-failed', shard: 2, cause: { name: 'RangeError', message: 'three is too much' } });
    expect(error.message).toMatch(/"failing" failed on shard 2: three is too much/);
  });

  test('what cannot be given to another thread is refused, on its way there and back', async () => {
    expect((await failureOf(map([1], returnsFunction, { workers }))).code).toBe('not-transferable');
    const unclonable = (() => 1) as unknown as number;
    expect((await failureOf(map([unclonable], slowSquares, { workers }))).code).toBe('not-transferable');
  });

  test('an abort ends it with the signal’s reason, and no further shard starts', async () => {
    const controller = new AbortController();
    const counter = new SharedArrayBuffer(4);
    const started = (): number => Atomics.load(new Int32Array(counter), 0);
    const reason = new Error('enough');
    const watch = setInterval(() => started() > 0 && controller.abort(reason), 5);
    const computation = map(
      Array.from({ length: 9 }, () => counter),
      endless,
      { workers, signal: controller.signal },
    );
    await expect(computation).rejects.toBe(reason);
    clearInterval(watch);
    expect(started()).toBeLessThanOrEqual(workers);
    await expect(map([counter], endless, { workers, signal: controller.signal })).rejects.toBe(reason);
  });

  test('what onResult throws ends it, after it is thrown', async () => {
    const refusal = new Error('disk full');
    let calls = 0;
    const onResult = (): void => {
      calls++;
      throw refusal;
    };
    await expect(map(numbers, slowSquares, { workers, onResult })).rejects.toBe(refusal);
    expect(calls).toBe(1);
  });

  test('no shards give no results', async () => expect(await map([], slowSquares, { workers })).toEqual([]));
});

test('results are the same, bit for bit, whatever the number of workers', async () => {
  const shards = numbers.map((x) => ({ start: x / 10, steps: 200 }));
  const [one, two, five] = await Promise.all([1, 2, 5].map((workers) => map(shards, chaos, { workers })));
  expect(two).toEqual(one);
  expect(five).toEqual(one);
});

test('one worker is the calling thread; more are others, as many as asked for', async () => {
  expect(new Set(await map(numbers, threadOf, { workers: 1 }))).toEqual(new Set([threadId]));
  const threads = new Set(await map(numbers, threadOf, { workers: 2 }));
  expect(threads.has(threadId)).toBe(false);
  expect(threads.size).toBeLessThanOrEqual(2);
});

test('in the calling thread, pause is what the caller gave, and its error is passed on', async () => {
  let pauses = 0;
  const stop = new Error('stop');
  const pause = (): Promise<void> => (++pauses === 10 ? Promise.reject(stop) : Promise.resolve());
  await expect(map([{ start: 0.2, steps: 100 }], chaos, { workers: 1, pause })).rejects.toBe(stop);
  expect(pauses).toBe(10);
});

test('a kernel that no thread finds is named', async () => {
  const absent = { ...slowSquares, name: 'cubes' };
  const error = await failureOf(map([1], absent, { workers: 2 }));
  expect(error.code).toBe('kernel-missing');
  expect(error.message).toMatch(/kernel "cubes" in file:.*kernels\.mjs/);
  const elsewhere = { ...slowSquares, module: 'file:///nowhere/kernels.mjs' };
  expect((await failureOf(map([1], elsewhere, { workers: 2 }))).code).toBe('kernel-missing');
});

test('a thread that ends is noticed', async () => {
  expect(await failureOf(map([1, 2], dying, { workers: 2 }))).toMatchObject({ code: 'worker-lost' });
});

test.each([0, -1, 1.5, Number.NaN])('%d workers are refused', async (workers) => {
  expect((await failureOf(map(numbers, slowSquares, { workers }))).code).toBe('argument');
});

describe('a pool', () => {
  test.each([1, 2])('with %i workers computes again and again, by the same threads', async (workers) => {
    await using pool = new ThreadPool(threadOf, { workers });
    const seen = new Set<number>();
    for (let call = 0; call < 5; call++) for (const thread of await pool.map(numbers)) seen.add(thread);
    expect(seen.size).toBe(workers);
    expect(seen.has(threadId)).toBe(workers === 1);
  });

  test('shares memory with its threads', async () => {
    const shared = new SharedArrayBuffer(8 * numbers.length);
    await using pool = new ThreadPool(squareInPlace, { workers: 2 });
    new Float64Array(shared).set(numbers);
    await pool.map(numbers.map((_, index) => ({ shared, index })));
    expect([...new Float64Array(shared)]).toEqual(numbers.map((x) => x * x));
  });

  test('keeps the process alive while it computes, and not when it waits for the next call', async () => {
    const ports = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = ports();
    await using pool = new ThreadPool(slowSquares, { workers: 2 });
    const computing = pool.map(numbers);
    expect(ports()).toBeGreaterThan(before);
    await computing;
    expect(ports()).toBe(before);
  });

  test.each([1, 2])('of %i workers ends with a failure, and says so', async (workers) => {
    const pool = new ThreadPool(failing, { workers });
    expect(await failureOf(pool.map(numbers))).toMatchObject({ code: 'kernel-failed', shard: 2 });
    expect(await failureOf(pool.map([1]))).toMatchObject({ code: 'argument' });
  });
});
