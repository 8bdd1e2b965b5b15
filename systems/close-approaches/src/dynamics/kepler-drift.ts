import { stumpff, type StumpffValues } from './stumpff.js';

/** The equation of a drift: everything about an orbit that the solution for X needs. */
interface Orbit {
  readonly distance: number;
  /** β = 2μ/r − v²; positive on ellipses. */
  readonly beta: number;
  /** η = r·v. */
  readonly eta: number;
  /** ζ = μ − β·r. */
  readonly zeta: number;
  readonly mu: number;
  readonly dt: number;
}

/** The functions G_k(X) = X^k·c_k(βX²) at the solution, and the distance there. */
interface Solution {
  g1: number;
  g2: number;
  g3: number;
  distance: number;
}

const newtonSteps = 32;
const laguerreSteps = 64;
/** A first step that moves X by more than this share of a revolution has started outside Newton's reach. */
const farShare = 0.01;

const c: StumpffValues = { c0: 0, c1: 0, c2: 0, c3: 0 };
const solution: Solution = { g1: 0, g2: 0, g3: 0, distance: 0 };

/**
 * Moves one body along its two-body orbit by `dt` (days; negative goes back), in place. `state` holds x, y, z, vx, vy, vz from
 * `offset` on, relative to a mass of μ = `mu` (au³/d²). Any conic, any dt; the radius vector must not vanish.
 *
 * Universal variables: r·X + η·G_2 + ζ·G_3 = dt, then increments of position and velocity rather than new values, so that
 * rounding errors stay unbiased (Rein & Tamayo 2015, arXiv:1506.01084, §2.2).
 */
export function keplerDrift(state: Float64Array, offset: number, mu: number, dt: number): void {
  const [x, y, z] = [state[offset]!, state[offset + 1]!, state[offset + 2]!];
  const [vx, vy, vz] = [state[offset + 3]!, state[offset + 4]!, state[offset + 5]!];
  const distance = Math.sqrt(x * x + y * y + z * z);
  const beta = (2 * mu) / distance - (vx * vx + vy * vy + vz * vz);
  const eta = x * vx + y * vy + z * vz;
  solve({ distance, beta, eta, zeta: mu - beta * distance, mu, dt });

  const f = (-mu * solution.g2) / distance;
  const g = dt - mu * solution.g3;
  const fDot = (-mu * solution.g1) / (distance * solution.distance);
  const gDot = (-mu * solution.g2) / solution.distance;
  state[offset] = x + (f * x + g * vx);
  state[offset + 1] = y + (f * y + g * vy);
  state[offset + 2] = z + (f * z + g * vz);
  state[offset + 3] = vx + (fDot * x + gDot * vx);
  state[offset + 4] = vy + (fDot * y + gDot * vy);
  state[offset + 5] = vz + (fDot * z + gDot * vz);
}

/** G_1 … G_3 at X into `solution`; the distance r + η·G_1 + ζ·G_2 with them. */
function evaluateAt(X: number, { beta, distance, eta, zeta }: Orbit): void {
  stumpff(beta * X * X, c);
  solution.g1 = X * c.c1;
  solution.g2 = X * X * c.c2;
  solution.g3 = X * X * X * c.c3;
  solution.distance = distance + eta * solution.g1 + zeta * solution.g2;
}

/** Leaves G_k at the X that solves the orbit's equation in `solution`. */
function solve(orbit: Orbit): void {
  const { distance, beta, eta, dt, mu } = orbit;
  const first = beta > 0 ? (dt / distance) * (1 - (dt * eta) / (2 * distance * distance)) : 0;
  evaluateAt(first, orbit);
  const second = newtonStep(first, orbit);
  const period = beta > 0 ? (2 * Math.PI) / Math.sqrt(beta) : Infinity;
  const isNear = Math.abs(second - first) < farShare * period;
  if (isNear ? newton(second, first, orbit) : laguerre((beta * dt) / mu, orbit)) return;
  bisect(orbit, period);
}

/** One Newton step, in the form that cancels least: X ← (X·(η·G_1 + ζ·G_2) − η·G_2 − ζ·G_3 + dt)/r(X). */
function newtonStep(X: number, { eta, zeta, dt }: Orbit): number {
  const { g1, g2, g3, distance } = solution;
  return (X * (eta * g1 + zeta * g2) - eta * g2 - zeta * g3 + dt) / distance;
}

/** Newton's iteration until X repeats one of its last two values bit for bit. */
function newton(start: number, before: number, orbit: Orbit): boolean {
  let [older, old, X] = [NaN, before, start];
  for (let step = 0; step < newtonSteps; step++) {
    evaluateAt(X, orbit);
    const next = newtonStep(X, orbit);
    [older, old, X] = [old, X, next];
    if (X === old || X === older) {
      evaluateAt(X, orbit);
      return Number.isFinite(X);
    }
  }
  return false;
}

/** Laguerre and Conway's iteration of order 5, which converges from afar. */
function laguerre(start: number, orbit: Orbit): boolean {
  const { distance: r, eta, zeta, dt } = orbit;
  let [older, old, X] = [NaN, NaN, start];
  for (let step = 0; step < laguerreSteps; step++) {
    evaluateAt(X, orbit);
    const { g1, g2, g3, distance } = solution;
    const value = r * X + eta * g2 + zeta * g3 - dt;
    const curvature = eta * c.c0 + zeta * g1;
    const root = Math.sqrt(Math.abs(16 * distance * distance - 20 * value * curvature));
    [older, old, X] = [old, X, X - (5 * value) / (distance + root)];
    if (X === old || X === older) {
      evaluateAt(X, orbit);
      return Number.isFinite(X);
    }
  }
  return false;
}

/** Halves an interval that holds the solution until it has no number inside. */
function bisect(orbit: Orbit, period: number): void {
  const { distance: r, eta, zeta, dt } = orbit;
  let [low, high] = bracket(orbit, period);
  for (;;) {
    const X = 0.5 * (low + high);
    evaluateAt(X, orbit);
    if (!(X > low && X < high)) return;
    const value = r * X + eta * solution.g2 + zeta * solution.g3 - dt;
    // Where the functions overflow they have the sign of X.
    if (Number.isNaN(value) ? X < 0 : value < 0) low = X;
    else high = X;
  }
}

/**
 * Bounds of X. Elliptic: whole revolutions before and after dt. Open orbits: no body is nearer than the pericentre, so
 * |X| ≤ |dt|/q, and none farther than it gets at its greatest speed.
 */
function bracket({ distance, beta, eta, mu, dt }: Orbit, period: number): [number, number] {
  if (beta > 0) {
    const revolutions = Math.floor((dt * beta) / (mu * period));
    return [revolutions * period, (revolutions + 1) * period];
  }
  const speedSquared = (2 * mu) / distance - beta;
  const h2 = Math.max(0, distance * distance * speedSquared - eta * eta);
  const q = h2 / mu / (1 + Math.sqrt(Math.max(0, 1 - (h2 * beta) / (mu * mu))));
  const fastest = q > 0 ? Math.sqrt(h2) / q : Math.sqrt(speedSquared);
  const slow = dt / (distance + Math.abs(fastest * dt));
  const quick = dt / q;
  return dt < 0 ? [Math.max(quick, -Number.MAX_VALUE), slow] : [slow, Math.min(quick, Number.MAX_VALUE)];
}
