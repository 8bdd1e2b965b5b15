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

/** `⟨x, y⟩`. */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
