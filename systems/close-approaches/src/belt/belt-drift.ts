import { keplerDrift } from '../dynamics/kepler-drift.js';
import { stateSize } from '../dynamics/massive-bodies.js';

/** Largest |βX²| of which the series below leaves less than 2⁻⁵³. */
const largestArgument = 0.4;
/** An iteration is the last one where it moves X by a share of at most this, so that what it leaves is far under 2⁻⁵³. */
const smallCorrection = 1e-4;
/** Bound of F''·δ/(2F') at the last iteration: the neglected terms of the correction are 5 times its cube. */
const smallCurvature = 5e-5;
const mostIterations = 4;

const [sixth, twelfth, twentieth, third] = [1 / 6, 1 / 12, 1 / 20, 1 / 3];
/** 1/k!, k = 0 … 17. */
const f = factorialInverses(17);
const fallback = new Float64Array(stateSize);

/**
 * Moves particle `i` of a table (component k at `k·stride + i`) along its two-body orbit by `h` days, in place. The same
 * equation as `keplerDrift`, solved for the short arcs that steps are:
 *
 * - X starts from the inverse of the series h/r = X + ηX²/(2r) + ζX³/(6r) − βηX⁴/(24r) − βζX⁵/(120r), to the fifth power of h/r;
 * - one evaluation of the Stumpff series gives F and its first three derivatives, and these a correction δ of fourth order;
 * - G_1 … G_3 follow to X + δ by their own Taylor series, whose derivatives are G_0 … G_2 and −βG_1: no second evaluation.
 *
 * Where δ is too large another iteration follows; where the arc is too long for the series or four are not enough,
 * `keplerDrift` does the whole. A pure function of the state: it knows nothing of steps before. The compiled kernel does the
 * same operations in the same order.
 */
export function beltDrift(table: Float64Array, stride: number, i: number, mu: number, h: number): void {
  const [iy, iz, ivx, ivy, ivz] = [i + stride, i + 2 * stride, i + 3 * stride, i + 4 * stride, i + 5 * stride];
  const [x, y, z] = [table[i]!, table[iy]!, table[iz]!];
  const [vx, vy, vz] = [table[ivx]!, table[ivy]!, table[ivz]!];
  const r0 = Math.sqrt(x * x + y * y + z * z);
  const inverse = 1 / r0;
  const beta = 2 * mu * inverse - (vx * vx + vy * vy + vz * vz);
  const eta = x * vx + y * vy + z * vz;
  const zeta = mu - beta * r0;

  let X = startOf(h * inverse, beta, eta * inverse, zeta * inverse);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const X2 = X * X;
    const w = beta * X2;
    if (!(Math.abs(w) <= largestArgument)) break;
    const c3 = f[3]! - w * (f[5]! - w * (f[7]! - w * (f[9]! - w * (f[11]! - w * (f[13]! - w * (f[15]! - w * f[17]!))))));
    const c2 = f[2]! - w * (f[4]! - w * (f[6]! - w * (f[8]! - w * (f[10]! - w * (f[12]! - w * (f[14]! - w * f[16]!))))));
    const g0 = 1 - w * c2;
    const g1 = X * (1 - w * c3);
    const g2 = X2 * c2;
    const g3 = X2 * X * c3;
    const r = r0 + (eta * g1 + zeta * g2);
    const inverseSlope = 1 / r;
    const newton = (h - (r0 * X + (eta * g2 + zeta * g3))) * inverseSlope;
    const a = 0.5 * (eta * g0 + zeta * g1) * inverseSlope * newton;
    const b = sixth * (zeta * g0 - beta * eta * g1) * inverseSlope * (newton * newton);
    const d = newton * (1 - a + (2 * a * a - b));
    if (!(Math.abs(d) <= smallCorrection * Math.abs(X) && Math.abs(a) <= smallCurvature)) {
      X += d;
      continue;
    }
    const betaD = beta * d;
    const g1End = g1 + d * (g0 - 0.5 * betaD * (g1 + third * d * g0));
    const g2End = g2 + d * (g1 + 0.5 * d * (g0 - third * betaD * g1));
    const g3End = g3 + d * (g2 + 0.5 * d * (g1 + third * d * g0));
    const inverseEnd = 1 / (r0 + (eta * g1End + zeta * g2End));
    const [muG1, muG2] = [mu * g1End, mu * g2End];
    const [fMinusOne, g] = [muG2 * inverse, h - mu * g3End];
    const [fDot, gDotMinusOne] = [muG1 * inverse * inverseEnd, muG2 * inverseEnd];
    table[i] = x + (g * vx - fMinusOne * x);
    table[iy] = y + (g * vy - fMinusOne * y);
    table[iz] = z + (g * vz - fMinusOne * z);
    table[ivx] = vx - (fDot * x + gDotMinusOne * vx);
    table[ivy] = vy - (fDot * y + gDotMinusOne * vy);
    table[ivz] = vz - (fDot * z + gDotMinusOne * vz);
    return;
  }
  for (let k = 0; k < stateSize; k++) fallback[k] = table[k * stride + i]!;
  keplerDrift(fallback, 0, mu, h);
  for (let k = 0; k < stateSize; k++) table[k * stride + i] = fallback[k]!;
}

/** X to the fifth power of τ = h/r by reversion of the series, from β, η/r and ζ/r. */
function startOf(tau: number, beta: number, etaOverR: number, zetaOverR: number): number {
  const tau2 = tau * tau;
  const p = 0.5 * etaOverR * tau;
  const q = sixth * zetaOverR * tau2;
  const w = beta * tau2;
  const p2 = p * p;
  const fourth = p * (5 * (q - p2) + twelfth * w);
  const fifth = p2 * (14 * p2 - 21 * q - 0.5 * w) + q * (3 * q + twentieth * w);
  return tau * (1 - p + (2 * p2 - q) + (fourth + fifth));
}

function factorialInverses(last: number): number[] {
  const values = [1];
  let factorial = 1;
  for (let k = 1; k <= last; k++) {
    factorial *= k;
    values.push(1 / factorial);
  }
  return values;
}
