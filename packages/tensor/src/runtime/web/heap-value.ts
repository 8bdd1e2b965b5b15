import { dtypes, type TypedArray } from '../../core/dtype.js';
import { formatType } from '../../core/errors.js';
import { elementTypeCode } from '../../onnx/element-types.js';
import type { LiveObjects } from '../runtime.js';
import type { NativeHandle, Storage } from '../storage.js';
import type { Heap } from './heap.js';

/** Frees values whose storage was collected without `release`. */
const abandoned = new FinalizationRegistry<() => void>((free) => free());

/** Where ONNX Runtime's web build expects a value: in WebAssembly's memory. */
const cpuLocation = 1;

/**
 * An `OrtValue` over a block of WebAssembly's memory, the twin of a storage's buffer. Runs read and write the block;
 * the elements are copied only where the other side is asked for and newer: state that runs hand to each other stays
 * in the block. The buffer costs address space, and tells the collector how much memory waits for it.
 */
export class HeapValue implements NativeHandle {
  readonly pointer: number;
  private readonly address: number;
  private readonly free: () => void;
  /** Whether the block holds the elements; otherwise the buffer does. */
  private isNewer = false;
  private released = false;

  constructor(
    private readonly heap: Heap,
    private readonly elements: TypedArray,
    storage: Storage,
    live: LiveObjects,
  ) {
    const { module } = heap;
    const block = heap.allocate(elements.byteLength);
    const dims = heap.words(storage.shape);
    const code = elementTypeCode(dtypes[storage.dtype].onnx);
    const pointer = module._OrtCreateTensor(code, block.address, elements.byteLength, dims.address, storage.shape.length, cpuLocation);
    dims.free();
    if (pointer === 0) {
      block.free();
      heap.fail(`a value ${formatType(storage.dtype, storage.shape)}`);
    }
    live.values++;
    this.pointer = pointer;
    this.address = block.address;
    this.free = () => {
      live.values--;
      module._OrtReleaseTensor(pointer);
      block.free();
    };
    abandoned.register(this, this.free, this);
  }

  /** For a run to read. */
  input(): number {
    if (!this.isNewer) this.block().set(bytesOf(this.elements));
    this.isNewer = true;
    return this.pointer;
  }

  /** A run wrote the block. */
  wasWritten(): void {
    this.isNewer = true;
  }

  /** Before the buffer is handed out, to be read or written. */
  toBuffer(): void {
    if (this.isNewer) bytesOf(this.elements).set(this.block());
    this.isNewer = false;
  }

  async download(): Promise<TypedArray> {
    const copy = this.elements.slice();
    if (this.isNewer) bytesOf(copy).set(this.block());
    return copy;
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    abandoned.unregister(this);
    this.free();
  }

  private block(): Uint8Array {
    return this.heap.bytes(this.address, this.elements.byteLength);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** The twin of a storage's buffer, made on first use. */
export function heapValue(heap: Heap, storage: Storage, live: LiveObjects): HeapValue {
  if (storage.native instanceof HeapValue) return storage.native;
  const made = new HeapValue(heap, storage.array, storage, live);
  storage.native = made;
  return made;
}
