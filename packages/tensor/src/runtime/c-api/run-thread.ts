import { Worker } from 'node:worker_threads';
import { RuntimeError } from '../../core/errors.js';
import type { Denormals } from './denormals.js';
import { addressOf, type NativeFunction, type Pointer } from './library.js';

/** What a run takes: pointers, counts, and arrays that stay where they are until it ends. */
export type RunArguments = readonly (Pointer | number | null | BigUint64Array)[];

interface Reply {
  readonly id: number;
  readonly status: Pointer | null;
}

/** The thread's program, as text so that it is found whatever the package was bundled with. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const koffi = require(workerData.koffi);
koffi.load(null); // makes room for calls in this thread
const run = koffi.decode(workerData.pointer, koffi.proto(workerData.signature));
parentPort.on('message', ({ id, args }) => parentPort.postMessage({ id, status: run(...args) }));
`;

/**
 * The thread that runs models, so that the calling one stays responsive. It is ours rather than one of Node's pool for
 * its floating-point environment, which every run must share for equal results. It does not keep the process alive
 * while idle.
 */
export class RunThread {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, { resolve(status: Pointer | null): void; reject(error: Error): void }>();
  private next = 0;

  constructor(
    private readonly run: NativeFunction,
    private readonly denormals: Denormals,
  ) {}

  /** Calls the function with `args`, which the caller keeps alive until then. */
  call(args: RunArguments): Promise<Pointer | null> {
    this.worker ??= this.start();
    const id = this.next++;
    return new Promise((resolve, reject) => {
      if (this.waiting.size === 0) this.worker!.ref();
      this.waiting.set(id, { resolve, reject });
      const plain = args.map((arg) => (ArrayBuffer.isView(arg) ? addressOf(arg) : arg));
      this.worker!.postMessage({ id, args: plain });
    });
  }

  private start(): Worker {
    // A new thread starts with its creator's floating-point environment.
    const worker = this.denormals.flushed(() => new Worker(program, { eval: true, workerData: this.run, execArgv: [], env: {} }));
    worker.on('message', ({ id, status }: Reply) => {
      const { resolve } = this.waiting.get(id)!;
      this.settled(id);
      resolve(status);
    });
    worker.on('error', (cause) =>
      this.fail(new RuntimeError('run-thread', `ONNX Runtime: the run thread failed: ${cause.message}`, { cause })),
    );
    worker.on('exit', () => this.fail(new RuntimeError('run-thread', 'ONNX Runtime: the run thread ended')));
    worker.unref();
    return worker;
  }

  private settled(id: number): void {
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker?.unref();
  }

  private fail(error: RuntimeError): void {
    this.worker = undefined;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(error);
  }
}
