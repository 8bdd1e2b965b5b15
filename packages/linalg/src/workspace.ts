import { LinalgError } from './errors.js';
import type { KernelName, Kernels } from './kernels/kernels.js';
import { typescriptKernels } from './kernels/typescript.js';
import { type CompiledKernels, compileKernels, pageBytes, runsWebAssembly } from './kernels/webassembly.js';
import type { Floats, Matrix, Precision } from './matrix.js';

/** A row-major block of the working memory: element (i, j) is `values[offset + i·stride + j]`. */
export interface Block {
  readonly offset: number;
  readonly stride: number;
}

/** What one computation may hold, as counts of elements; the memory is grown once, before any view of it is taken. */
export interface Need {
  /** Blocks of rows × columns in the precision of the computation. */
  readonly blocks?: readonly (readonly [rows: number, columns: number])[];
  /** Loose float64 and int32 elements. */
  readonly scalars?: number;
}

/** Largest need: the 32-bit memory, less what the kernels keep for packed blocks. */
const largestBytes = 2 ** 32 - 64 * pageBytes;
/** A memory beyond this is given back when the computation ends. */
const keptBytes = 256 * 2 ** 20;
/** Elements that separate two blocks at most, for alignment. */
const alignment = 8;

/** One computation's share of the working memory: typed views of all of it, and places in it to hold. */
export class Workspace {
  readonly values: Floats;
  readonly doubles: Float64Array;
  readonly integers: Int32Array;

  constructor(
    readonly precision: Precision,
    readonly kernels: Kernels,
    buffer: ArrayBuffer,
    private nextByte: number,
  ) {
    this.doubles = new Float64Array(buffer);
    this.values = precision === 'f64' ? this.doubles : new Float32Array(buffer);
    this.integers = new Int32Array(buffer);
  }

  /** Offset of `count` elements in `values`. */
  takeValues(count: number): number {
    return this.take(count, this.values.BYTES_PER_ELEMENT);
  }

  /** Offset of `count` elements in `doubles`. */
  takeDoubles(count: number): number {
    return this.take(count, 8);
  }

  /** Offset of `count` elements in `integers`. */
  takeIntegers(count: number): number {
    return this.take(count, 4);
  }

  /** A block of rows × columns; its rows are padded so that they do not all fall on the same cache lines. */
  takeBlock(rows: number, columns: number): Block {
    const stride = paddedStride(columns);
    return { offset: this.takeValues(rows * stride), stride };
  }

  /** A block that holds a copy of a matrix. */
  load(matrix: Matrix): Block {
    const block = this.takeBlock(matrix.rows, matrix.columns);
    this.write(matrix, block);
    return block;
  }

  /** Copies a matrix to a block. */
  write({ rows, columns, data }: Matrix, { offset, stride }: Block): void {
    for (let i = 0; i < rows; i++) this.values.set(data.subarray(i * columns, (i + 1) * columns), offset + i * stride);
  }

  /** A matrix with a copy of a block's rows × columns. */
  read({ offset, stride }: Block, rows: number, columns: number): Matrix {
    const data = this.precision === 'f64' ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) data.set(this.values.subarray(offset + i * stride, offset + i * stride + columns), i * columns);
    return { rows, columns, data };
  }

  /** Sets rows × columns of a block to zero. */
  clear({ offset, stride }: Block, rows: number, columns: number): void {
    for (let i = 0; i < rows; i++) this.values.fill(0, offset + i * stride, offset + i * stride + columns);
  }

  private take(count: number, elementBytes: number): number {
    const byte = Math.ceil(this.nextByte / 64) * 64;
    this.nextByte = byte + count * elementBytes;
    if (this.nextByte > this.doubles.byteLength) throw new Error('a computation took more working memory than it asked for');
    return byte / elementBytes;
  }
}

/** Row stride of `columns` elements: a multiple of eight, and no multiple of 64, whose rows would share cache lines. */
function paddedStride(columns: number): number {
  const stride = Math.ceil(columns / alignment) * alignment;
  return stride % 64 === 0 ? stride + alignment : stride;
}

let chosen: KernelName | undefined;
let compiled: CompiledKernels | undefined;
let plainBuffer = new ArrayBuffer(0);
let busy = false;

/** The kernels that compute: `webassembly` where the machine runs it, unless `useKernels` said otherwise. */
export function kernelsInUse(): KernelName {
  chosen ??= runsWebAssembly() ? 'webassembly' : 'typescript';
  return chosen;
}

/**
 * Chooses the kernels for all that follows in this thread.
 * @throws {LinalgError} `invalid-argument` where this machine does not run WebAssembly SIMD
 */
export function useKernels(name: KernelName): void {
  if (name === 'webassembly' && !runsWebAssembly()) {
    throw new LinalgError('invalid-argument', 'useKernels: expected a machine with WebAssembly SIMD, this one has none; use "typescript"');
  }
  chosen = name;
}

/**
 * Runs a computation in the working memory of this thread, which is grown first to hold what it needs. Computations do
 * not nest: growing moves the memory from under the views of the one around it.
 * @throws {LinalgError} `too-large` where the memory would exceed 4 GiB, or what the machine gives
 */
export function inWorkspace<Result>(precision: Precision, need: Need, body: (workspace: Workspace) => Result): Result {
  if (busy) throw new Error('a computation was started inside another one');
  busy = true;
  try {
    return body(openWorkspace(precision, bytesOf(precision, need)));
  } finally {
    busy = false;
    if ((compiled?.memory.buffer.byteLength ?? 0) > keptBytes) compiled = undefined;
    if (plainBuffer.byteLength > keptBytes) plainBuffer = new ArrayBuffer(0);
  }
}

function bytesOf(precision: Precision, { blocks = [], scalars = 0 }: Need): number {
  const elementBytes = precision === 'f64' ? 8 : 4;
  const elements = blocks.reduce((sum, [rows, columns]) => sum + rows * paddedStride(columns) + 64, 0);
  // Every loose array may waste 64 bytes on alignment; a computation takes fewer than sixty-four of them.
  return elements * elementBytes + scalars * 8 + 64 * 64;
}

function openWorkspace(precision: Precision, bytes: number): Workspace {
  if (bytes > largestBytes) throw tooLarge(bytes);
  if (kernelsInUse() === 'typescript') {
    if (plainBuffer.byteLength < bytes) plainBuffer = reserve(bytes, () => new ArrayBuffer(Math.ceil(bytes / pageBytes) * pageBytes));
    const [doubles, integers] = [new Float64Array(plainBuffer), new Int32Array(plainBuffer)];
    const values = precision === 'f64' ? doubles : new Float32Array(plainBuffer);
    return new Workspace(precision, typescriptKernels(values, doubles, integers), plainBuffer, 0);
  }
  compiled ??= compileKernels();
  const { memory, kernels, start } = compiled;
  const missing = start + bytes - memory.buffer.byteLength;
  if (missing > 0) reserve(bytes, () => memory.grow(Math.ceil(missing / pageBytes)));
  return new Workspace(precision, kernels[precision], memory.buffer, start);
}

/** Takes memory from the machine, which refuses with a `RangeError` where it has none. */
function reserve<Result>(bytes: number, take: () => Result): Result {
  try {
    return take();
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(bytes, cause);
    throw cause;
  }
}

function tooLarge(bytes: number, cause?: RangeError): LinalgError {
  const need = `${Math.ceil(bytes / 2 ** 20)} MiB`;
  const limit = cause === undefined ? 'at most 4 GiB' : 'what this machine has left';
  const options = cause === undefined ? {} : { cause };
  return new LinalgError(
    'too-large',
    `working memory: expected ${limit}, got a need of ${need}; use a smaller matrix or float32`,
    { bytes },
    options,
  );
}
