import { processors, whyNoThreads } from '#threads';
import { ParallelError } from './errors.js';
import type { Kernel } from './kernel.js';
import { KernelThread } from './kernel-thread.js';

/** Options of a {@link ThreadPool}. */
export interface PoolOptions {
  /** Worker threads; default one a processor. With 1 kernels run in the calling thread, and where there are no threads too. */
  readonly workers?: number;
}

/** Options of {@link ThreadPool.map}. */
export interface PoolMapOptions<Result> {
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
 * Threads of one kernel that outlive a computation: for many short ones, such as the steps of a simulation in shared memory. A
 * failure or an abort ends the pool. `using` or `end` ends its threads; while they wait they do not keep the process alive.
 */
export class ThreadPool<Shard, Result> {
  /** Threads that compute; 1 is the calling thread. */
  readonly workers: number;
  /** Why there is one thread where more were asked for. */
  readonly note: string | undefined;
  #threads: KernelThread<Shard, Result>[] = [];
  #isEnded = false;

  /** @throws {ParallelError} `argument` */
  constructor(
    private readonly kernel: Kernel<Shard, Result>,
    { workers = processors() }: PoolOptions = {},
  ) {
    if (!Number.isSafeInteger(workers) || workers < 1)
      throw new ParallelError('argument', `map: expected a whole number of workers from 1 up, got ${workers}`);
    this.note = workers > 1 ? whyNoThreads() : undefined;
    this.workers = this.note === undefined ? workers : 1;
  }

  /**
   * Results of the kernel on every shard, in the order of the shards, as {@link map} gives them; one call after another.
   * @throws {ParallelError} the first failure; `argument` where the pool has ended
   * @throws the signal's reason, and what `onResult` or `pause` throw
   */
  async map(shards: readonly Shard[], { signal, pause, onResult }: PoolMapOptions<Result> = {}): Promise<Result[]> {
    if (this.#isEnded) throw new ParallelError('argument', 'map: expected a pool that runs, got one that has ended; make another');
    signal?.throwIfAborted();
    const results = new Array<Result>(shards.length);
    let settling: Promise<void> = Promise.resolve();
    const settle = (result: Result, index: number): Promise<void> => {
      results[index] = result;
      if (onResult === undefined) return settling;
      settling = settling.then(() => onResult(result, index));
      return settling;
    };
    const abortion = new Abortion(signal);
    try {
      await Promise.race([this.#compute(shards, settle, signal, pause), abortion.promise]);
    } catch (error) {
      await this.end();
      // What is being saved is saved before the caller hears of the end; how that went, the caller has heard already.
      await settling.catch(() => undefined);
      throw error;
    } finally {
      abortion.forget();
    }
    return results;
  }

  async #compute(shards: readonly Shard[], settle: Settle<Result>, signal?: AbortSignal, pause?: () => Promise<void>): Promise<void> {
    if (this.workers > 1) {
      while (this.#threads.length < Math.min(this.workers, shards.length)) this.#threads.push(new KernelThread(this.kernel));
      return await computeOnThreads(shards, this.#threads, settle);
    }
    await computeHere(shards, this.kernel, settle, async () => {
      await pause?.();
      signal?.throwIfAborted();
    });
  }

  /** Ends the threads at once. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
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
