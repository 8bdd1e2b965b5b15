import type { Storage } from '../storage.js';
import { callAsync, type Context, create } from './context.js';
import { type Pointer, pointersAt } from './library.js';
import { hostValue, type NativeValue } from './native-value.js';

/** Inputs and outputs of one run by name, each in the memory it is to be in. */
export class IoBinding {
  private readonly pointer: Pointer;

  constructor(
    private readonly context: Context,
    private readonly session: Pointer,
  ) {
    const { api, check } = context;
    this.pointer = create((out) => check(api.createIoBinding(session, out), 'I/O binding'));
  }

  /** An input, copied to where the session needs it if it is elsewhere. */
  input(name: string, value: NativeValue): void {
    const { api, check } = this.context;
    check(api.bindInput(this.pointer, name, value.pointer), `binding input ${name}`);
  }

  /** An output that is written into a buffer of ours. */
  output(name: string, storage: Storage): void {
    const { api, check } = this.context;
    const value = hostValue(this.context, storage);
    check(api.bindOutput(this.pointer, name, value.pointer), `binding output ${name}`);
  }

  /** An output that ONNX Runtime makes room for. */
  outputIn(name: string, memoryInfo: Pointer): void {
    const { api, check } = this.context;
    check(api.bindOutputToDevice(this.pointer, name, memoryInfo), `binding output ${name}`);
  }

  /** Runs on another thread, until the outputs are there on whatever device. */
  async run(): Promise<void> {
    const { api, check } = this.context;
    check(await callAsync(api.runWithBinding, [this.session, null, this.pointer]), 'a run failed');
    check(await callAsync(api.synchronizeBoundOutputs, [this.pointer]), 'a run failed');
  }

  /** The values of the outputs after a run, in the order bound; the caller's to release. */
  outputValues(): Pointer[] {
    const { api, check } = this.context;
    const allocator = create((out) => check(api.getAllocatorWithDefaultOptions(out), 'allocator'));
    const values: [Pointer | null] = [null];
    const count: [number] = [0];
    check(api.getBoundOutputValues(this.pointer, allocator, values, count), 'bound outputs');
    const pointers = pointersAt(values[0]!, count[0]);
    check(api.allocatorFree(allocator, values[0]), 'bound outputs');
    return pointers;
  }

  release(): void {
    this.context.api.releaseIoBinding(this.pointer);
  }
}
