import { checkedInteger, DataOrderError } from './order-error.js';
import type { RandomKey } from './random.js';
import { epochKey, permutedIndex } from './shuffle.js';

/** Which batches to draw. The order is a pure function of these. */
export interface BatchOptions {
  /** Number of items in the data set, 1 to 2³². */
  readonly count: number;
  readonly batchSize: number;
  /** A safe integer; the order of an epoch depends on it and the epoch alone. */
  readonly seed: number;
  /** A fresh random order every epoch (default), or the items as they come. */
  readonly shuffle?: boolean;
  /** Leaves out the last batch of an epoch where it is smaller than the others. Default: it is kept. */
  readonly dropLast?: boolean;
  /** Number of epochs; without it the sequence never ends. */
  readonly epochs?: number;
}

export interface Batch {
  /** From 0. */
  readonly epoch: number;
  /** Number of the batch within its epoch, from 0. */
  readonly batch: number;
  /** The items of the batch, each from 0 to `count` − 1. */
  readonly indices: Uint32Array;
}

/** What comes next in a {@link BatchSequence}, and the options that decide it; survives JSON. */
export interface BatchState {
  readonly epoch: number;
  readonly batch: number;
  readonly count: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
}

/**
 * The batches of a data set, epoch after epoch: every item once an epoch, in an order that is deterministic, needs no
 * memory whatever `count` is, and resumes exactly.
 * @throws {DataOrderError} `invalid-argument`, also where `dropLast` would leave no batch at all
 */
export function batches(options: BatchOptions): BatchSequence {
  return new BatchSequence(options);
}

/** See {@link batches}. Iterating continues where the last iteration stopped; it does not start again. */
export class BatchSequence implements IterableIterator<Batch, undefined> {
  readonly batchesPerEpoch: number;
  private readonly options: Required<Omit<BatchOptions, 'epochs'>>;
  private readonly epochs: number;
  private epoch = 0;
  private batch = 0;
  /** The key of the epoch's order. */
  private key: RandomKey;

  constructor({ count, batchSize, seed, shuffle = true, dropLast = false, epochs = Infinity }: BatchOptions) {
    checkedInteger(count, 'count of items', 1, 2 ** 32);
    checkedInteger(batchSize, 'batch size', 1, 2 ** 32);
    if (epochs !== Infinity) checkedInteger(epochs, 'number of epochs', 0, Number.MAX_SAFE_INTEGER);
    if (dropLast && batchSize > count) {
      const remedy = 'take a smaller batch or keep the last one';
      throw new DataOrderError('invalid-argument', 'batch size with dropLast', `at most ${count}`, `${batchSize}`, remedy);
    }
    this.options = { count, batchSize, seed, shuffle, dropLast };
    this.epochs = epochs;
    this.batchesPerEpoch = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
    this.key = epochKey(seed, 0);
  }

  next(): IteratorResult<Batch, undefined> {
    if (this.epoch >= this.epochs) return { done: true, value: undefined };
    const value = { epoch: this.epoch, batch: this.batch, indices: this.indices() };
    if (this.batch + 1 < this.batchesPerEpoch) this.moveTo(this.epoch, this.batch + 1);
    else this.moveTo(this.epoch + 1, 0);
    return { done: false, value };
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** Where the sequence stands: before the batch that comes next. */
  state(): BatchState {
    return { epoch: this.epoch, batch: this.batch, ...this.options };
  }

  /**
   * Continues exactly where `state` was taken, forwards or backwards. The number of epochs may differ.
   * @throws {DataOrderError} `state-mismatch` where the state was taken under other options or is damaged
   */
  restore(state: BatchState): void {
    for (const option of ['count', 'batchSize', 'seed', 'shuffle', 'dropLast'] as const) {
      if (state[option] === this.options[option]) continue;
      const remedy = 'continue with the options that the state was saved with';
      throw mismatch(`${option} ${this.options[option]}`, String(state[option]), remedy);
    }
    const isPosition = (value: number) => Number.isSafeInteger(value) && value >= 0;
    if (!isPosition(state.epoch) || !isPosition(state.batch) || state.batch >= this.batchesPerEpoch) {
      const given = `epoch ${state.epoch}, batch ${state.batch}`;
      throw mismatch(`an epoch and one of its ${this.batchesPerEpoch} batches`, given, 'restore an earlier checkpoint');
    }
    this.moveTo(state.epoch, state.batch);
  }

  private moveTo(epoch: number, batch: number): void {
    if (epoch !== this.epoch) this.key = epochKey(this.options.seed, epoch);
    this.epoch = epoch;
    this.batch = batch;
  }

  private indices(): Uint32Array {
    const { count, batchSize, shuffle } = this.options;
    const first = this.batch * batchSize;
    const indices = new Uint32Array(Math.min(batchSize, count - first));
    for (let i = 0; i < indices.length; i++) {
      indices[i] = shuffle ? permutedIndex(first + i, count, this.key) : first + i;
    }
    return indices;
  }
}

function mismatch(expected: string, given: string, remedy: string): DataOrderError {
  return new DataOrderError('state-mismatch', 'state of a batch sequence', expected, given, remedy);
}
