import { daysPerYear, sunGm } from '../constants.js';
import { rootBetween } from '../encounters/root-between.js';
import { cos, sin } from '../mathematics/index.js';
import { radiansPerDegree } from '../orbit/angle.js';
import { type Planet, planets } from '../planets/bodies.js';

/*
 * The secular resonance ν6: where the perihelion of a nearly circular orbit turns with Saturn's, g = g6. To first order in the
 * planets' masses, which are taken as rings in one plane, and exact in the inclination; second-order terms move it by some 0.01 au.
 */

/** Frequency of Saturn's perihelion, ″ a year (from a long integration of the planets). */
const g6 = 28.245;
const arcsecondsPerRadian = 3600 / radiansPerDegree;

/** A planet as a ring: Gm (au³/d²) and radius (au). */
export type Ring = Pick<Planet, 'gm' | 'semiMajorAxis'>;

/** Points of an orbit at which its disturbing function is averaged: the sum converges faster than any power. */
const points = 64;
/** Eccentricity and angle of the differences: their squares are far below one, their quotients far above rounding. */
const [smallEccentricity, smallAngle] = [3e-3, 1e-4];

/** Limit of the arithmetic and geometric means. */
function commonMean(first: number, second: number): number {
  let [a, b] = [first, second];
  while (Math.abs(a - b) > 1e-15 * a) [a, b] = [0.5 * (a + b), Math.sqrt(a * b)];
  return a;
}

/** Disturbing function averaged over an orbit and rings: a ring acts at (ρ, z) as Gm over the common mean of its farthest and nearest distance. */
function averagedFunction(rings: readonly Ring[], semiMajorAxis: number, e: number, inclination: number, argument: number): number {
  const [cosineI, sineI] = [cos(inclination), sin(inclination)];
  const [cosineW, sineW] = [cos(argument), sin(argument)];
  const b = Math.sqrt(1 - e * e);
  let sum = 0;
  for (let k = 0; k < points; k++) {
    const anomaly = (2 * Math.PI * (k + 0.5)) / points;
    const [x, y] = [semiMajorAxis * (cos(anomaly) - e), semiMajorAxis * b * sin(anomaly)];
    const [along, across] = [x * cosineW - y * sineW, x * sineW + y * cosineW];
    const z = across * sineI;
    const rho = Math.sqrt(along * along + across * cosineI * across * cosineI);
    const share = (1 - e * cos(anomaly)) / points;
    for (const { gm, semiMajorAxis: ring } of rings) {
      const [far, near] = [rho + ring, rho - ring];
      sum += (share * gm) / commonMean(Math.sqrt(far * far + z * z), Math.sqrt(near * near + z * z));
    }
  }
  return sum;
}

/**
 * Rate of the longitude of perihelion of a nearly circular orbit, ″ a year. NaN where such an orbit is not stable (Kozai).
 *
 * R = R₀ + e²·(A + B·cos 2ω): Lagrange's equations for (e cos ω, e sin ω) are linear, with the frequency √(p² − q²)/(n·a²),
 * p = 2A − cot i·∂R₀/∂i, q = 2B; the node adds ∂R₀/∂i/(n·a²·sin i).
 * @param semiMajorAxis au, `inclination` degrees
 */
export function perihelionRate(semiMajorAxis: number, inclination: number, rings: readonly Ring[] = planets): number {
  const a = semiMajorAxis;
  const i = Math.max(inclination * radiansPerDegree, 10 * smallAngle);
  const circular = (angle: number): number => averagedFunction(rings, a, 0, angle, 0);
  const tilt = (circular(i + smallAngle) - circular(i - smallAngle)) / (2 * smallAngle);
  const [along, across] = [0, 0.5 * Math.PI].map(
    (argument) => (averagedFunction(rings, a, smallEccentricity, i, argument) - circular(i)) / smallEccentricity ** 2,
  ) as [number, number];
  const p = along + across - (tilt * cos(i)) / sin(i);
  const q = along - across;
  const scale = (arcsecondsPerRadian * daysPerYear) / Math.sqrt(sunGm * a);
  return scale * (Math.sqrt((p - q) * (p + q)) + tilt / sin(i));
}

/** Semi-major axis (au) of the resonance at an inclination (degrees); undefined where the belt, 1.8 to 3.3 au, has none. */
export function nu6Axis(inclination: number): number | undefined {
  const excess = (a: number): number => perihelionRate(a, inclination) - g6;
  const [inner, outer] = [1.8, 3.3];
  const [low, high] = [excess(inner), excess(outer)];
  return low < 0 && high > 0 ? rootBetween(excess, inner, low, outer, high, 1e-4) : undefined;
}

/** The curve of the resonance in the plane of semi-major axis and inclination, a point a degree. For figures. */
export function nu6Curve(steepest = 30): { readonly inclination: number; readonly semiMajorAxis: number }[] {
  return Array.from({ length: steepest + 1 }, (_, inclination) => ({ inclination, semiMajorAxis: nu6Axis(inclination) })).flatMap(
    ({ inclination, semiMajorAxis }) => (semiMajorAxis === undefined ? [] : [{ inclination, semiMajorAxis }]),
  );
}
