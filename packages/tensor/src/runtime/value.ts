import { dtypes, type DType, type TypedArray } from '../core/dtype.js';
import { formatType, ValueError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { TensorType } from '../core/tensor.js';

/** What a runtime attaches to a buffer (a native handle over it); released with it. */
export interface NativeHandle {
  release(): void;
}

/** A buffer of ours that ONNX Runtime reads and writes in place, with the native handle over it. */
export class Storage implements TensorType {
  native: NativeHandle | undefined;

  constructor(
    readonly dtype: DType,
    readonly shape: Shape,
    readonly array: TypedArray,
  ) {}

  get byteLength(): number {
    return sizeOf(this.shape) * dtypes[this.dtype].bytes;
  }

  release(): void {
    this.native?.release();
    this.native = undefined;
  }
}

type State =
  | { readonly kind: 'pending'; readonly done: Promise<void> }
  | { readonly kind: 'ready'; readonly storage: Storage }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * The elements of a concrete tensor: there, on their way, failed, or given up.
 * A value given up (disposed, donated) cannot be read any more; its buffer lives until the last run that uses it ends.
 */
export class Value implements TensorType {
  private state: State;
  private gone: string | undefined;
  private users = 0;

  private constructor(
    readonly dtype: DType,
    readonly shape: Shape,
    state: State,
  ) {
    this.state = state;
  }

  static of(storage: Storage): Value {
    return new Value(storage.dtype, storage.shape, { kind: 'ready', storage });
  }

  /** A value that `done` will settle, by calling `fulfil` or `fail`. */
  static pending(type: TensorType, done: Promise<void>): Value {
    return new Value(type.dtype, type.shape, { kind: 'pending', done });
  }

  fulfil(storage: Storage): void {
    this.state = { kind: 'ready', storage };
    if (this.gone !== undefined && this.users === 0) storage.release();
  }

  fail(error: unknown): void {
    this.state = { kind: 'failed', error };
  }

  /** Waits until the elements are there; throws the error of the run that should have made them. */
  async ready(): Promise<void> {
    if (this.state.kind === 'pending') await this.state.done;
    if (this.state.kind === 'failed') throw this.state.error;
  }

  /** Whether the elements are there now. */
  get isReady(): boolean {
    return this.state.kind === 'ready';
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
      `${formatType(this.dtype, this.shape)}: ${this.gone}; read it with data() before, or keep it from being ${this.gone.includes('donated') ? 'donated' : 'disposed'}`,
    );
  }

  /** @internal The buffer, also of a value already given up, for a run that was asked for before. */
  storageForRun(): Storage {
    if (this.state.kind === 'failed') throw this.state.error;
    if (this.state.kind === 'pending') {
      throw new ValueError(
        'pending',
        `${formatType(this.dtype, this.shape)}: still being computed; await data()`,
      );
    }
    return this.state.storage;
  }

  /** @internal Keeps the buffer alive until `releaseUse`. */
  retain(): void {
    this.users++;
  }

  /** @internal */
  releaseUse(): void {
    this.users--;
    if (this.gone !== undefined && this.users === 0 && this.state.kind === 'ready') {
      this.state.storage.release();
    }
  }

  /** Gives the elements up. Doing so twice is harmless. */
  dispose(): void {
    if (this.gone !== undefined) return;
    this.gone = 'its value was disposed';
    if (this.users === 0 && this.state.kind === 'ready') this.state.storage.release();
  }

  /** @internal Gives the elements up to a run that will reuse the buffer, which therefore is not released. */
  donate(to: string): void {
    this.expectUsable();
    this.gone = `its value was donated to ${to}`;
    this.users++;
  }
}
