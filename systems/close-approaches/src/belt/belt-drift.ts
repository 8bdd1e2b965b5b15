import { keplerDrift } from '../dynamics/kepler-drift.js';
import { stateSize } from '../dynamics/massive-bodies.js';

/** Largest (βX²)² of which six terms of the series leave less than 2⁻⁵³. */
const shortArgument2 = 0.01;
/** Square of the largest correction, as a share of X, and of F''·δ/(2F'): the neglected terms are smaller than their cube. */
const shortCorrection2 = 1e-12;

/** Largest |βX²| of which eight terms of the series leave less than 2⁻⁵³. */
const longArgument = 0.4;
/** An iteration is the last one where it moves X by a share of at most this, so that what it leaves is far under 2⁻⁵³. */
const smallCorrection = 1e-4;
/** Bound of F''·δ/(2F') at the last iteration: the neglected terms of the correction are 5 times its cube. */
const smallCurvature = 5e-5;
const mostIterations = 4;

const [third, sixth] = [1 / 3, 1 / 6];
/** 1/k!, k = 0 … 17. */
const f = factorialInverses(17);
const fallback = new Float64Array(stateSize);

/** A two-body orbit from a place on it: the Sun's G·m, the time, r, 1/r, β, η and ζ. */
interface Arc {
  readonly mu: number;
  readonly h: number;
  readonly r0: number;
  readonly inverse: number;
  readonly beta: number;
  readonly eta: number;
  readonly zeta: number;
}

/**
 * Moves particle `i` of a table (component k at `k·stride + i`) along its two-body orbit by `h` days, in place. The same
 * equation as `keplerDrift`, solved for the short arcs that steps are:
 *
 * - X starts from the inverse of the series h/r = X + ηX²/(2r) + ζX³/(6r) − βηX⁴/(24r) − βζX⁵/(120r), to the fifth power of h/r;
 * - one evaluation of the Stumpff series gives F and its first two derivatives, and these a correction δ of third order;
 * - G_1 … G_3 follow to X + δ by their own Taylor series, whose derivatives are G_0 … G_2: no second evaluation.
 *
 * Where X or δ are too large, `longDrift` solves it. A pure function of the state: it knows nothing of steps before. The compiled kernel
 * does the same operations in the same order.
 */
export function beltDrift(table: Float64Array, stride: number, i: number, mu: number, h: number): void {
  const arc = arcOf(table, stride, i, mu, h);
  const { r0, inverse, beta, eta, zeta } = arc;
  const X = startOf(h * inverse, inverse, beta, eta, zeta);
  const X2 = X * X;
  const w = beta * X2;
  const w2 = w * w;
  const c3 = f[3]! - w * f[5]! + w2 * (f[7]! - w * f[9]! + w2 * (f[11]! - w * f[13]!));
  const c2 = f[2]! - w * f[4]! + w2 * (f[6]! - w * f[8]! + w2 * (f[10]! - w * f[12]!));
  const g2 = X2 * c2;
  const g3 = X2 * X * c3;
  const g1 = X - beta * g3;
  const g0 = 1 - beta * g2;
  const inverseSlope = 1 / (r0 + (eta * g1 + zeta * g2));
  const newton = (h - (r0 * X + (eta * g2 + zeta * g3))) * inverseSlope;
  const a = 0.5 * ((eta * g0 + zeta * g1) * inverseSlope) * newton;
  const d = newton - newton * a;
  if (w2 <= shortArgument2 && d * d <= shortCorrection2 * (X * X) && a * a <= shortCorrection2) {
    const half = 0.5 * d;
    const g1End = g1 + d * (g0 - half * (beta * g1));
    const g2End = g2 + d * (g1 + half * g0);
    const g3End = g3 + d * (g2 + half * g1);
    move(table, stride, i, arc, g1End, g2End, g3End);
  } else longDrift(table, stride, i, arc, X);
}

/** The same from `start` on, by iterations of fourth order; where the arc is too long for that too, `keplerDrift` does the whole. */
function longDrift(table: Float64Array, stride: number, i: number, arc: Arc, start: number): void {
  const { mu, h, r0, beta, eta, zeta } = arc;
  let X = start;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const X2 = X * X;
    const w = beta * X2;
    if (!(Math.abs(w) <= longArgument)) break;
    const c3 = f[3]! - w * (f[5]! - w * (f[7]! - w * (f[9]! - w * (f[11]! - w * (f[13]! - w * (f[15]! - w * f[17]!))))));
    const c2 = f[2]! - w * (f[4]! - w * (f[6]! - w * (f[8]! - w * (f[10]! - w * (f[12]! - w * (f[14]! - w * f[16]!))))));
    const g0 = 1 - w * c2;
    const g1 = X * (1 - w * c3);
    const g2 = X2 * c2;
    const g3 = X2 * X * c3;
    const inverseSlope = 1 / (r0 + (eta * g1 + zeta * g2));
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
    move(table, stride, i, arc, g1End, g2End, g3End);
    return;
  }
  for (let k = 0; k < stateSize; k++) fallback[k] = table[k * stride + i]!;
  keplerDrift(fallback, 0, mu, h);
  for (let k = 0; k < stateSize; k++) table[k * stride + i] = fallback[k]!;
}

function arcOf(table: Float64Array, stride: number, i: number, mu: number, h: number): Arc {
  const [x, y, z] = [table[i]!, table[i + stride]!, table[i + 2 * stride]!];
  const [vx, vy, vz] = [table[i + 3 * stride]!, table[i + 4 * stride]!, table[i + 5 * stride]!];
  const r2 = x * x + y * y + z * z;
  const r0 = Math.sqrt(r2);
  const inverse = r0 * (1 / r2);
  const beta = 2 * mu * inverse - (vx * vx + vy * vy + vz * vz);
  return { mu, h, r0, inverse, beta, eta: x * vx + y * vy + z * vz, zeta: mu - beta * r0 };
}

/** X to the fifth power of τ = h/r by reversion of the series. */
function startOf(tau: number, inverse: number, beta: number, eta: number, zeta: number): number {
  const perR = inverse * tau;
  const p = eta * perR;
  const q = zeta * perR * tau;
  const w = beta * (tau * tau);
  const p2 = p * p;
  const third = 0.5 * p2 - (1 / 6) * q;
  const fourth = p * ((5 / 12) * q - (5 / 8) * p2 + (1 / 24) * w);
  const fifth = p2 * ((7 / 8) * (p2 - q) - (1 / 8) * w) + q * ((1 / 12) * q + (1 / 120) * w);
  return tau * (1 - 0.5 * p + third + (fourth + fifth));
}

/** To the end of an arc, by small increments: they keep the roundings unbiased. */
function move(table: Float64Array, stride: number, i: number, arc: Arc, g1: number, g2: number, g3: number): void {
  const { mu, h, r0, inverse, eta, zeta } = arc;
  const [iy, iz, ivx, ivy, ivz] = [i + stride, i + 2 * stride, i + 3 * stride, i + 4 * stride, i + 5 * stride];
  const [x, y, z] = [table[i]!, table[iy]!, table[iz]!];
  const [vx, vy, vz] = [table[ivx]!, table[ivy]!, table[ivz]!];
  const inverseEnd = 1 / (r0 + (eta * g1 + zeta * g2));
  const [muG1, muG2] = [mu * g1, mu * g2];
  const [fMinusOne, g] = [muG2 * inverse, h - mu * g3];
  const [fDot, gDotMinusOne] = [muG1 * inverse * inverseEnd, muG2 * inverseEnd];
  table[i] = x + (g * vx - fMinusOne * x);
  table[iy] = y + (g * vy - fMinusOne * y);
  table[iz] = z + (g * vz - fMinusOne * z);
  table[ivx] = vx - (fDot * x + gDotMinusOne * vx);
  table[ivy] = vy - (fDot * y + gDotMinusOne * vy);
  table[ivz] = vz - (fDot * z + gDotMinusOne * vz);
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
