import type { TensorType } from '../core/tensor.js';
import { formatType } from '../core/errors.js';
import type { Executable, Runtime } from './runtime.js';
import { type Storage, Value } from './value.js';

/** Runs shorter than this are done on the calling thread: handing them to another costs more than they do. */
const inlineSeconds = 60e-6;

/**
 * A compiled function with the buffers donated to it, which wait here to become outputs of the next call: state that
 * is updated every step moves to and fro between two sets of buffers.
 */
export class Program {
  executable: Executable | undefined;
  /** Duration of the latest run; long until one was measured. */
  seconds = Number.POSITIVE_INFINITY;
  private readonly spare = new Map<string, Storage[]>();
  private disposed = false;

  constructor(
    readonly runtime: Runtime,
    readonly compiling: Promise<Executable>,
    readonly outputs: readonly TensorType[],
  ) {
    compiling.then(
      (executable) => {
        this.executable = executable;
        if (this.disposed) executable.dispose();
      },
      () => undefined,
    );
  }

  takeStorage(type: TensorType): Storage {
    return this.spare.get(formatType(type.dtype, type.shape))?.pop() ?? this.runtime.allocate(type);
  }

  giveStorage(storage: Storage): void {
    const key = formatType(storage.dtype, storage.shape);
    const list = this.spare.get(key);
    if (list) list.push(storage);
    else this.spare.set(key, [storage]);
  }

  /** Releases the session and the spare buffers. Throws RuntimeError where a run is in progress. */
  dispose(): void {
    this.disposed = true;
    this.executable?.dispose();
    for (const list of this.spare.values()) for (const storage of list) storage.release();
    this.spare.clear();
  }
}

/** Runs programs one after another in the order they were submitted, so that every run finds its inputs ready. */
export class Stream {
  private tail: Promise<void> | undefined;

  /**
   * Asks for one run and returns its outputs at once, as values on their way. `donated[i]` gives input i's buffer up.
   * Throws ValueError where an input was given up before.
   */
  submit(
    program: Program,
    inputs: readonly Value[],
    donated: readonly boolean[] = [],
    to = 'a compiled function',
  ): Value[] {
    for (const input of inputs) input.expectUsable();
    inputs.forEach((input, i) => (donated[i] ? input.donate(to) : input.retain()));
    if (this.canRunInline(program, inputs)) return this.runInline(program, inputs, donated);

    let settle: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const outputs = program.outputs.map((type) => Value.pending(type, done));
    const before = this.tail;
    const run = (async () => {
      await before;
      try {
        await runAsync(program, inputs, outputs);
      } catch (error) {
        for (const output of outputs) output.fail(error);
      } finally {
        finish(program, inputs, donated);
        settle();
      }
    })();
    this.tail = run;
    void run.then(() => {
      if (this.tail === run) this.tail = undefined;
    });
    return outputs;
  }

  /** Waits until everything submitted so far is done. */
  async idle(): Promise<void> {
    while (this.tail) await this.tail;
  }

  private canRunInline(program: Program, inputs: readonly Value[]): boolean {
    return (
      this.tail === undefined &&
      program.executable?.runSync !== undefined &&
      program.seconds < inlineSeconds &&
      inputs.every((input) => input.isReady)
    );
  }

  private runInline(
    program: Program,
    inputs: readonly Value[],
    donated: readonly boolean[],
  ): Value[] {
    try {
      const storages = program.outputs.map((type) => program.takeStorage(type));
      const start = performance.now();
      program.executable!.runSync!(
        inputs.map((input) => input.storageForRun()),
        storages,
      );
      program.seconds = (performance.now() - start) / 1000;
      return storages.map((storage) => Value.of(storage));
    } finally {
      finish(program, inputs, donated);
    }
  }
}

async function runAsync(
  program: Program,
  inputs: readonly Value[],
  outputs: readonly Value[],
): Promise<void> {
  const executable = await program.compiling;
  const given = inputs.map((input) => input.storageForRun());
  const storages = outputs.map((type) => program.takeStorage(type));
  const start = performance.now();
  await executable.run(given, storages);
  program.seconds = (performance.now() - start) / 1000;
  outputs.forEach((output, i) => output.fulfil(storages[i]!));
}

/** Donated buffers join the program's spare ones, the others lose a user. */
function finish(program: Program, inputs: readonly Value[], donated: readonly boolean[]): void {
  inputs.forEach((input, i) => {
    if (!donated[i]) return input.releaseUse();
    if (input.isReady) program.giveStorage(input.storageForRun());
  });
}
