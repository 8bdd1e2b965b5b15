import { f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17 } from './factorials';
import { keplerDrift } from './kepler-drift';

const largestArgument: f64 = 0.4;
const smallCorrection: f64 = 1e-4;
const smallCurvature: f64 = 5e-5;
const mostIterations: i32 = 4;

/**
 * `longDrift` of the plain implementation, with its operations in its order: one particle whose arc is too
 * long for `driftPairs`, from the X where that started.
 */
export function longDrift(at: usize, stride: usize, mu: f64, h: f64, X: f64): void {
  const x = load<f64>(at);
  const y = load<f64>(at + stride);
  const z = load<f64>(at + 2 * stride);
  const vx = load<f64>(at + 3 * stride);
  const vy = load<f64>(at + 4 * stride);
  const vz = load<f64>(at + 5 * stride);
  const r2 = x * x + y * y + z * z;
  const r0 = sqrt(r2);
  const inverse = r0 * (1 / r2);
  const beta = 2 * mu * inverse - (vx * vx + vy * vy + vz * vz);
  const eta = x * vx + y * vy + z * vz;
  const zeta = mu - beta * r0;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const X2 = X * X;
    const w = beta * X2;
    if (!(abs(w) <= largestArgument)) break;
    const c3 = f3 - w * (f5 - w * (f7 - w * (f9 - w * (f11 - w * (f13 - w * (f15 - w * f17))))));
    const c2 = f2 - w * (f4 - w * (f6 - w * (f8 - w * (f10 - w * (f12 - w * (f14 - w * f16))))));
    const g0 = 1 - w * c2;
    const g1 = X * (1 - w * c3);
    const g2 = X2 * c2;
    const g3 = X2 * X * c3;
    const inverseSlope = 1 / (r0 + (eta * g1 + zeta * g2));
    const newton = (h - (r0 * X + (eta * g2 + zeta * g3))) * inverseSlope;
    const a = 0.5 * (eta * g0 + zeta * g1) * inverseSlope * newton;
    const b = (1.0 / 6.0) * (zeta * g0 - beta * eta * g1) * inverseSlope * (newton * newton);
    const d = newton * (1 - a + (2 * a * a - b));
    if (!(abs(d) <= smallCorrection * abs(X) && abs(a) <= smallCurvature)) {
      X += d;
      continue;
    }
    const betaD = beta * d;
    const g1End = g1 + d * (g0 - 0.5 * betaD * (g1 + (1.0 / 3.0) * d * g0));
    const g2End = g2 + d * (g1 + 0.5 * d * (g0 - (1.0 / 3.0) * betaD * g1));
    const g3End = g3 + d * (g2 + 0.5 * d * (g1 + (1.0 / 3.0) * d * g0));
    const inverseEnd = 1 / (r0 + (eta * g1End + zeta * g2End));
    const muG2 = mu * g2End;
    const f = muG2 * inverse;
    const g = h - mu * g3End;
    const fDot = mu * g1End * inverse * inverseEnd;
    const gDot = muG2 * inverseEnd;
    store<f64>(at, x + (g * vx - f * x));
    store<f64>(at + stride, y + (g * vy - f * y));
    store<f64>(at + 2 * stride, z + (g * vz - f * z));
    store<f64>(at + 3 * stride, vx - (fDot * x + gDot * vx));
    store<f64>(at + 4 * stride, vy - (fDot * y + gDot * vy));
    store<f64>(at + 5 * stride, vz - (fDot * z + gDot * vz));
    return;
  }
  keplerDrift(at, stride, mu, h);
}
