/** Position and velocity relative to the Sun: x, y, z in au, vx, vy, vz in au/d. */
type Coordinates = ArrayLike<number>;

/**
 * The transverse acceleration that makes the semi-major axis drift at `drift` au/d at every point of any ellipse:
 * (da/dt)·μ r/(2 h a²) along t̂, the direction of v − r(r·v)/r² (Gauss's equation da/dt = 2pT/(r n √(1 − e²)) solved for T). Since
 * that vector has length h/r, no root is needed. Zero for unbound orbits.
 *
 * @param gm G·m of the Sun, au³/d²
 * @param out acceleration in au/d², written to elements 0 to 2
 */
export function driftAcceleration(state: Coordinates, gm: number, drift: number, out: Float64Array): void {
  const [x, y, z, vx, vy, vz] = sixOf(state);
  const r2 = x * x + y * y + z * z;
  const v2 = vx * vx + vy * vy + vz * vz;
  const rv = x * vx + y * vy + z * vz;
  const h2 = r2 * v2 - rv * rv;
  const inverseAxis = 2 / Math.sqrt(r2) - v2 / gm;
  const bound = inverseAxis > 0 && h2 > 0;
  const factor = bound ? (drift * gm * r2 * inverseAxis * inverseAxis) / (2 * h2) : 0;
  const radial = rv / r2;
  out[0] = factor * (vx - radial * x);
  out[1] = factor * (vy - radial * y);
  out[2] = factor * (vz - radial * z);
}

/** The same drift by a force along the velocity, (da/dt)·μ v/(2 a² v²). Zero for unbound orbits. */
export function driftAlongVelocity(state: Coordinates, gm: number, drift: number, out: Float64Array): void {
  const [x, y, z, vx, vy, vz] = sixOf(state);
  const v2 = vx * vx + vy * vy + vz * vz;
  const inverseAxis = 2 / Math.sqrt(x * x + y * y + z * z) - v2 / gm;
  const factor = inverseAxis > 0 ? (drift * gm * inverseAxis * inverseAxis) / (2 * v2) : 0;
  out[0] = factor * vx;
  out[1] = factor * vy;
  out[2] = factor * vz;
}

/** Relative change of the semi-major axis from which on a drift is computed anew. */
const staleChange = 0.01;

/** Whether a drift computed at one semi-major axis is to be computed anew at another. */
export const isStaleDrift = (computedAt: number, semiMajorAxis: number): boolean =>
  Math.abs(semiMajorAxis - computedAt) > staleChange * computedAt;

const sixOf = (state: Coordinates): [number, number, number, number, number, number] => [
  state[0]!,
  state[1]!,
  state[2]!,
  state[3]!,
  state[4]!,
  state[5]!,
];
