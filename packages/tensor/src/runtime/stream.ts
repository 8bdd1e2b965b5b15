import { ValueError } from '../core/errors.js';
import { type Placement, Turn } from './pace.js';
import type { Program } from './program.js';
import type { Executable } from './runtime.js';
import type { Storage } from './storage.js';
import { Value } from './value.js';

/** One run that was asked for. */
interface Job {
  readonly program: Program;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly check: Check | undefined;
  /** Whether buffers of inputs became those of outputs, so that they are no longer the inputs' to give back. */
  movedBuffers: boolean;
}

/** Looks at a finished run's buffers; what it throws becomes the error of the run. */
export type Check = (inputs: readonly Storage[], outputs: readonly Storage[]) => Promise<void>;

export interface SubmitOptions {
  /** `donated[i]` gives input i's buffer up. */
  readonly donated?: readonly boolean[];
  /** Values given up that are results as they are, whether inputs too or not. */
  readonly handedOver?: readonly Value[];
  /** Name of the function in messages. */
  readonly name?: string;
  readonly check?: Check | undefined;
}

const none: readonly boolean[] = [];
const noValues: readonly Value[] = [];

/** Runs programs one after another in the order they were submitted, so that every run finds its inputs ready. */
export class Stream {
  private readonly queue: Job[] = [];
  /** Index of the next job in the queue. */
  private next = 0;
  private busy = false;
  private readonly idleListeners: (() => void)[] = [];
  private readonly turn = new Turn();

  constructor(private readonly placement: Placement = 'measured') {}

  /**
   * Asks for one run and returns its outputs at once, as values on their way: short runs are done by then. After them stand
   * the values handed over, in new hands. What goes wrong in a run is thrown by `ready()` of its outputs, wherever it ran.
   * Throws ValueError where an input or the program was given up before, or one buffer is donated twice.
   */
  submit(program: Program, inputs: readonly Value[], options: SubmitOptions = {}): Value[] {
    const { donated = none, handedOver = noValues, name = 'a compiled function', check } = options;
    for (const input of inputs) input.expectUsable();
    for (const value of handedOver) value.expectUsable();
    expectDonatedOnce(inputs, donated, handedOver, name);
    program.beginRun(name);
    const outputs = program.outputs.map(Value.pending);
    const job: Job = { program, inputs, outputs, check, movedBuffers: false };
    for (let i = 0; i < inputs.length; i++) {
      if (donated[i]) inputs[i]!.donate(name, program.updates(i) ? unlessMoved(job) : program.giveStorage);
      else inputs[i]!.retain();
    }
    const heirs = handedOver.map((value) => value.handOver(name));
    this.queue.push(job);
    if (!this.busy) this.advance();
    return heirs.length === 0 ? outputs : [...outputs, ...heirs];
  }

  /** Waits until everything submitted so far is done. */
  async idle(): Promise<void> {
    if (this.busy) await new Promise<void>((resolve) => this.idleListeners.push(resolve));
  }

  /** Does what is queued until something has to be waited for. */
  private advance(): void {
    this.busy = true;
    while (this.next < this.queue.length) {
      const job = this.queue[this.next++]!;
      const { executable } = job.program;
      if (executable && this.isForCallingThread(job, executable)) {
        runInline(job, executable);
        continue;
      }
      this.dropFinished();
      void runElsewhere(job).then(() => this.advance());
      return;
    }
    this.dropFinished();
    this.busy = false;
    for (const listener of this.idleListeners.splice(0)) listener();
  }

  /** Jobs already taken leave the queue together: removing each from the front would move all others. */
  private dropFinished(): void {
    this.queue.splice(0, this.next);
    this.next = 0;
  }

  private isForCallingThread({ program, inputs, check }: Job, executable: Executable): boolean {
    if (!executable.runSync || check || !inputs.every(isOnHost)) return false;
    if (this.placement !== 'measured') return this.placement === 'calling-thread';
    return program.pace.isShort && this.turn.hasTime(performance.now());
  }
}

function expectDonatedOnce(inputs: readonly Value[], donated: readonly boolean[], handedOver: readonly Value[], name: string): void {
  const given = [...inputs.filter((_, i) => donated[i]), ...handedOver];
  if (new Set(given).size === given.length) return;
  throw new ValueError('released', `${name}: one value is donated twice; give one place a copy, or donate only one of them`);
}

function runInline(job: Job, executable: Executable): void {
  let storages: Storage[] = [];
  try {
    const given = job.inputs.map(storageOf);
    storages = takeStorages(job, given, 'host');
    const start = performance.now();
    executable.runSync!(given, storages);
    job.program.pace.ranInline((performance.now() - start) / 1000);
    succeed(job, storages);
  } catch (error) {
    fail(job, storages, error);
  }
}

async function runElsewhere(job: Job): Promise<void> {
  let storages: Storage[] = [];
  try {
    const executable = job.program.executable ?? (await job.program.compiling);
    const given = job.inputs.map(storageOf);
    storages = takeStorages(job, given, executable.outputPlace);
    const start = performance.now();
    await executable.run(given, storages);
    job.program.pace.ranElsewhere((performance.now() - start) / 1000);
    await job.check?.(given, storages);
    succeed(job, storages);
  } catch (error) {
    fail(job, storages, error);
  }
}

function takeStorages(job: Job, given: readonly Storage[], place: Executable['outputPlace']): Storage[] {
  job.movedBuffers = job.program.updatesInPlace(given, place);
  return job.program.takeStorages(given, place);
}

/** Takes back the buffer of an input that its run would have updated in place, if it did not. */
const unlessMoved =
  (job: Job) =>
  (storage: Storage): void => {
    if (!job.movedBuffers) job.program.giveStorage(storage);
  };

const isOnHost = (value: Value): boolean => value.isOnHost;

const storageOf = (value: Value): Storage => value.storageForRun();

function succeed(job: Job, storages: readonly Storage[]): void {
  endUses(job);
  for (let i = 0; i < storages.length; i++) job.outputs[i]!.fulfil(storages[i]!);
}

function fail(job: Job, storages: readonly Storage[], error: unknown): void {
  for (const storage of storages) job.program.giveStorage(storage);
  endUses(job);
  for (const output of job.outputs) output.fail(error);
}

function endUses({ program, inputs }: Job): void {
  for (const input of inputs) input.releaseUse();
  program.endRun();
}
