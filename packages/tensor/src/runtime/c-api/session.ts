import type { TensorType } from '../../core/tensor.js';
import { expectStorages } from '../expect-storages.js';
import type { Executable } from '../runtime.js';
import type { Storage } from '../storage.js';
import type { Context } from './context.js';
import { addressOf, type Pointer } from './library.js';
import { hostCopy, NativeSession } from './native-session.js';
import { hostValue } from './native-value.js';

/** A model compiled by ONNX Runtime. Outputs are written in place. */
export class Session implements Executable {
  readonly outputPlace = 'host';
  private readonly session: NativeSession;
  private hasRun = false;
  private readonly inputNames: NameTable;
  private readonly outputNames: NameTable;
  /** Handles for runs on the calling thread, which are read before the call returns. */
  private readonly inputHandles: BigUint64Array;
  private readonly outputHandles: BigUint64Array;

  constructor(
    private readonly context: Context,
    pointer: Pointer,
    readonly inputs: readonly TensorType[],
    readonly outputs: readonly TensorType[],
  ) {
    this.session = new NativeSession(context, pointer);
    this.inputNames = nameTable('i', inputs.length);
    this.outputNames = nameTable('o', outputs.length);
    this.inputHandles = handleTable(inputs.length);
    this.outputHandles = handleTable(outputs.length);
  }

  runSync(inputs: readonly Storage[], outputs: readonly Storage[]): void {
    const args = this.arguments(inputs, outputs, this.inputHandles, this.outputHandles);
    const status = this.context.denormals.flushed(() => this.context.api.run(...args));
    if (status !== null) this.context.check(status, 'a run failed');
  }

  async run(inputs: readonly Storage[], outputs: readonly Storage[]): Promise<void> {
    this.session.expectUsable();
    expectStorages('input', inputs, this.inputs);
    const given = inputs.every(isOnHost) ? inputs : await Promise.all(inputs.map(hostCopy));
    const args = this.arguments(given, outputs, handleTable(given.length), handleTable(outputs.length));
    try {
      await this.session.whileRunning(args, async () => this.context.check(await this.context.runThread.call(args), 'a run failed'));
    } finally {
      for (const storage of given) if (!inputs.includes(storage)) storage.release();
    }
  }

  dispose(): void {
    this.session.dispose();
  }

  private arguments(inputs: readonly Storage[], outputs: readonly Storage[], inputHandles: BigUint64Array, outputHandles: BigUint64Array) {
    const pointer = this.session.expectUsable();
    expectStorages('input', inputs, this.inputs);
    expectStorages('output', outputs, this.outputs);
    this.writeHandles(inputs, inputHandles);
    this.writeHandles(outputs, outputHandles);
    const options = this.hasRun ? null : this.context.firstRun;
    this.hasRun = true;
    return [
      pointer,
      options,
      this.inputNames.pointers,
      inputHandles,
      inputs.length,
      this.outputNames.pointers,
      outputs.length,
      outputHandles,
    ] as const;
  }

  private writeHandles(storages: readonly Storage[], handles: BigUint64Array): void {
    for (let i = 0; i < storages.length; i++) handles[i] = hostValue(this.context, storages[i]!).pointer;
  }
}

const isOnHost = (storage: Storage): boolean => storage.isOnHost;

const handleTable = (count: number): BigUint64Array => new BigUint64Array(Math.max(count, 1));

interface NameTable {
  /** NUL-terminated names one after another; kept alive for the pointers. */
  readonly text: Uint8Array;
  readonly pointers: BigUint64Array;
}

/** The C strings `prefix0 … prefix(n-1)`, as an array of pointers. */
function nameTable(prefix: string, count: number): NameTable {
  const encoder = new TextEncoder();
  const names = Array.from({ length: count }, (_, i) => encoder.encode(`${prefix}${i}\0`));
  const text = new Uint8Array(
    Math.max(
      1,
      names.reduce((n, name) => n + name.length, 0),
    ),
  );
  const pointers = handleTable(count);
  const base = addressOf(text);
  let offset = 0;
  names.forEach((name, i) => {
    text.set(name, offset);
    pointers[i] = base + BigInt(offset);
    offset += name.length;
  });
  return { text, pointers };
}
