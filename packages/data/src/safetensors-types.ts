/** The typed array that holds the elements of each dtype. 16-bit floats are kept as their bits, booleans as 0 and 1. */
export interface SafetensorsArrays {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U8: Uint8Array;
  U16: Uint16Array;
  U32: Uint32Array;
  U64: BigUint64Array;
  BOOL: Uint8Array;
}

export type SafetensorsDtype = keyof SafetensorsArrays;

/** A plain array: elements in row-major order. The array type follows from the dtype. */
export type SafetensorsTensor = {
  [D in SafetensorsDtype]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: SafetensorsArrays[D] };
}[SafetensorsDtype];

/** Tensors by name. */
export type SafetensorsTensors = Readonly<Record<string, SafetensorsTensor>>;

type ArrayConstructor<T> = { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBufferLike, byteOffset: number, length: number): T };

const arrayConstructors: { readonly [D in SafetensorsDtype]: ArrayConstructor<SafetensorsArrays[D]> } = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  U64: BigUint64Array,
  BOOL: Uint8Array,
};

export const safetensorsDtypes = Object.keys(arrayConstructors) as readonly SafetensorsDtype[];

export function isSafetensorsDtype(name: unknown): name is SafetensorsDtype {
  return typeof name === 'string' && Object.hasOwn(arrayConstructors, name);
}

export function bytesPerElement(dtype: SafetensorsDtype): number {
  return arrayConstructors[dtype].BYTES_PER_ELEMENT;
}

/** True where `data` is the array type that holds `dtype`. */
export function holdsDtype(data: unknown, dtype: SafetensorsDtype): boolean {
  return data instanceof arrayConstructors[dtype];
}

/**
 * The tensor over `bytes`: a view where they are aligned for the dtype, else a copy.
 * `bytes` must hold exactly the elements of the shape.
 */
export function tensorOver(dtype: SafetensorsDtype, shape: readonly number[], bytes: Uint8Array): SafetensorsTensor {
  const size = bytesPerElement(dtype);
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const data = new arrayConstructors[dtype](aligned.buffer, aligned.byteOffset, aligned.byteLength / size);
  // The table above pairs every dtype with its array; TypeScript does not follow the pairing through a union.
  return { dtype, shape, data } as SafetensorsTensor;
}
