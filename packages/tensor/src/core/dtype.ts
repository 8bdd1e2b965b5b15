import { encodeFloat16 } from './float16.js';
import type { OnnxElementType } from '../onnx/element-types.js';

/** Element types a tensor may have. `float16` is a storage type: it holds bits and casts, few operators compute in it. */
export type DType = 'float32' | 'float64' | 'float16' | 'int32' | 'int64' | 'uint32' | 'uint64' | 'uint8' | 'bool';

export type FloatDType = 'float32' | 'float64' | 'float16';

/** The typed array that carries a dtype's elements: `float16` as its 16-bit patterns, `bool` as 0/1 bytes. */
export interface TypedArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type TypedArray = TypedArrayOf[DType];

interface DTypeFacts {
  readonly bytes: number;
  /** Name of the element type in ONNX. */
  readonly onnx: OnnxElementType;
  readonly array: {
    new (length: number): TypedArray;
    new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  };
  readonly isFloat: boolean;
  readonly isBigInt: boolean;
}

const fact = (bytes: number, onnx: OnnxElementType, array: unknown, flags: { isFloat?: boolean; isBigInt?: boolean } = {}): DTypeFacts => ({
  bytes,
  onnx,
  array: array as DTypeFacts['array'],
  isFloat: flags.isFloat ?? false,
  isBigInt: flags.isBigInt ?? false,
});

export const dtypes: Readonly<Record<DType, DTypeFacts>> = {
  float32: fact(4, 'float', Float32Array, { isFloat: true }),
  uint8: fact(1, 'uint8', Uint8Array),
  int32: fact(4, 'int32', Int32Array),
  int64: fact(8, 'int64', BigInt64Array, { isBigInt: true }),
  bool: fact(1, 'bool', Uint8Array),
  float16: fact(2, 'float16', Uint16Array, { isFloat: true }),
  float64: fact(8, 'double', Float64Array, { isFloat: true }),
  uint32: fact(4, 'uint32', Uint32Array),
  uint64: fact(8, 'uint64', BigUint64Array, { isBigInt: true }),
};

export const isFloat = (dtype: DType): dtype is FloatDType => dtypes[dtype].isFloat;

/** Whether a dtype has an element of this value, rounding of floats aside: integers must be whole and in range. */
export function holds(dtype: DType, value: number): boolean {
  const { isFloat, bytes } = dtypes[dtype];
  if (isFloat) return true;
  if (dtype === 'bool') return value === 0 || value === 1;
  const signed = dtype.startsWith('int');
  const above = 2 ** (8 * bytes - (signed ? 1 : 0));
  return Number.isInteger(value) && value < above && value >= (signed ? -above : 0);
}

/** A number as a dtype's typed array stores it: int64 and uint64 as bigints, float16 as its bit pattern. */
export function elementOf(dtype: DType, value: number): number | bigint {
  if (dtype === 'float16') return encodeFloat16(value);
  return dtypes[dtype].isBigInt ? BigInt(value) : value;
}

/** The dtype of an ONNX element type, `undefined` where no dtype of ours carries it. */
export function dtypeOfOnnx(elementType: OnnxElementType): DType | undefined {
  return (Object.keys(dtypes) as DType[]).find((name) => dtypes[name].onnx === elementType);
}

/** The dtype a typed array is read as when none is named. */
export function dtypeOfArray(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Uint32Array) return 'uint32';
  if (data instanceof BigUint64Array) return 'uint64';
  if (data instanceof Uint16Array) return 'float16';
  return 'uint8';
}
