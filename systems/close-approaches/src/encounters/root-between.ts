const mostIterations = 200;

/**
 * A root of `f` between `a` and `b`, where it has the values `fa` and `fb` of different signs, to `tolerance` in the argument.
 * The Illinois form of false position, with a bisection wherever that does not halve the interval within three iterations.
 */
export function rootBetween(f: (x: number) => number, a: number, fa: number, b: number, fb: number, tolerance: number): number {
  if (fa === 0) return a;
  if (fb === 0) return b;
  let [low, fLow, high, fHigh] = [a, fa, b, fb];
  let kept = 0;
  let width = Math.abs(b - a);
  for (let iteration = 0; iteration < mostIterations && Math.abs(high - low) > tolerance; iteration++) {
    const isSlow = iteration % 3 === 2 && Math.abs(high - low) > 0.5 * width;
    if (iteration % 3 === 2) width = Math.abs(high - low);
    const x = isSlow ? 0.5 * (low + high) : (low * fHigh - high * fLow) / (fHigh - fLow);
    if (x === low || x === high) return x;
    const value = f(x);
    if (value === 0) return x;
    if (value > 0 === fHigh > 0) {
      [high, fHigh] = [x, value];
      if (kept === 1) fLow *= 0.5;
      kept = 1;
    } else {
      [low, fLow] = [x, value];
      if (kept === -1) fHigh *= 0.5;
      kept = -1;
    }
  }
  return Math.abs(fLow) < Math.abs(fHigh) ? low : high;
}
