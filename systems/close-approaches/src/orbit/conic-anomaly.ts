import { stumpff, type StumpffValues } from '../dynamics/stumpff.js';
import { atan, exp, log, sinCos, type SineCosine } from '../mathematics/index.js';

/** Below it differences such as E − sin E come from their series. */
const smallAngle = 0.5;

const circle: SineCosine = { sine: 0, cosine: 1 };
const c: StumpffValues = { c0: 1, c1: 1, c2: 0.5, c3: 1 / 6 };

/** Functions of an eccentric anomaly x: on ellipses sin x, cos x, 1 − cos x, x − sin x; on hyperbolas their counterparts. */
export interface AnomalyFunctions {
  /** sin x or sinh x. */
  sine: number;
  /** cos x or cosh x. */
  cosine: number;
  /** 1 − cos x or cosh x − 1. */
  versine: number;
  /** x − sin x or sinh x − x. */
  excess: number;
}

/** The circular functions of `x` in radians, each accurate relative to its own size; |x| ≤ 2π. */
export function circularFunctions(x: number, out: AnomalyFunctions): void {
  if (Math.abs(x) < smallAngle) fromSeries(x, x * x, out);
  else {
    sinCos(x, circle);
    out.sine = circle.sine;
    out.cosine = circle.cosine;
    out.versine = 1 - circle.cosine;
    out.excess = x - circle.sine;
  }
}

/** The hyperbolic functions of `x`, each accurate relative to its own size. */
export function hyperbolicFunctions(x: number, out: AnomalyFunctions): void {
  if (Math.abs(x) < smallAngle) {
    fromSeries(x, -x * x, out);
    return;
  }
  const growing = exp(x);
  out.sine = 0.5 * (growing - 1 / growing);
  out.cosine = 0.5 * (growing + 1 / growing);
  out.versine = out.cosine - 1;
  out.excess = out.sine - x;
}

function fromSeries(x: number, z: number, out: AnomalyFunctions): void {
  stumpff(z, c);
  out.sine = x * c.c1;
  out.cosine = c.c0;
  out.versine = x * x * c.c2;
  out.excess = x * x * x * c.c3;
}

/** artanh t for |t| < 1. */
export function artanh(t: number): number {
  if (Math.abs(t) > 0.1) return 0.5 * log((1 + t) / (1 - t));
  const z = t * t;
  let sum = 0;
  for (let k = 17; k >= 3; k -= 2) sum = z * (1 / k + sum);
  return t + t * sum;
}

/** arctan(√z)/√z for z > 0, artanh(√−z)/√−z for −1 < z < 0, 1 at 0: the bridge from ellipses to hyperbolas. */
export function arctangentRatio(z: number): number {
  const root = Math.sqrt(Math.abs(z));
  if (root < 1e-9) return 1;
  return z > 0 ? atan(root) / root : artanh(root) / root;
}
