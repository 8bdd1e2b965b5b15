import { cbrt, log } from '../mathematics/index.js';
import { type AnomalyFunctions, circularFunctions, hyperbolicFunctions } from './conic-anomaly.js';
import { OrbitError } from './orbit-error.js';

const fullTurn = 2 * Math.PI;
const at: AnomalyFunctions = { sine: 0, cosine: 1, versine: 0, excess: 0 };
/** Newton's steps from above come closer each time; from these bounds fewer than 20 are needed. */
const mostSteps = 100;

/**
 * Eccentric anomaly E of a mean anomaly in radians and 0 ≤ e < 1: E − e·sin E = M. Beyond [−π, π] whole turns are taken off M and put
 * on E.
 *
 * The equation is solved as (1 − e)·E + e·(E − sin E) = M, whose terms do not cancel as e nears 1. It is convex on [0, π], so
 * Newton's iteration from an upper bound of E falls until rounding stops it.
 * @throws {OrbitError} `kepler-equation`
 */
export function eccentricAnomaly(meanAnomaly: number, eccentricity: number): number {
  if (!(eccentricity >= 0 && eccentricity < 1) || !Number.isFinite(meanAnomaly)) {
    throw new OrbitError(
      'kepler-equation',
      `Cannot solve Kepler's equation: expected 0 ≤ e < 1 and a finite M, got e = ${eccentricity}, M = ${meanAnomaly}.`,
    );
  }
  const turns = Math.abs(meanAnomaly) <= Math.PI ? 0 : Math.round(meanAnomaly / fullTurn);
  const reduced = meanAnomaly - turns * fullTurn;
  // Rounding may leave a reduced M a little beyond π.
  const [e, m] = [eccentricity, Math.min(Math.PI, Math.abs(reduced))];
  if (m === 0) return meanAnomaly;
  // E − sin E ≥ E³/π² on [0, π].
  let x = Math.min(Math.PI, m / (1 - e), m + e, e > 0 ? cbrt((Math.PI * Math.PI * m) / e) : m);
  for (let step = 0; step < mostSteps; step++) {
    circularFunctions(x, at);
    const next = x - ((1 - e) * x + e * at.excess - m) / (1 - e + e * at.versine);
    if (!(next < x)) break;
    x = next;
  }
  return turns * fullTurn + (reduced < 0 ? -x : x);
}

/** Hyperbolic anomaly F of a mean anomaly in radians and e > 1: e·sinh F − F = M. Solved as {@link eccentricAnomaly}. */
export function hyperbolicAnomaly(meanAnomaly: number, eccentricity: number): number {
  if (!(eccentricity > 1) || !Number.isFinite(meanAnomaly)) {
    throw new OrbitError(
      'kepler-equation',
      `Cannot solve Kepler's equation: expected e > 1 and a finite M, got e = ${eccentricity}, M = ${meanAnomaly}.`,
    );
  }
  const [e, m] = [eccentricity, Math.abs(meanAnomaly)];
  if (m === 0) return meanAnomaly;
  // sinh F − F ≥ F³/6, and with it e·sinh F = M + F is bounded.
  const byCube = cbrt((6 * m) / e);
  const sine = (m + byCube) / e;
  // ln(s + √(s² + 1)), away from zero, where it cancels.
  const bySine = sine < 1 ? sine : log(sine + Math.sqrt(sine * sine + 1));
  let x = Math.min(m / (e - 1), byCube, bySine);
  for (let step = 0; step < mostSteps; step++) {
    hyperbolicFunctions(x, at);
    const next = x - ((e - 1) * x + e * at.excess - m) / (e - 1 + e * at.versine);
    if (!(next < x)) break;
    x = next;
  }
  return meanAnomaly < 0 ? -x : x;
}
