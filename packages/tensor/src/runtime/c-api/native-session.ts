import { RuntimeError } from '../../core/errors.js';
import { Storage } from '../storage.js';
import type { Context } from './context.js';
import type { Pointer } from './library.js';

/** Releases sessions whose owner was collected without `dispose`: the safety net, not the rule. */
const abandoned = new FinalizationRegistry<() => void>((release) => release());

/** An `OrtSession` that is ours to release, never while it runs. */
export class NativeSession {
  private pointer: Pointer | undefined;
  /** What the runs in progress read on another thread. */
  private readonly running = new Set<object>();

  constructor(
    private readonly context: Context,
    pointer: Pointer,
  ) {
    this.pointer = pointer;
    const { api, live } = context;
    live.sessions++;
    const release = () => {
      live.sessions--;
      api.releaseSession(pointer);
    };
    abandoned.register(this, release, this);
  }

  /** The session. Throws RuntimeError `session-disposed` once it was released. */
  expectUsable(): Pointer {
    if (this.pointer !== undefined) return this.pointer;
    throw new RuntimeError('session-disposed', 'run: the compiled function was disposed');
  }

  /** Keeps the session, and what a run reads, until the run ends. */
  async whileRunning(reads: object, run: () => Promise<void>): Promise<void> {
    const token = { reads };
    this.running.add(token);
    try {
      await run();
    } finally {
      this.running.delete(token);
    }
  }

  /** Throws RuntimeError `session-in-use` while a run is in progress. Doing so twice is harmless. */
  dispose(): void {
    if (this.pointer === undefined) return;
    if (this.running.size > 0) {
      throw new RuntimeError('session-in-use', 'dispose: a run is still in progress; await its outputs before disposing');
    }
    abandoned.unregister(this);
    this.context.live.sessions--;
    this.context.api.releaseSession(this.pointer);
    this.pointer = undefined;
  }
}

/** A storage as it is, or a copy on the host of one that is in memory of a provider. */
export async function hostCopy(storage: Storage): Promise<Storage> {
  return storage.isOnHost ? storage : new Storage(storage.dtype, storage.shape, await storage.read());
}
