import { ValueError } from '../core/errors.js';
import type { TensorType } from '../core/tensor.js';
import { Pace } from './pace.js';
import type { Executable, Runtime } from './runtime.js';
import { Storage, storageKey } from './storage.js';

/**
 * A compiled function with the buffers donated to it, which wait here to become outputs of the next call: state that
 * is updated every step moves to and fro between two sets of buffers.
 */
export class Program {
  /** There once compiling is done. */
  executable: Executable | undefined;
  readonly pace = new Pace();
  private readonly keys: readonly string[];
  /** Donated buffers by type, never more than one for each output of that type. */
  private readonly spare = new Map<string, { readonly capacity: number; readonly storages: Storage[] }>();
  private runs = 0;
  private disposed = false;

  constructor(
    readonly runtime: Runtime,
    readonly compiling: Promise<Executable>,
    readonly outputs: readonly TensorType[],
    /** For each output: the donated input whose buffer it is written into. */
    private readonly updated: readonly (number | undefined)[] = [],
  ) {
    this.keys = outputs.map(storageKey);
    for (const key of new Set(this.keys)) {
      this.spare.set(key, { capacity: this.keys.filter((k) => k === key).length, storages: [] });
    }
    compiling.then(
      (executable) => {
        this.executable = executable;
        this.releaseIfUnused();
      },
      // Every run waits for the same promise and fails with its error.
      () => undefined,
    );
  }

  /** Room for every output: for those that update an input, of the buffers `given`, that input's own. */
  takeStorages(given: readonly Storage[], place: Executable['outputPlace'] = 'host'): Storage[] {
    if (place === 'device') return this.outputs.map(Storage.onDevice);
    const inPlace = this.updatesInPlace(given, place);
    return this.outputs.map((type, i) => {
      if (inPlace && this.updated[i] !== undefined) return given[this.updated[i]]!;
      const key = this.keys[i]!;
      return this.spare.get(key)!.storages.pop() ?? this.runtime.allocate(type, key);
    });
  }

  /** Whether a run on these buffers writes into those of inputs: only if all that it would update are in buffers of ours. */
  updatesInPlace(given: readonly Storage[], place: Executable['outputPlace'] = 'host'): boolean {
    return place === 'host' && this.updated.every((input) => input === undefined || given[input]!.isOnHost);
  }

  /** Whether input i's buffer becomes an output's in a run that updates in place. */
  updates(input: number): boolean {
    return this.updated.includes(input);
  }

  /** Takes a buffer that was donated, or that a failed run left over. */
  readonly giveStorage = (storage: Storage): void => {
    const list = this.spare.get(storageKey(storage));
    const isWanted = list && list.storages.length < list.capacity && storage.isOnHost && !this.disposed;
    if (isWanted) list.storages.push(storage);
    else storage.release();
  };

  /** A run was asked for. Throws ValueError `disposed` once the program was given up. */
  beginRun(name: string): void {
    if (this.disposed) {
      throw new ValueError('disposed', `${name}: it was disposed; compile it anew with jit(f)`);
    }
    this.runs++;
  }

  endRun(): void {
    this.runs--;
    this.releaseIfUnused();
  }

  /** Refuses further runs and releases the session and the spare buffers, as soon as the runs asked for are done. */
  dispose(): void {
    this.disposed = true;
    this.releaseIfUnused();
  }

  private releaseIfUnused(): void {
    if (!this.disposed || this.runs > 0) return;
    this.executable?.dispose();
    for (const { storages } of this.spare.values()) {
      for (const storage of storages.splice(0)) storage.release();
    }
  }
}
