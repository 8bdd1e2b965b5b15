import { stumpff, type StumpffValues } from '../dynamics/stumpff.js';
import { atan2 } from '../mathematics/index.js';
import type { StateVector } from '../planets/initial-states.js';
import { radiansPerDegree, wrapDegrees } from './angle.js';
import { type AnomalyFunctions, arctangentRatio, artanh, circularFunctions, hyperbolicFunctions } from './conic-anomaly.js';
import { type CometaryElements, type EquinoctialElements, type KeplerianElements, undefinedBelow } from './elements.js';
import { OrbitError } from './orbit-error.js';
import { equinoctialAxes } from './state-from-elements.js';

const at: AnomalyFunctions = { sine: 0, cosine: 1, versine: 0, excess: 0 };
const c: StumpffValues = { c0: 1, c1: 1, c2: 0.5, c3: 1 / 6 };

/** What an orbit's angles are worth: where one is false, only longitudes (ϖ = Ω + ω, λ = ϖ + M) mean something. */
export interface DefinedAngles {
  readonly node: boolean;
  readonly perihelion: boolean;
}

/** The conic under a state: everything that elements of any kind are made of. Angles in radians. */
interface Conic {
  readonly eccentricity: number;
  readonly perihelionDistance: number;
  /** 1/a, 0 on parabolas, negative on hyperbolas. */
  readonly inverseAxis: number;
  readonly inclination: number;
  readonly node: number;
  readonly argument: number;
  /** e-vector's angle to the body as sine and cosine. */
  readonly sine: number;
  readonly cosine: number;
}

/**
 * Keplerian elements of a state (au, au/d) about a mass of μ = `mu`. Angles in [0, 360), of hyperbolas M signed. Near e = 0 or
 * i = 0 angles that mean nothing of themselves still give back the state: see {@link definedAngles}.
 * @throws {OrbitError} `not-an-orbit` for a body that falls straight in; `parabola-has-no-axis`
 */
export function keplerianOf(state: StateVector, mu: number): KeplerianElements {
  const conic = conicOf(state, mu);
  const { eccentricity: e, inverseAxis } = conic;
  if (inverseAxis === 0 || e === 1) {
    throw new OrbitError(
      'parabola-has-no-axis',
      'Cannot state a semi-major axis: expected an ellipse or hyperbola, got a parabola. Use cometary elements.',
    );
  }
  const m = meanAnomaly(conic) / radiansPerDegree;
  return {
    semiMajorAxis: 1 / inverseAxis,
    eccentricity: e,
    ...orientation(conic),
    meanAnomaly: e < 1 ? wrapDegrees(m) : m,
  };
}

/**
 * Perihelion elements of a state at `epoch` (JD); of an ellipse with the nearest passage.
 * @throws {OrbitError} `not-an-orbit` for a body that falls straight in
 */
export function cometaryOf(state: StateVector, epoch: number, mu: number): CometaryElements {
  const conic = conicOf(state, mu);
  return {
    perihelionDistance: conic.perihelionDistance,
    eccentricity: conic.eccentricity,
    ...orientation(conic),
    perihelionTime: epoch - daysSincePerihelion(conic, mu),
  };
}

/**
 * Equinoctial elements of a state.
 * @throws {OrbitError} `open-orbit` where e ≥ 1; `retrograde-equinoctial` at i = 180°; `not-an-orbit`
 */
export function equinoctialOf(state: StateVector, mu: number): EquinoctialElements {
  const [x, y, z, vx, vy, vz] = state;
  const { inverseAxis, eccentricity } = conicOf(state, mu);
  if (!(inverseAxis > 0) || eccentricity >= 1) {
    throw new OrbitError('open-orbit', `Cannot state equinoctial elements: expected e < 1, got ${eccentricity}. Use cometary elements.`);
  }
  const [hx, hy, hz] = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
  const momentum = Math.sqrt(hx * hx + hy * hy + hz * hz);
  // h + h_z without cancellation on retrograde orbits.
  const sum = hz >= 0 ? momentum + hz : (hx * hx + hy * hy) / (momentum - hz);
  if (sum < undefinedBelow * undefinedBelow * momentum) {
    throw new OrbitError(
      'retrograde-equinoctial',
      'Cannot state equinoctial elements: expected i < 180°, got 180°. Use Keplerian elements.',
    );
  }
  const [p, q] = [hx / sum, -hy / sum];
  const axes = equinoctialAxes(p, q);
  const r = Math.sqrt(x * x + y * y + z * z);
  const along = (axis: readonly [number, number, number], u: number, v: number, w: number): number =>
    axis[0] * u + axis[1] * v + axis[2] * w;
  const [xf, yf] = [along(axes.p, x, y, z), along(axes.q, x, y, z)];
  const [vf, vg] = [along(axes.p, vx, vy, vz), along(axes.q, vx, vy, vz)];
  const k = (momentum * vg) / mu - xf / r;
  const h = (-momentum * vf) / mu - yf / r;
  const root = Math.sqrt(1 - h * h - k * k);
  const b = 1 / (1 + root);
  const scale = inverseAxis / root;
  const sine = h + scale * ((1 - h * h * b) * yf - h * k * b * xf);
  const cosine = k + scale * ((1 - k * k * b) * xf - h * k * b * yf);
  const longitude = atan2(sine, cosine) + h * cosine - k * sine;
  return { semiMajorAxis: 1 / inverseAxis, h, k, p, q, meanLongitude: wrapDegrees(longitude / radiansPerDegree) };
}

/** Which angles of an orbit mean something of themselves. */
export function definedAngles({
  eccentricity,
  inclination,
}: {
  readonly eccentricity: number;
  readonly inclination: number;
}): DefinedAngles {
  const fromPlane = Math.min(inclination, 180 - inclination) * radiansPerDegree;
  return { node: fromPlane >= undefinedBelow, perihelion: eccentricity >= undefinedBelow };
}

const orientation = ({ inclination, node, argument }: Conic) => ({
  inclination: inclination / radiansPerDegree,
  node: wrapDegrees(node / radiansPerDegree),
  argument: wrapDegrees(argument / radiansPerDegree),
});

function conicOf([x, y, z, vx, vy, vz]: StateVector, mu: number): Conic {
  const r = Math.sqrt(x * x + y * y + z * z);
  const [hx, hy, hz] = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
  const inPlane = Math.sqrt(hx * hx + hy * hy);
  const momentum = Math.sqrt(hx * hx + hy * hy + hz * hz);
  if (!(r > 0 && momentum > 0 && Number.isFinite(r + momentum))) {
    throw new OrbitError(
      'not-an-orbit',
      `Cannot describe an orbit: expected a finite state with angular momentum, got ${[x, y, z, vx, vy, vz].join(', ')}.`,
    );
  }
  const parameter = (momentum * momentum) / mu;
  const inverseAxis = 2 / r - (vx * vx + vy * vy + vz * vz) / mu;
  const eCosine = parameter / r - 1;
  const eSine = ((x * vx + y * vy + z * vz) * momentum) / (mu * r);
  const fromVector = Math.sqrt(eCosine * eCosine + eSine * eSine);
  const perihelionDistance = parameter / (1 + fromVector);
  // Near 1 what counts is that e agrees with a and q.
  const eccentricity = fromVector > 0.5 ? 1 - perihelionDistance * inverseAxis : fromVector;
  const [sine, cosine] = fromVector > 0 ? [eSine / fromVector, eCosine / fromVector] : [0, 1];
  const [nx, ny] = inPlane > 0 ? [-hy / inPlane, hx / inPlane] : [1, 0];
  // The node's direction, and the one a quarter turn ahead in the orbit: h × n/|h|.
  const ahead = (-hz * ny * x + hz * nx * y) / momentum + ((hx * ny - hy * nx) / momentum) * z;
  const latitude = atan2(ahead, nx * x + ny * y);
  return {
    eccentricity,
    perihelionDistance,
    inverseAxis,
    inclination: atan2(inPlane, hz),
    node: inPlane > 0 ? atan2(hx, -hy) : 0,
    argument: latitude - atan2(sine, cosine),
    sine,
    cosine,
  };
}

function meanAnomaly({ eccentricity: e, perihelionDistance, inverseAxis, sine, cosine }: Conic): number {
  const gap = Math.abs(perihelionDistance * inverseAxis);
  if (e < 1) {
    const x = atan2(Math.sqrt(gap * (1 + e)) * sine, e + cosine);
    circularFunctions(x, at);
    return gap * x + e * at.excess;
  }
  const x = 2 * artanh((Math.sqrt(gap / (1 + e)) * sine) / (1 + cosine));
  hyperbolicFunctions(x, at);
  return gap * x + e * at.excess;
}

/**
 * Days since the (nearest) perihelion. Near a parabola by the universal anomaly X = 2y·arctan(√β·y)/(√β·y),
 * y = √(q/(μ(1 + e)))·tan(ν/2): t = q·X + μe·G_3(X), which knows no difference between conics.
 */
function daysSincePerihelion(conic: Conic, mu: number): number {
  const { eccentricity: e, perihelionDistance: q, inverseAxis, sine, cosine } = conic;
  const beta = mu * inverseAxis;
  const y = (Math.sqrt(q / (mu * (1 + e))) * sine) / (1 + cosine);
  const z = beta * y * y;
  if (Math.abs(z) < 0.05) {
    const X = 2 * y * arctangentRatio(z);
    stumpff(beta * X * X, c);
    return q * X + mu * e * X * X * X * c.c3;
  }
  const size = Math.abs(1 / inverseAxis);
  return meanAnomaly(conic) * size * Math.sqrt(size / mu);
}
