/**
 * Deterministic values that every contender computes for itself, bit for bit: the same in `peers/formula.py`.
 * Element `i` of stream `s` is a 32-bit integer hash of `i + 1 + 0x9E3779B9·(s + 1)` (mod 2³²) with the finaliser
 * "lowbias32" (C. Wellons, https://nullprogram.com/blog/2018/07/31/, public domain).
 */

/** Streams of data start here; parameter number `j` is stream `j`. */
export const dataStream = 1000;

/** Element `index` of stream `stream`: an integer from 0 to 2³² − 1. */
export function hash(index: number, stream: number): number {
  let bits = (index + 1 + Math.imul(0x9e3779b9, stream + 1)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** `length` values spread evenly over `±√3·deviation`, hence of standard deviation `deviation`, rounded to float32. */
export function uniform(length: number, stream: number, deviation: number): Float32Array {
  const scale = deviation * Math.sqrt(3);
  return Float32Array.from({ length }, (_, index) => scale * ((2 * hash(index, stream)) / 2 ** 32 - 1));
}

/** `length` integers from 0 to `classes` − 1. */
export function integers(length: number, stream: number, classes: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => hash(index, stream) % classes);
}

/**
 * `Σ vᵢ·rᵢ / √n` with `r` the uniform stream `dataStream + 2`: one scalar of the size of `values`' root mean square that
 * a permuted, transposed or rescaled array does not share.
 */
export function projection(values: ArrayLike<number>): number {
  const weights = uniform(values.length, dataStream + 2, 1);
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index] ?? 0) * (weights[index] ?? 0);
  return sum / Math.sqrt(values.length);
}
