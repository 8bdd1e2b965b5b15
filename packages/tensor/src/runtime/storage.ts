import { dtypes, type DType, type TypedArray } from '../core/dtype.js';
import { formatType, ValueError } from '../core/errors.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { TensorType } from '../core/tensor.js';

/** What a runtime attaches to a buffer (a native handle over it); released with it. */
export interface NativeHandle {
  release(): void;
  /** A copy of the elements, where they may not be in a buffer of ours. */
  download?(): Promise<TypedArray>;
  /** Called before the buffer is handed out: from then on its elements count, which are brought up to date first. */
  toBuffer?(): void;
}

/**
 * A buffer of ours that ONNX Runtime reads and writes in place, with the native handle over it; or, without a buffer,
 * memory of an execution provider that only the handle knows.
 */
export class Storage implements TensorType {
  native: NativeHandle | undefined;
  private released = false;

  constructor(
    readonly dtype: DType,
    readonly shape: Shape,
    private readonly elements: TypedArray | undefined,
    private readonly pool?: StoragePool,
  ) {}

  /** A place for an output that a run leaves where its provider computed it. */
  static onDevice({ dtype, shape }: TensorType): Storage {
    return new Storage(dtype, shape, undefined);
  }

  get isOnHost(): boolean {
    return this.elements !== undefined;
  }

  /** The elements in place. Throws ValueError `on-device` where they are in memory of a provider. */
  get array(): TypedArray {
    if (this.elements) {
      this.native?.toBuffer?.();
      return this.elements;
    }
    throw new ValueError('on-device', `${storageKey(this)}: its elements are in memory of an execution provider; read them with data()`);
  }

  /** A copy of the elements, wherever they are. */
  async read(): Promise<TypedArray> {
    if (this.native?.download) return await this.native.download();
    if (this.elements) return this.elements.slice();
    throw new ValueError('released', `${storageKey(this)}: its elements were never computed or are released`);
  }

  get byteLength(): number {
    return sizeOf(this.shape) * dtypes[this.dtype].bytes;
  }

  /** Whether somebody else may own the buffer by now. */
  get isReleased(): boolean {
    return this.released;
  }

  /** Gives the buffer back to the pool it came from, or frees its native handle. Doing so twice is harmless. */
  release(): void {
    if (this.released) return;
    this.released = true;
    if (this.pool?.keep(this)) return;
    this.free();
  }

  /** @internal Out of the pool, in use again. */
  reuse(): this {
    this.released = false;
    return this;
  }

  /** @internal Frees the native handle; the buffer follows when nothing refers to it. */
  free(): void {
    this.native?.release();
    this.native = undefined;
  }
}

/** Equal for types whose storages may stand in for each other. */
export const storageKey = ({ dtype, shape }: TensorType): string => formatType(dtype, shape);

/** More than this is not kept: memory that was given up should be free for others. */
const defaultPoolBytes = 64 << 20;

/** Released buffers kept for the next request of their type: fresh memory costs more than most small operators do. */
export class StoragePool {
  /** Types given back longest ago first. */
  private readonly kept = new Map<string, Storage[]>();
  private bytes = 0;

  constructor(
    private readonly create: (type: TensorType, pool: StoragePool) => Storage,
    private readonly limitBytes = defaultPoolBytes,
  ) {}

  /** Room for the elements of `type`, whose `storageKey` the caller may know. Its contents are undefined. */
  allocate(type: TensorType, key = storageKey(type)): Storage {
    const storage = this.kept.get(key)?.pop();
    if (!storage) return this.create(type, this);
    this.bytes -= storage.byteLength;
    return storage.reuse();
  }

  /** @internal Takes a storage back, at the cost of older ones; `false` where it is larger than the whole pool. */
  keep(storage: Storage): boolean {
    const { byteLength } = storage;
    if (byteLength > this.limitBytes) return false;
    const key = storageKey(storage);
    const list = this.kept.get(key) ?? [];
    list.push(storage);
    this.kept.delete(key);
    this.kept.set(key, list);
    this.bytes += byteLength;
    while (this.bytes > this.limitBytes) this.dropOldest();
    return true;
  }

  /** Frees everything kept. */
  clear(): void {
    for (const list of this.kept.values()) for (const storage of list) storage.free();
    this.kept.clear();
    this.bytes = 0;
  }

  private dropOldest(): void {
    const [key, list] = this.kept.entries().next().value!;
    const storage = list.shift();
    if (list.length === 0) this.kept.delete(key);
    if (!storage) return;
    this.bytes -= storage.byteLength;
    storage.free();
  }
}
