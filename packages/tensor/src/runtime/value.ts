import type { DType, TypedArray } from '../core/dtype.js';
import { formatType, ValueError } from '../core/errors.js';
import type { Shape } from '../core/shape.js';
import type { TensorType } from '../core/tensor.js';
import type { Storage } from './storage.js';

/**
 * The elements of a concrete tensor: there, on their way, failed, or given up.
 * A value given up (disposed, donated) cannot be read any more; its buffer lives until the last run that uses it ends.
 */
export class Value implements TensorType {
  private storage: Storage | undefined;
  private failure: { readonly error: unknown } | undefined;
  /** Why the value was given up; `undefined` while it was not. */
  private gone: string | undefined;
  private isFreed = false;
  private users = 0;
  /** Where the buffer goes once it was given up and nobody uses it: back to where it came from, unless donated. */
  private recycle: ((storage: Storage) => void) | undefined;
  /** What has the elements too, after this value was handed over; until nobody uses this value any more, it is a user of that. */
  private heir: Value | undefined;
  private waiting: { readonly done: Promise<void>; readonly settle: () => void } | undefined;

  private constructor(
    readonly dtype: DType,
    readonly shape: Shape,
  ) {}

  static of(storage: Storage): Value {
    const value = new Value(storage.dtype, storage.shape);
    value.storage = storage;
    return value;
  }

  /** A value that a run will settle, by calling `fulfil` or `fail`. */
  static pending(type: TensorType): Value {
    return new Value(type.dtype, type.shape);
  }

  fulfil(storage: Storage): void {
    this.storage = storage;
    this.heir?.fulfil(storage);
    this.freeIfUnused();
    this.waiting?.settle();
  }

  fail(error: unknown): void {
    this.failure = { error };
    this.heir?.fail(error);
    this.waiting?.settle();
  }

  /** Waits until the elements are there; throws the error of the run that should have made them. */
  async ready(): Promise<void> {
    if (this.isPending) await this.settled();
    if (this.failure) throw this.failure.error;
  }

  /** Whether the elements are there now. */
  get isReady(): boolean {
    return this.storage !== undefined;
  }

  /** Whether a run on the host finds the elements in a buffer of ours, or fails without looking. */
  get isOnHost(): boolean {
    return this.storage?.isOnHost ?? true;
  }

  /** Why the value was given up, `undefined` while it was not. */
  get givenUp(): string | undefined {
    return this.gone;
  }

  /** The elements in place. Throws ValueError where they were given up or are not there yet. */
  view(): TypedArray {
    this.expectUsable();
    return this.storageForRun().array;
  }

  /** Throws ValueError `released` once the value was given up. */
  expectUsable(): void {
    if (this.gone === undefined) return;
    throw new ValueError(
      'released',
      `${formatType(this.dtype, this.shape)}: ${this.gone}; read it with data() before, or keep it from being ${this.recycle || this.heir ? 'donated' : 'disposed'}`,
    );
  }

  /** @internal The buffer, also of a value already given up, for a run that was asked for before. */
  storageForRun(): Storage {
    if (this.storage) return this.storage;
    if (this.failure) throw this.failure.error;
    throw new ValueError(
      this.gone === undefined ? 'pending' : 'released',
      `${formatType(this.dtype, this.shape)}: ${this.gone ?? 'still being computed; await data()'}`,
    );
  }

  /** @internal Keeps the buffer alive until `releaseUse`. */
  retain(): void {
    this.users++;
  }

  /** @internal */
  releaseUse(): void {
    this.users--;
    this.freeIfUnused();
  }

  /** Gives the elements up. Doing so twice is harmless. */
  dispose(): void {
    if (this.gone !== undefined) return;
    this.gone = 'its value was disposed';
    this.freeIfUnused();
  }

  /** @internal Gives the elements up to a run, a user until it ends; then `recycle` gets the buffer. */
  donate(to: string, recycle: (storage: Storage) => void): void {
    this.expectUsable();
    this.gone = `its value was donated to ${to}`;
    this.recycle = recycle;
    this.retain();
  }

  /**
   * @internal Gives the elements up to a new value that takes its place in the result of a run: it has the same buffer, which goes
   * no further while somebody reads it as this value's, or the same failure.
   */
  handOver(to: string): Value {
    this.expectUsable();
    const heir = Value.pending(this);
    this.gone = `its value was donated to ${to}`;
    this.heir = heir;
    heir.retain();
    if (this.storage) heir.fulfil(this.storage);
    if (this.failure) heir.fail(this.failure.error);
    this.freeIfUnused();
    return heir;
  }

  private get isPending(): boolean {
    return this.storage === undefined && this.failure === undefined && !this.isFreed;
  }

  private freeIfUnused(): void {
    if (this.gone === undefined || this.users > 0 || this.storage === undefined) return;
    const { storage } = this;
    this.storage = undefined;
    this.isFreed = true;
    if (this.heir) this.heir.releaseUse();
    else if (this.recycle) this.recycle(storage);
    else storage.release();
  }

  private settled(): Promise<void> {
    if (!this.waiting) {
      let settle = () => {};
      const done = new Promise<void>((resolve) => {
        settle = resolve;
      });
      this.waiting = { done, settle };
    }
    return this.waiting.done;
  }
}
