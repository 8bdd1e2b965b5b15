import { Worker } from 'node:worker_threads';
import { ParallelError, type ParallelErrorCode } from './errors.js';
import type { Kernel } from './kernel.js';

/** The thread's program, as text so that it is found whatever the package was bundled with. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, name } = workerData;
const context = { pause: () => Promise.resolve() };
const reply = (message) => {
  try {
    parentPort.postMessage(message);
  } catch (cause) {
    parentPort.postMessage({ code: 'not-transferable', cause: { name: cause.name, message: cause.message } });
  }
};
const loaded = import(module).then((exported) => {
  if (typeof exported[name]?.run !== 'function') throw new Error('it exports no kernel "' + name + '"');
  return exported[name];
});
loaded.catch(() => {});
parentPort.on('message', async (shard) => {
  let kernel;
  try {
    kernel = await loaded;
  } catch (cause) {
    return reply({ code: 'kernel-missing', cause });
  }
  try {
    reply({ result: await kernel.run(shard, context) });
  } catch (cause) {
    reply({ code: 'kernel-failed', cause });
  }
});
`;

/** What a thread answers. */
type Reply = { readonly result: unknown } | { readonly code: ParallelErrorCode; readonly cause: unknown };

/** One worker thread that computes one shard after another. */
export class KernelThread<Shard, Result> {
  private readonly worker: Worker;
  private current: { readonly shard: number; resolve(result: Result): void; reject(error: ParallelError): void } | undefined;

  constructor(private readonly kernel: Kernel<Shard, Result>) {
    const { module, name } = kernel;
    this.worker = new Worker(program, { eval: true, workerData: { module, name } });
    this.worker.on('message', (reply: Reply) => this.answered(reply));
    this.worker.on('error', (cause) => this.lost(`failed: ${cause.message}`, { cause }));
    this.worker.on('exit', (code) => this.lost(`ended with code ${code}`));
  }

  /** Computes one shard; not before the last one is answered. @throws {ParallelError} all codes but `argument` */
  compute(shard: Shard, index: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.current = { shard: index, resolve, reject };
      try {
        this.worker.postMessage(shard);
      } catch (cause) {
        this.failed('not-transferable', cause);
      }
    });
  }

  /** Ends the thread at once. */
  async end(): Promise<void> {
    this.current = undefined;
    await this.worker.terminate();
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
