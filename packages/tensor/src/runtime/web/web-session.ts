import { RuntimeError } from '../../core/errors.js';
import type { TensorType } from '../../core/tensor.js';
import { expectStorages } from '../expect-storages.js';
import { nextTurn } from '../macrotask.js';
import type { Executable, LiveObjects } from '../runtime.js';
import type { Storage } from '../storage.js';
import type { Block, Heap } from './heap.js';
import { heapValue } from './heap-value.js';

/** Releases sessions whose owner was collected without `dispose`: the safety net, not the rule. */
const abandoned = new FinalizationRegistry<() => void>((release) => release());

/** A model compiled by ONNX Runtime's web build. Runs block the thread they are asked for on. */
export class WebSession implements Executable {
  readonly outputPlace = 'host';
  private readonly tables: { readonly inputs: Table; readonly outputs: Table };
  private readonly release: () => void;
  private running = 0;
  private disposed = false;

  constructor(
    private readonly heap: Heap,
    private readonly pointer: number,
    readonly inputs: readonly TensorType[],
    readonly outputs: readonly TensorType[],
    private readonly live: LiveObjects,
  ) {
    const tables = { inputs: new Table(heap, 'i', inputs.length), outputs: new Table(heap, 'o', outputs.length) };
    this.tables = tables;
    live.sessions++;
    this.release = () => {
      live.sessions--;
      heap.module._OrtReleaseSession(pointer);
      tables.inputs.free();
      tables.outputs.free();
    };
    abandoned.register(this, this.release, this);
  }

  runSync(inputs: readonly Storage[], outputs: readonly Storage[]): void {
    this.expectUsable();
    expectStorages('input', inputs, this.inputs);
    expectStorages('output', outputs, this.outputs);
    const { heap, live, tables } = this;
    const results = outputs.map((storage) => heapValue(heap, storage, live));
    tables.inputs.write(inputs.map((storage) => heapValue(heap, storage, live).input()));
    tables.outputs.write(results.map(({ pointer }) => pointer));
    if (this.call() !== 0) heap.fail('a run failed');
    for (const result of results) result.wasWritten();
  }

  /** Lets the page or worker do what waits (draw, answer) before the run. */
  async run(inputs: readonly Storage[], outputs: readonly Storage[]): Promise<void> {
    this.expectUsable();
    expectStorages('input', inputs, this.inputs);
    expectStorages('output', outputs, this.outputs);
    this.running++;
    try {
      await nextTurn();
      this.runSync(inputs, outputs);
    } finally {
      this.running--;
    }
  }

  /** Throws RuntimeError `session-in-use` while a run is in progress. Doing so twice is harmless. */
  dispose(): void {
    if (this.disposed) return;
    if (this.running > 0) {
      throw new RuntimeError('session-in-use', 'dispose: a run is still in progress; await its outputs before disposing');
    }
    this.disposed = true;
    abandoned.unregister(this);
    this.release();
  }

  /** 0, or the code of an error that ONNX Runtime remembers. */
  private call(): number {
    const { inputs, outputs } = this.tables;
    return this.heap.attempt('a run failed', (module) =>
      module._OrtRun(
        this.pointer,
        inputs.names.address,
        inputs.values.address,
        inputs.length,
        outputs.names.address,
        outputs.length,
        outputs.values.address,
        0,
      ),
    );
  }

  private expectUsable(): void {
    if (!this.disposed) return;
    throw new RuntimeError('session-disposed', 'run: the compiled function was disposed');
  }
}

/** The names `prefix0 … prefix(n−1)` and room for as many values, as ONNX Runtime reads them. */
class Table {
  readonly names: Block;
  readonly values: Block;
  private readonly texts: readonly Block[];

  constructor(
    private readonly heap: Heap,
    prefix: string,
    readonly length: number,
  ) {
    this.texts = Array.from({ length }, (_, i) => heap.text(`${prefix}${i}`));
    this.names = heap.words(this.texts.map(({ address }) => address));
    this.values = heap.words(this.texts.map(() => 0));
  }

  write(pointers: readonly number[]): void {
    this.heap.writeWords(this.values.address, pointers);
  }

  free(): void {
    for (const block of [...this.texts, this.names, this.values]) block.free();
  }
}
