/**
 * Element types of ONNX tensors: the numeric codes of `TensorProto.DataType` and the bits one element takes in raw form.
 *
 * Source: the ONNX IR specification, "Tensor Element Types", and the storage comments of `TensorProto`.
 * Types under eight bits are packed, first element in the lowest bits, the last byte padded with zeros.
 */
const table = {
  float: { code: 1, bits: 32 },
  uint8: { code: 2, bits: 8 },
  int8: { code: 3, bits: 8 },
  uint16: { code: 4, bits: 16 },
  int16: { code: 5, bits: 16 },
  int32: { code: 6, bits: 32 },
  int64: { code: 7, bits: 64 },
  string: { code: 8, bits: 0 },
  bool: { code: 9, bits: 8 },
  float16: { code: 10, bits: 16 },
  double: { code: 11, bits: 64 },
  uint32: { code: 12, bits: 32 },
  uint64: { code: 13, bits: 64 },
  complex64: { code: 14, bits: 64 },
  complex128: { code: 15, bits: 128 },
  bfloat16: { code: 16, bits: 16 },
  float8e4m3fn: { code: 17, bits: 8 },
  float8e4m3fnuz: { code: 18, bits: 8 },
  float8e5m2: { code: 19, bits: 8 },
  float8e5m2fnuz: { code: 20, bits: 8 },
  uint4: { code: 21, bits: 4 },
  int4: { code: 22, bits: 4 },
  float4e2m1: { code: 23, bits: 4 },
  float8e8m0: { code: 24, bits: 8 },
  uint2: { code: 25, bits: 2 },
  int2: { code: 26, bits: 2 },
} as const;

/** Name of an ONNX element type, as in `tensor(float)`. */
export type OnnxElementType = keyof typeof table;

const nameOfCode = new Map<number, OnnxElementType>((Object.keys(table) as OnnxElementType[]).map((name) => [table[name].code, name]));

/** The code of `TensorProto.DataType` for `type`. */
export function elementTypeCode(type: OnnxElementType): number {
  return table[type].code;
}

/** The element type with this `TensorProto.DataType` code, or `undefined` where there is none. */
export function elementTypeOfCode(code: number): OnnxElementType | undefined {
  return nameOfCode.get(code);
}

/** Number of elements of a tensor with these dimensions, or `undefined` where it exceeds 2⁵³ − 1. */
export function elementCount(dims: readonly number[]): number | undefined {
  if (dims.includes(0)) return 0;
  let count = 1;
  for (const dim of dims) count *= dim;
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Bytes that `count` elements of `type` take in raw form; 0 for strings, which have no raw form. */
export function rawByteLength(type: OnnxElementType, count: number): number {
  return Math.ceil((count * table[type].bits) / 8);
}
