import { PreconditionerError } from '../errors.js';

/** A mean and the interval that holds the expectation with a given confidence. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Student's interval of a normal sample, mean ± t·s/√n with t of n − 1 degrees of freedom; infinite where a value is.
 * @throws {PreconditionerError} `empty` for fewer than two values
 */
export function studentInterval(values: readonly number[], confidence = 0.95): Interval {
  const n = values.length;
  if (n < 2) throw new PreconditionerError('empty', `Student's interval: expected at least two values, got ${n}`);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (!Number.isFinite(mean)) return { mean, low: -Infinity, high: Infinity };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile((1 + confidence) / 2, n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}

/**
 * P(|T| ≤ t) of Student's distribution with ν degrees of freedom, a finite sum for whole ν (Abramowitz, Stegun 26.7.3 and
 * 26.7.4): with θ = atan(t/√ν) for odd ν (2/π)·(θ + sin θ·(cos θ + ⅔cos³θ + …)), for even ν sin θ·(1 + ½cos²θ + ⅜cos⁴θ + …).
 */
export function studentProbability(t: number, degrees: number): number {
  if (!Number.isSafeInteger(degrees) || degrees < 1) {
    throw new PreconditionerError(
      'argument',
      `Student's distribution: expected a whole number of degrees of freedom from 1, got ${degrees}`,
    );
  }
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** The t with P(T ≤ t) = `probability`, from ½ to below 1, by bisection to float64. */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(probability >= 0.5 && probability < 1)) {
    throw new PreconditionerError('argument', `Student's quantile: expected a probability from 0.5 to below 1, got ${probability}`);
  }
  const target = 2 * probability - 1;
  let [low, high] = [0, 1];
  while (studentProbability(high, degrees) < target) high *= 2;
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2;
    if (studentProbability(middle, degrees) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
