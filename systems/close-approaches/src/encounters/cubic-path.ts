import type { PlanetStep } from './planet-steps.js';
import { QuinticPath, type RelativePath } from './relative-path.js';

/**
 * The squared distance as the cubic through its values D (au²) and rates D' at both ends of a step, never below 0: the detector of
 * MERCURY (Chambers 1999) and its successors. At long steps the cubic dips below distances that the bodies never have. The states
 * that go with a time are those of the quintic.
 */
export class CubicPath implements RelativePath {
  readonly #states = new QuinticPath();
  #h = 1;
  #start = 0;
  #end = 0;
  /** Coefficients of the derivative in τ: aτ² + bτ + c. */
  #a = 0;
  #b = 0;
  #c = 0;
  #tau = 0;

  get relative(): Float64Array {
    return this.#states.relative;
  }

  get planet(): Float64Array {
    return this.#states.planet;
  }

  place(planets: PlanetStep, planet: number, before: Float64Array, offset: number, after: Float64Array): void {
    this.#states.place(planets, planet, before, offset, after);
    const [startRate, endRate] = [this.#endPoint(0), this.#endPoint(planets.h)];
    const h = planets.h;
    this.#h = h;
    this.#a = 6 * (this.#start - this.#end) + 3 * h * (startRate + endRate);
    this.#b = 6 * (this.#end - this.#start) - 2 * h * (2 * startRate + endRate);
    this.#c = h * startRate;
  }

  moveTo(time: number): void {
    this.#states.moveTo(time);
    this.#tau = time / this.#h;
  }

  squaredDistance(): number {
    return this.#at(this.#tau);
  }

  approachRate(): number {
    return (0.5 * (this.#c + this.#tau * (this.#b + this.#tau * this.#a))) / this.#h;
  }

  /** The smallest value within the step, ends included, au². */
  smallest(): number {
    const tau = risingRoot(this.#a, this.#b, this.#c);
    const least = Math.min(this.#start, this.#end);
    return tau > 0 && tau < 1 ? Math.min(least, this.#at(tau)) : least;
  }

  #at(tau: number): number {
    return Math.max(0, this.#start + tau * (this.#c + tau * (0.5 * this.#b + (tau * this.#a) / 3)));
  }

  /** Keeps D at one end; returns D'. */
  #endPoint(time: number): number {
    this.#states.moveTo(time);
    const s = this.#states.relative;
    const squared = s[0]! * s[0]! + s[1]! * s[1]! + s[2]! * s[2]!;
    if (time === 0) this.#start = squared;
    else this.#end = squared;
    return 2 * (s[0]! * s[3]! + s[1]! * s[4]! + s[2]! * s[5]!);
  }
}

/** The root of aτ² + bτ + c where it rises: the cubic's minimum. NaN where there is none. */
function risingRoot(a: number, b: number, c: number): number {
  if (a === 0) return b > 0 ? -c / b : NaN;
  const discriminant = b * b - 4 * a * c;
  if (!(discriminant > 0)) return NaN;
  const root = Math.sqrt(discriminant);
  return b >= 0 ? (-2 * c) / (b + root) : (root - b) / (2 * a);
}
