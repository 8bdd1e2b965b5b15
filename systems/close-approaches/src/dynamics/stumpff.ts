/** The functions c_0 … c_3 at one argument. */
export interface StumpffValues {
  c0: number;
  c1: number;
  c2: number;
  c3: number;
}

/** 1/k! of the series of c_3 and c_2, up to the 15th factorial: below |z| = 0.1 the rest is under 10⁻²⁰. */
const inverseFactorials = Array.from({ length: 16 }, (_, k) => {
  let factorial = 1;
  for (let j = 2; j <= k; j++) factorial *= j;
  return 1 / factorial;
});
const largestDirectArgument = 0.1;

/**
 * Stumpff functions c_k(z) = Σ_j (−z)^j/(k + 2j)!, k = 0 … 3, written to `out`: cos √z and sin √z/√z for z > 0, their
 * hyperbolic forms for z < 0. The argument is quartered until the series is short, and the results are doubled back:
 * c_3 ← (c_2 + c_0·c_3)/4, c_2 ← c_1²/2, c_1 ← c_0·c_1, c_0 ← 2·c_0² − 1 (Danby, Fundamentals of Celestial Mechanics, §6.9).
 * Of an infinite argument all are NaN.
 */
export function stumpff(z: number, out: StumpffValues): void {
  if (!Number.isFinite(z)) {
    out.c0 = out.c1 = out.c2 = out.c3 = NaN;
    return;
  }
  let quarters = 0;
  let x = z;
  while (x > largestDirectArgument || x < -largestDirectArgument) {
    x *= 0.25;
    quarters++;
  }
  const f = inverseFactorials;
  let c3 = f[3]! - x * (f[5]! - x * (f[7]! - x * (f[9]! - x * (f[11]! - x * (f[13]! - x * f[15]!)))));
  let c2 = f[2]! - x * (f[4]! - x * (f[6]! - x * (f[8]! - x * (f[10]! - x * (f[12]! - x * f[14]!)))));
  let c1 = 1 - x * c3;
  let c0 = 1 - x * c2;
  for (; quarters > 0; quarters--) {
    c3 = 0.25 * (c2 + c0 * c3);
    c2 = 0.5 * c1 * c1;
    c1 = c0 * c1;
    c0 = 2 * c0 * c0 - 1;
  }
  out.c0 = c0;
  out.c1 = c1;
  out.c2 = c2;
  out.c3 = c3;
}
