import { type DType, type Tensor, tensor } from '../../src/index.js';
import type { HostArray } from './case.js';

/* Host arrays to tensors and back; float16 elements are numbers on the host and bit patterns in a tensor. */

export const isFloatDType = (dtype: DType): boolean => dtype.startsWith('float');

/** The nearest number a dtype can hold: elements of a host array are exact, so that references see what the engine sees. */
export function roundTo(dtype: DType, x: number): number {
  if (dtype === 'float32') return Math.fround(x);
  if (dtype === 'float16') return decodeHalf(encodeHalf(x));
  return x;
}

export function toTensor({ dtype, shape, data }: HostArray): Tensor {
  return tensor(dtype === 'float16' ? data.map(encodeHalf) : data, shape, dtype);
}

export async function toHost(x: Tensor): Promise<HostArray> {
  const elements = Array.from(await x.data() as ArrayLike<number | bigint>, Number);
  return { dtype: x.dtype, shape: x.shape, data: x.dtype === 'float16' ? elements.map(decodeHalf) : elements };
}

/** IEEE 754 binary16 bits of a number, rounded to nearest, ties to even. */
export function encodeHalf(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // Spacing of halves around x: 2^(exponent − 10), with the subnormals' 2^−24 at the least.
  const exponent = Math.max(Math.floor(Math.log2(magnitude || 1e-9)), -14);
  const units = roundHalfToEven(magnitude / 2 ** (exponent - 10));
  // A carry into the next binade (units = 2048) turns into the right bits by itself.
  return sign | ((exponent + 14) * 1024 + units);
}

export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
