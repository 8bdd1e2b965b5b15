import { exp, log } from '../mathematics/index.js';
import { StatisticsError } from './statistics-error.js';

/** Confidence limits, lower and upper. */
export type Interval = readonly [number, number];

/**
 * Exact interval for the mean of a Poisson variable of which `count` was seen (Garwood, Biometrika 28, 1936): from
 * ½χ²(α/2; 2n) to ½χ²(1 − α/2; 2n + 2).
 * @throws {StatisticsError} `argument`
 */
export function garwoodInterval(count: number, level = 0.95): Interval {
  if (!(Number.isSafeInteger(count) && count >= 0) || !(level > 0 && level < 1)) {
    throw new StatisticsError(
      'argument',
      `Poisson interval: expected a count from 0 on and a level between 0 and 1, got ${count} and ${level}; correct them`,
    );
  }
  const tail = 0.5 * (1 - level);
  return [count === 0 ? 0 : gammaQuantile(count, tail), gammaQuantile(count + 1, 1 - tail)];
}

/** The x with P(shape, x) = `probability`, by bisection until its ends are neighbours or agree to 10⁻¹⁴. */
function gammaQuantile(shape: number, probability: number): number {
  let [low, high] = [0, shape + 10 * Math.sqrt(shape) + 50];
  while (high - low > 1e-14 * high) {
    const middle = 0.5 * (low + high);
    if (middle === low || middle === high) break;
    if (lowerGamma(shape, middle) < probability) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/**
 * Regularised lower incomplete gamma function P(n, x) of a whole n ≥ 1: by its power series below n + 1, by Lentz's method for
 * the continued fraction of its complement above (Press et al., Numerical Recipes, section 6.2).
 */
export function lowerGamma(n: number, x: number): number {
  if (x <= 0) return 0;
  const scale = exp(n * log(x) - x - logFactorial(n - 1));
  if (x < n + 1) {
    let [term, sum] = [1 / n, 1 / n];
    for (let k = n + 1; term > 1e-17 * sum; k++) {
      term *= x / k;
      sum += term;
    }
    return scale * sum;
  }
  let b = x + 1 - n;
  let [c, d] = [1e300, 1 / b];
  let fraction = d;
  for (let k = 1, change = 0; Math.abs(change - 1) > 1e-16 && k < 100_000; k++) {
    const a = -k * (k - n);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    change = c * d;
    fraction *= change;
  }
  return 1 - scale * fraction;
}

/** ln n!: the product below 20, Stirling's series from there on. */
export function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return log(product);
  }
  const z = n + 1;
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return (z - 0.5) * log(z) - z + 0.5 * log(2 * Math.PI) + series;
}
