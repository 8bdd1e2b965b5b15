import { keplerDrift } from '../dynamics/kepler-drift.js';
import type { SineCosine } from '../mathematics/index.js';
import type { StateVector } from '../planets/initial-states.js';
import { radiansPerDegree, sinCosDegrees, wrapDegreesSigned } from './angle.js';
import { type AnomalyFunctions, circularFunctions, hyperbolicFunctions } from './conic-anomaly.js';
import type { CometaryElements, EquinoctialElements, KeplerianElements, OrbitShape } from './elements.js';
import { eccentricAnomaly, hyperbolicAnomaly } from './kepler-equation.js';
import { OrbitError } from './orbit-error.js';

const at: AnomalyFunctions = { sine: 0, cosine: 1, versine: 0, excess: 0 };
const angle: SineCosine = { sine: 0, cosine: 1 };

/** Nearer to e = 1 a body is placed without use of the semi-major axis. */
const nearParabola = 0.1;

/** Unit vectors of an orbit: P to its perihelion, Q a quarter turn ahead in its plane. */
export interface OrbitAxes {
  readonly p: readonly [number, number, number];
  readonly q: readonly [number, number, number];
}

/** P and Q of the orbit's orientation. */
export function orbitAxes({ inclination, node, argument }: Pick<OrbitShape, 'inclination' | 'node' | 'argument'>): OrbitAxes {
  sinCosDegrees(inclination, angle);
  const { sine: si, cosine: ci } = angle;
  sinCosDegrees(node, angle);
  const { sine: sn, cosine: cn } = angle;
  sinCosDegrees(argument, angle);
  const { sine: sw, cosine: cw } = angle;
  return {
    p: [cn * cw - sn * sw * ci, sn * cw + cn * sw * ci, sw * si],
    q: [-cn * sw - sn * cw * ci, -sn * sw + cn * cw * ci, cw * si],
  };
}

/** A state from coordinates in the orbit's plane. */
function inSpace({ p, q }: OrbitAxes, x: number, y: number, vx: number, vy: number): StateVector {
  return [
    x * p[0] + y * q[0],
    x * p[1] + y * q[1],
    x * p[2] + y * q[2],
    vx * p[0] + vy * q[0],
    vx * p[1] + vy * q[1],
    vx * p[2] + vy * q[2],
  ];
}

/**
 * Position and velocity (au, au/d) of Keplerian elements about a mass of μ = `mu` (au³/d²).
 * @throws {OrbitError} `not-an-orbit`; `parabola-has-no-axis`: use {@link stateOfCometary}
 */
export function stateOfKeplerian(elements: KeplerianElements, mu: number): StateVector {
  const { semiMajorAxis: a, eccentricity: e, meanAnomaly } = elements;
  if (e === 1) {
    throw new OrbitError(
      'parabola-has-no-axis',
      'Cannot place a body by semi-major axis: expected e ≠ 1, got a parabola. Give its perihelion distance and time.',
    );
  }
  if (!(e >= 0 && a * (1 - e) > 0 && Number.isFinite(a))) throw notAnOrbit(`a = ${a}, e = ${e}`);
  const axes = orbitAxes(elements);
  const size = Math.abs(a);
  const speed = Math.sqrt(mu / size);
  const gap = Math.abs(1 - e);
  const minor = Math.sqrt(gap * (1 + e));
  if (e < 1) circularFunctions(eccentricAnomaly(wrapDegreesSigned(meanAnomaly) * radiansPerDegree, e), at);
  else hyperbolicFunctions(hyperbolicAnomaly(meanAnomaly * radiansPerDegree, e), at);
  // r/|a| and the distance past the perihelion as sums of terms of one sign.
  const radius = gap + e * at.versine;
  return inSpace(
    axes,
    size * (gap - at.versine),
    size * minor * at.sine,
    (-speed * at.sine) / radius,
    (speed * minor * at.cosine) / radius,
  );
}

/**
 * Position and velocity (au, au/d) at `epoch` (JD) of a conic with its perihelion time.
 * @throws {OrbitError} `not-an-orbit`
 */
export function stateOfCometary(elements: CometaryElements, epoch: number, mu: number): StateVector {
  const { perihelionDistance: q, eccentricity: e, perihelionTime } = elements;
  if (!(q > 0 && e >= 0 && Number.isFinite(q + e))) throw notAnOrbit(`q = ${q}, e = ${e}`);
  if (Math.abs(1 - e) > nearParabola) {
    const semiMajorAxis = q / (1 - e);
    const meanMotion = Math.sqrt(mu / Math.abs(semiMajorAxis)) / Math.abs(semiMajorAxis);
    return stateOfKeplerian({ ...elements, semiMajorAxis, meanAnomaly: (meanMotion * (epoch - perihelionTime)) / radiansPerDegree }, mu);
  }
  const plane = Float64Array.of(q, 0, 0, 0, Math.sqrt((mu * (1 + e)) / q), 0);
  keplerDrift(plane, 0, mu, epoch - perihelionTime);
  return inSpace(orbitAxes(elements), plane[0]!, plane[1]!, plane[3]!, plane[4]!);
}

/**
 * Position and velocity (au, au/d) of equinoctial elements (Broucke & Cefola 1972).
 * @throws {OrbitError} `not-an-orbit` where h² + k² ≥ 1
 */
export function stateOfEquinoctial(elements: EquinoctialElements, mu: number): StateVector {
  const { semiMajorAxis: a, h, k, p, q, meanLongitude } = elements;
  const square = h * h + k * k;
  if (!(a > 0 && square < 1)) throw notAnOrbit(`a = ${a}, e = ${Math.sqrt(square)}`);
  const root = Math.sqrt(1 - square);
  const b = 1 / (1 + root);
  const { sine, cosine } = eccentricLongitude(meanLongitude, h, k);
  const radius = 1 - k * cosine - h * sine;
  const speed = Math.sqrt(mu / a) / radius;
  return inSpace(
    equinoctialAxes(p, q),
    a * ((1 - h * h * b) * cosine + h * k * b * sine - k),
    a * ((1 - k * k * b) * sine + h * k * b * cosine - h),
    speed * (h * k * b * cosine - (1 - h * h * b) * sine),
    speed * ((1 - k * k * b) * cosine - h * k * b * sine),
  );
}

/** The axes f and g of the equinoctial frame. */
export function equinoctialAxes(p: number, q: number): OrbitAxes {
  const scale = 1 / (1 + p * p + q * q);
  return {
    p: [(1 - p * p + q * q) * scale, 2 * p * q * scale, -2 * p * scale],
    q: [2 * p * q * scale, (1 + p * p - q * q) * scale, 2 * q * scale],
  };
}

/** Sine and cosine of the eccentric longitude F: F + h·cos F − k·sin F = λ, through Kepler's equation for E = F − ϖ. */
function eccentricLongitude(meanLongitude: number, h: number, k: number): SineCosine {
  const lambda = wrapDegreesSigned(meanLongitude) * radiansPerDegree;
  const result: SineCosine = { sine: 0, cosine: 1 };
  const place = (f: number): void => {
    circularFunctions(f, at);
    result.sine = at.sine;
    result.cosine = at.cosine;
  };
  const e = Math.sqrt(h * h + k * k);
  // F lies within e of λ, and the left side grows with F: halving keeps Newton's steps inside.
  let [low, high, f] = [lambda - e, lambda + e, lambda];
  for (let step = 0; step < 100; step++) {
    place(f);
    const value = f + h * result.cosine - k * result.sine - lambda;
    if (value > 0) high = f;
    else low = f;
    const newton = f - value / (1 - h * result.sine - k * result.cosine);
    const next = newton >= low && newton <= high ? newton : 0.5 * (low + high);
    if (Math.abs(next - f) <= 1e-16 * Math.max(1, Math.abs(f))) break;
    f = next;
  }
  return result;
}

function notAnOrbit(given: string): OrbitError {
  return new OrbitError('not-an-orbit', `Cannot place a body: expected e ≥ 0 and a positive perihelion distance, got ${given}.`);
}
