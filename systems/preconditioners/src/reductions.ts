/** The sum, in float64; 0 of nothing. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** The least element, NaN where one is; ∞ of nothing. */
export function minimumOf(values: ArrayLike<number>): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i]!);
  return least;
}

/** The largest element, NaN where one is; −∞ of nothing. */
export function maximumOf(values: ArrayLike<number>): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  return most;
}

/** How many elements fulfil a condition. */
export function countOf(values: ArrayLike<number>, condition: (value: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (condition(values[i]!)) count++;
  return count;
}

/** Whether no element is NaN or infinite. */
export function allFinite(values: ArrayLike<number>): boolean {
  // Of finite numbers, and of them alone, the difference with themselves is zero.
  for (let i = 0; i < values.length; i++) if (values[i]! - values[i]! !== 0) return false;
  return true;
}

/** `x + factor·y` in the precision of `x`. */
export function addScaled<Array extends Float64Array | Float32Array>(x: Array, y: ArrayLike<number>, factor: number): Array {
  const sum = x.slice() as Array;
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + factor * y[i]!;
  return sum;
}

/** `factor·x` in the precision of `x`. */
export function scaledBy<Array extends Float64Array | Float32Array>(x: Array, factor: number): Array {
  const product = x.slice() as Array;
  for (let i = 0; i < product.length; i++) product[i] = factor * product[i]!;
  return product;
}

/** `⟨x, y⟩`. */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
