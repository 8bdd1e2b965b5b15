import { tensor } from '../api/create.js';
import { type DType, dtypeOfOnnx, dtypes, isFloat, type TypedArray } from '../core/dtype.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { OnnxTensor } from '../onnx/model.js';
import { full } from '../ops/full.js';
import { OnnxImportError } from './errors.js';

/** What flows between the nodes of a model while it is traced: a tensor, or one whose elements are known already. */
export type OnnxValue = Tensor | Constant;

/** A list of tensors: an ONNX value of sequence type. Its length is always known. */
export class OnnxSequence {
  constructor(readonly items: readonly OnnxValue[]) {}
}

export type OnnxValueOrSequence = OnnxValue | OnnxSequence;

const largestInt64 = 2n ** 63n - 1n;

/** A tensor whose elements are known while tracing, so that shapes may be computed from them. */
export class Constant {
  private materialized: Tensor | undefined;

  constructor(
    readonly dtype: DType,
    readonly shape: Shape,
    readonly elements: TypedArray,
  ) {}

  /** Numbers rounded to `dtype`. Integers above 2⁵³ are bounds that mean "to the end": they stop at the largest int64. */
  static of(dtype: DType, shape: Shape, numbers: readonly number[]): Constant {
    const { array, isBigInt } = dtypes[dtype];
    const elements = new array(numbers.length);
    numbers.forEach((x, i) => {
      elements[i] = isBigInt ? clampToInt64(x) : dtype === 'bool' ? Number(x !== 0) : x;
    });
    return new Constant(dtype, shape, elements);
  }

  static integers(values: readonly number[]): Constant {
    return Constant.of('int64', [values.length], values);
  }

  get size(): number {
    return this.elements.length;
  }

  /** Whether `numbers()` are the elements: halves are stored as bits. */
  get isNumeric(): boolean {
    return this.dtype !== 'float16';
  }

  numbers(): number[] {
    return Array.from(this.elements as ArrayLike<number | bigint>, Number);
  }

  /** The same elements in row-major order under another shape. */
  reshaped(shape: Shape): Constant {
    return new Constant(this.dtype, shape, this.elements);
  }

  /** One number everywhere becomes part of the compiled program, anything else is handed to it as a value. */
  tensor(): Tensor {
    this.materialized ??= this.asFilled() ?? tensor(this.elements, this.shape, this.dtype);
    return this.materialized;
  }

  private asFilled(): Tensor | undefined {
    const first = this.elements[0];
    if (first === undefined || !this.isNumeric || this.elements.some((x) => !Object.is(x, first))) return undefined;
    const value = Number(first);
    return isFloat(this.dtype) || Number.isSafeInteger(value) ? full(this.shape, value, this.dtype) : undefined;
  }
}

function clampToInt64(x: number): bigint {
  if (x >= 2 ** 63) return largestInt64;
  if (x <= -(2 ** 63)) return -largestInt64 - 1n;
  return BigInt(x);
}

const known = new WeakMap<OnnxTensor, Constant>();

/**
 * The elements of a stored tensor, the same object whenever asked for.
 * @throws {OnnxImportError} `unsupported-type`
 */
export function constantOf(stored: OnnxTensor, what = `the constant ${JSON.stringify(stored.name)}`): Constant {
  const before = known.get(stored);
  if (before) return before;
  const dtype = dtypeOf(stored.elementType, what);
  const { data, dims } = stored;
  const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const constant = new Constant(dtype, dims, new dtypes[dtype].array(bytes, 0, sizeOf(dims)));
  known.set(stored, constant);
  return constant;
}

/** @throws {OnnxImportError} `unsupported-type` where no dtype carries this element type */
export function dtypeOf(elementType: OnnxTensor['elementType'], what: string): DType {
  const dtype = dtypeOfOnnx(elementType);
  if (dtype) return dtype;
  throw new OnnxImportError(
    'unsupported-type',
    `${what} has elements of type ${elementType}; expected one of ${Object.values(dtypes)
      .map(({ onnx }) => onnx)
      .join(', ')}; convert the model to one of these types`,
  );
}
