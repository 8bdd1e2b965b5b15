import { startThread } from '#threads';
import { ParallelError, type ParallelErrorCode } from './errors.js';
import type { Kernel } from './kernel.js';
import type { Thread } from './thread.js';

/** What a thread answers. */
type Reply = { readonly result: unknown } | { readonly code: ParallelErrorCode; readonly cause: unknown };

/** One worker thread that computes one shard after another. */
export class KernelThread<Shard, Result> {
  private readonly thread: Thread;
  private current: { readonly shard: number; resolve(result: Result): void; reject(error: ParallelError): void } | undefined;

  constructor(private readonly kernel: Kernel<Shard, Result>) {
    const { module, name } = kernel;
    this.thread = startThread(module, name, {
      answered: (reply) => this.answered(reply as Reply),
      lost: (how, cause) => this.lost(how, cause && { cause }),
    });
  }

  /** Computes one shard; not before the last one is answered. @throws {ParallelError} all codes but `argument` */
  compute(shard: Shard, index: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.current = { shard: index, resolve, reject };
      try {
        this.thread.post(shard);
      } catch (cause) {
        this.failed('not-transferable', cause);
      }
    });
  }

  /** Ends the thread at once. */
  async end(): Promise<void> {
    this.current = undefined;
    await this.thread.end();
  }

  private answered(reply: Reply): void {
    if ('code' in reply) return this.failed(reply.code, reply.cause);
    this.current?.resolve(reply.result as Result);
  }

  private failed(code: ParallelErrorCode, cause: unknown): void {
    const { module, name } = this.kernel;
    const shard = this.current?.shard;
    const reason = cause instanceof Error ? cause.message : String((cause as { message?: unknown } | null)?.message ?? cause);
    const what = {
      'kernel-missing': `expected a kernel "${name}" in ${module} that a thread can load, got: ${reason}; export it under that name, and build sources that Node does not run`,
      'not-transferable': `expected shards and results that another thread can be given, got: ${reason}; use plain data and typed arrays`,
    }[code as string];
    const message = `map: ${what ?? `kernel "${name}" failed on shard ${shard}: ${reason}`}`;
    this.current?.reject(new ParallelError(code, message, shard, { cause }));
  }

  private lost(how: string, options?: ErrorOptions): void {
    const shard = this.current?.shard;
    const message = `map: expected an answer from the thread of kernel "${this.kernel.name}", it ${how}; give it less at once, or fewer workers`;
    this.current?.reject(new ParallelError('worker-lost', message, shard, options));
  }
}
