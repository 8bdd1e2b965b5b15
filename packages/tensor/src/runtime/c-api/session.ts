import { RuntimeError } from '../../core/errors.js';
import type { TensorType } from '../../core/tensor.js';
import { expectStorages } from '../expect-storages.js';
import type { Executable } from '../runtime.js';
import type { Storage } from '../storage.js';
import { callAsync, type Context } from './context.js';
import { addressOf, type Pointer } from './library.js';
import { NativeValue } from './native-value.js';

/** Releases sessions whose owner was collected without `dispose`: the safety net, not the rule. */
const abandoned = new FinalizationRegistry<() => void>((release) => release());

/** A model compiled by ONNX Runtime. Outputs are written in place. */
export class Session implements Executable {
  readonly outputPlace = 'host';
  private pointer: Pointer | undefined;
  /** Arguments of the runs in progress, whose arrays the other thread reads. */
  private readonly running = new Set<readonly unknown[]>();
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
    this.pointer = pointer;
    this.inputNames = nameTable('i', inputs.length);
    this.outputNames = nameTable('o', outputs.length);
    this.inputHandles = handleTable(inputs.length);
    this.outputHandles = handleTable(outputs.length);
    const { api, live } = context;
    live.sessions++;
    abandoned.register(
      this,
      () => {
        live.sessions--;
        api.releaseSession(pointer);
      },
      this,
    );
  }

  runSync(inputs: readonly Storage[], outputs: readonly Storage[]): void {
    const args = this.arguments(inputs, outputs, this.inputHandles, this.outputHandles);
    const status = this.context.api.run(...args);
    if (status !== null) this.context.check(status, 'a run failed');
  }

  async run(inputs: readonly Storage[], outputs: readonly Storage[]): Promise<void> {
    const args = this.arguments(inputs, outputs, handleTable(inputs.length), handleTable(outputs.length));
    this.running.add(args);
    try {
      const status = await callAsync(this.context.api.run, args);
      this.context.check(status, 'a run failed');
    } finally {
      this.running.delete(args);
    }
  }

  dispose(): void {
    if (this.pointer === undefined) return;
    if (this.running.size > 0) {
      throw new RuntimeError(
        'session-in-use',
        'dispose: a run is still in progress; await its outputs before disposing',
      );
    }
    abandoned.unregister(this);
    this.context.live.sessions--;
    this.context.api.releaseSession(this.pointer);
    this.pointer = undefined;
  }

  private arguments(
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    inputHandles: BigUint64Array,
    outputHandles: BigUint64Array,
  ) {
    if (this.pointer === undefined) {
      throw new RuntimeError('session-disposed', 'run: the compiled function was disposed');
    }
    expectStorages('input', inputs, this.inputs);
    expectStorages('output', outputs, this.outputs);
    this.writeHandles(inputs, inputHandles);
    this.writeHandles(outputs, outputHandles);
    return [
      this.pointer,
      null,
      this.inputNames.pointers,
      inputHandles,
      inputs.length,
      this.outputNames.pointers,
      outputs.length,
      outputHandles,
    ] as const;
  }

  private writeHandles(storages: readonly Storage[], handles: BigUint64Array): void {
    for (let i = 0; i < storages.length; i++) handles[i] = this.handleOf(storages[i]!);
  }

  private handleOf(storage: Storage): Pointer {
    const { native } = storage;
    if (native instanceof NativeValue) return native.pointer;
    const created = new NativeValue(this.context, storage, storage.array);
    storage.native = created;
    return created.pointer;
  }
}

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
  const text = new Uint8Array(Math.max(1, names.reduce((n, name) => n + name.length, 0)));
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
