import { decodeFloat16, type DType, encodeFloat16, type Tensor, tensor } from '../../src/index.js';
import type { HostArray } from './case.js';

/* Host arrays to tensors and back; float16 elements are numbers on the host and bit patterns in a tensor. */

export const isFloatDType = (dtype: DType): boolean => dtype.startsWith('float');

/** The nearest number a dtype can hold: elements of a host array are exact, so that references see what the engine sees. */
export function roundTo(dtype: DType, x: number): number {
  if (dtype === 'float32') return Math.fround(x);
  if (dtype === 'float16') return decodeFloat16(encodeFloat16(x));
  return x;
}

export function toTensor({ dtype, shape, data }: HostArray): Tensor {
  return tensor(data, shape, dtype);
}

export async function toHost(x: Tensor): Promise<HostArray> {
  const elements = Array.from((await x.data()) as ArrayLike<number | bigint>, Number);
  return { dtype: x.dtype, shape: x.shape, data: x.dtype === 'float16' ? elements.map(decodeFloat16) : elements };
}

export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
