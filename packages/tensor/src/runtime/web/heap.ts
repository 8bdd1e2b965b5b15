import { RuntimeError } from '../../core/errors.js';
import type { OrtModule } from './ort-module.js';

/** Vector loads are fastest when no element straddles a cache line. */
const alignment = 64;

/** Memory of ONNX Runtime's WebAssembly: at most 4 GiB, which grow and never shrink. */
export class Heap {
  constructor(readonly module: OrtModule) {}

  /** A new block; the caller frees it. Throws RuntimeError `out-of-memory`. */
  allocate(bytes: number): Block {
    const start = this.module._malloc(bytes + alignment);
    if (start === 0) {
      throw new RuntimeError(
        'out-of-memory',
        `WebAssembly: expected room for ${bytes} bytes, given a memory full at ${this.module.HEAPU8.byteLength} bytes (the limit is 4 GiB); dispose() of tensors and compiled functions, or use smaller ones`,
      );
    }
    return { address: start + alignment - (start % alignment), free: () => this.module._free(start) };
  }

  /** A view of memory, for use at once: the buffer is another one after the memory grew. */
  bytes(address: number, length: number): Uint8Array {
    // Reading a value brings HEAPU8 up to date where another thread made the memory grow.
    this.module.getValue(address, 'i8');
    return this.module.HEAPU8.subarray(address, address + length);
  }

  /** A C string; the block is the caller's to free. */
  text(text: string): Block {
    const length = this.module.lengthBytesUTF8(text) + 1;
    const block = this.allocate(length);
    this.module.stringToUTF8(text, block.address, length);
    return block;
  }

  /** An array of addresses or 32-bit integers; the block is the caller's to free. */
  words(values: readonly number[]): Block {
    const block = this.allocate(values.length * wordBytes);
    this.writeWords(block.address, values);
    return block;
  }

  writeWords(address: number, values: readonly number[]): void {
    new Uint32Array(this.bytes(address, 0).buffer, address, values.length).set(values);
  }

  /** Calls a function of ONNX Runtime's. Where WebAssembly itself stops, throws RuntimeError `ort`. */
  attempt(what: string, call: (module: OrtModule) => number): number {
    try {
      return call(this.module);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RuntimeError('ort', `ONNX Runtime: ${what}: ${reason}`, { cause });
    }
  }

  /** Throws RuntimeError `ort-…` with what ONNX Runtime says of the call that just failed. */
  fail(what: string): never {
    const place = this.words([0, 0]);
    this.module._OrtGetLastError(place.address, place.address + wordBytes);
    const code = this.module.getValue(place.address, 'i32');
    const message = this.module.getValue(place.address + wordBytes, '*');
    const text = message === 0 ? 'no message' : this.module.UTF8ToString(message);
    place.free();
    throw new RuntimeError(`ort-${code}`, `ONNX Runtime: ${what}: ${text}`);
  }
}

/** Addresses are 32 bits wide. */
const wordBytes = 4;

export interface Block {
  readonly address: number;
  free(): void;
}
