import { c0, c1, c2, c3, stumpff } from './stumpff';

const newtonSteps: i32 = 32;
const laguerreSteps: i32 = 64;
const farShare: f64 = 0.01;

/** The orbit being solved, and the functions G_k at the last X. */
let distance: f64 = 0;
let beta: f64 = 0;
let eta: f64 = 0;
let zeta: f64 = 0;
let mu: f64 = 0;
let dt: f64 = 0;
let g1: f64 = 0;
let g2: f64 = 0;
let g3: f64 = 0;
let slope: f64 = 0;

/** `keplerDrift` of the plain implementation, with its operations in its order: any conic, any time. */
export function keplerDrift(at: usize, stride: usize, gm: f64, h: f64): void {
  const x = load<f64>(at);
  const y = load<f64>(at + stride);
  const z = load<f64>(at + 2 * stride);
  const vx = load<f64>(at + 3 * stride);
  const vy = load<f64>(at + 4 * stride);
  const vz = load<f64>(at + 5 * stride);
  mu = gm;
  dt = h;
  distance = sqrt(x * x + y * y + z * z);
  beta = (2 * mu) / distance - (vx * vx + vy * vy + vz * vz);
  eta = x * vx + y * vy + z * vz;
  zeta = mu - beta * distance;
  solve();
  const f = (-mu * g2) / distance;
  const g = dt - mu * g3;
  const fDot = (-mu * g1) / (distance * slope);
  const gDot = (-mu * g2) / slope;
  store<f64>(at, x + (f * x + g * vx));
  store<f64>(at + stride, y + (f * y + g * vy));
  store<f64>(at + 2 * stride, z + (f * z + g * vz));
  store<f64>(at + 3 * stride, vx + (fDot * x + gDot * vx));
  store<f64>(at + 4 * stride, vy + (fDot * y + gDot * vy));
  store<f64>(at + 5 * stride, vz + (fDot * z + gDot * vz));
}

function evaluateAt(X: f64): void {
  stumpff(beta * X * X);
  g1 = X * c1;
  g2 = X * X * c2;
  g3 = X * X * X * c3;
  slope = distance + eta * g1 + zeta * g2;
}

function solve(): void {
  const first = beta > 0 ? (dt / distance) * (1 - (dt * eta) / (2 * distance * distance)) : 0;
  evaluateAt(first);
  const second = newtonStep(first);
  const period = beta > 0 ? (2 * Math.PI) / sqrt(beta) : Infinity;
  const isNear = abs(second - first) < farShare * period;
  if (isNear ? newton(second, first) : laguerre((beta * dt) / mu)) return;
  bisect(period);
}

function newtonStep(X: f64): f64 {
  return (X * (eta * g1 + zeta * g2) - eta * g2 - zeta * g3 + dt) / slope;
}

function newton(start: f64, before: f64): bool {
  let older = NaN;
  let old = before;
  let X = start;
  for (let step = 0; step < newtonSteps; step++) {
    evaluateAt(X);
    const next = newtonStep(X);
    older = old;
    old = X;
    X = next;
    if (X == old || X == older) {
      evaluateAt(X);
      return isFinite(X);
    }
  }
  return false;
}

function laguerre(start: f64): bool {
  let older = NaN;
  let old = NaN;
  let X = start;
  for (let step = 0; step < laguerreSteps; step++) {
    evaluateAt(X);
    const value = distance * X + eta * g2 + zeta * g3 - dt;
    const curvature = eta * c0 + zeta * g1;
    const root = sqrt(abs(16 * slope * slope - 20 * value * curvature));
    older = old;
    old = X;
    X = X - (5 * value) / (slope + root);
    if (X == old || X == older) {
      evaluateAt(X);
      return isFinite(X);
    }
  }
  return false;
}

function bisect(period: f64): void {
  let low: f64;
  let high: f64;
  if (beta > 0) {
    const revolutions = floor((dt * beta) / (mu * period));
    low = revolutions * period;
    high = (revolutions + 1) * period;
  } else {
    const speedSquared = (2 * mu) / distance - beta;
    const h2 = max(0, distance * distance * speedSquared - eta * eta);
    const q = h2 / mu / (1 + sqrt(max(0, 1 - (h2 * beta) / (mu * mu))));
    const fastest = q > 0 ? sqrt(h2) / q : sqrt(speedSquared);
    const slow = dt / (distance + abs(fastest * dt));
    const quick = dt / q;
    low = dt < 0 ? max(quick, -f64.MAX_VALUE) : slow;
    high = dt < 0 ? slow : min(quick, f64.MAX_VALUE);
  }
  for (;;) {
    const X = 0.5 * (low + high);
    evaluateAt(X);
    if (!(X > low && X < high)) return;
    const value = distance * X + eta * g2 + zeta * g3 - dt;
    if (isNaN(value) ? X < 0 : value < 0) low = X;
    else high = X;
  }
}
