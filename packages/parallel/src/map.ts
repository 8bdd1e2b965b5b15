import { availableParallelism } from 'node:os';
import { ParallelError } from './errors.js';
import type { Kernel } from './kernel.js';
import { KernelThread } from './kernel-thread.js';

/** Options of {@link map}. */
export interface MapOptions<Result> {
  /** Worker threads at most; default one a core. With 1 the kernel runs in the calling thread. */
  readonly workers?: number;
  /** Aborted to give up: no further shard is started, threads are ended, and `map` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** What the kernel's `pause` awaits where it runs in the calling thread, so that this thread can do other things too. */
  readonly pause?: () => Promise<void>;
  /**
   * Called with every result as soon as it is there, one call after another but not in the order of the shards: for progress and for
   * saving. What it throws ends the computation.
   */
  readonly onResult?: (result: Result, index: number) => void | Promise<void>;
}

/**
 * Results of a kernel on every shard, in the order of the shards. Shards start in their order, so that long ones are best given
 * first. The results are the same whatever the number of workers.
 * @throws {ParallelError} the first failure; what was computed before has been given to `onResult`
 * @throws the signal's reason, and what `onResult` or `pause` throw
 */
export async function map<Shard, Result>(
  shards: readonly Shard[],
  kernel: Kernel<Shard, Result>,
  { workers = availableParallelism(), signal, pause, onResult }: MapOptions<Result> = {},
): Promise<Result[]> {
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw new ParallelError('argument', `map: expected a whole number of workers from 1 up, got ${workers}`);
  signal?.throwIfAborted();
  const results = new Array<Result>(shards.length);
  let settling: Promise<void> = Promise.resolve();
  const settle = (result: Result, index: number): Promise<void> => {
    results[index] = result;
    settling = settling.then(() => onResult?.(result, index));
    return settling;
  };
  if (workers === 1) {
    await computeHere(shards, kernel, settle, async () => {
      await pause?.();
      signal?.throwIfAborted();
    });
  } else {
    const threads = Array.from({ length: Math.min(workers, shards.length) }, () => new KernelThread(kernel));
    const abortion = new Abortion(signal);
    try {
      await Promise.race([computeOnThreads(shards, threads, settle), abortion.promise]);
    } finally {
      abortion.forget();
      await Promise.all(threads.map((thread) => thread.end()));
      // What is being saved is saved before the caller hears of the end; how that went, the caller has heard already.
      await settling.catch(() => undefined);
    }
  }
  return results;
}

type Settle<Result> = (result: Result, index: number) => Promise<void>;

async function computeHere<Shard, Result>(
  shards: readonly Shard[],
  kernel: Kernel<Shard, Result>,
  settle: Settle<Result>,
  pause: () => Promise<void>,
): Promise<void> {
  for (const [index, shard] of shards.entries()) {
    await settle(await runHere(shard, index, kernel, pause), index);
    await pause();
  }
}

/** One shard in the calling thread, cloned as if it went to another, so that both behave alike. */
async function runHere<Shard, Result>(
  shard: Shard,
  index: number,
  kernel: Kernel<Shard, Result>,
  pause: () => Promise<void>,
): Promise<Result> {
  let stopped: { readonly reason: unknown } | undefined;
  const remembering = (): Promise<void> =>
    pause().catch((reason: unknown) => {
      stopped = { reason };
      throw reason;
    });
  try {
    return structuredClone(await kernel.run(structuredClone(shard), { pause: remembering }));
  } catch (cause) {
    if (stopped !== undefined) throw stopped.reason;
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof DOMException && cause.name === 'DataCloneError') {
      const message = `map: expected shards and results that another thread can be given, got: ${reason}; use plain data and typed arrays`;
      throw new ParallelError('not-transferable', message, index, { cause });
    }
    throw new ParallelError('kernel-failed', `map: kernel "${kernel.name}" failed on shard ${index}: ${reason}`, index, { cause });
  }
}

/** Every thread takes the next shard when it has answered the last. */
async function computeOnThreads<Shard, Result>(
  shards: readonly Shard[],
  threads: readonly KernelThread<Shard, Result>[],
  settle: Settle<Result>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    threads.map(async (thread) => {
      for (let index = next++; index < shards.length; index = next++) await settle(await thread.compute(shards[index]!, index), index);
    }),
  );
}

/** A promise that never resolves, and rejects when the signal is aborted. */
class Abortion {
  readonly promise: Promise<never>;
  forget: () => void = () => undefined;

  constructor(signal: AbortSignal | undefined) {
    this.promise = new Promise((_, reject) => {
      const listener = (): void => reject(signal?.reason as Error);
      signal?.addEventListener('abort', listener, { once: true });
      this.forget = () => signal?.removeEventListener('abort', listener);
    });
  }
}
