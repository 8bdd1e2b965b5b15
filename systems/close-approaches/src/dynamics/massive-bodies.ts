import { sunGm } from '../constants.js';

/**
 * A star and the bodies that move around it. `states` holds x, y, z (au), vx, vy, vz (au/d) of every body relative to the star,
 * one after the other.
 */
export interface MassiveBodies {
  /** G·m of the star, au³/d². */
  readonly starGm: number;
  /** G·m of the other bodies, au³/d². */
  readonly gm: Float64Array;
  readonly states: Float64Array;
}

/** Numbers of one body's state. */
export const stateSize = 6;

/** Copies bodies around the Sun into one table. */
export function massiveBodies(
  bodies: readonly { readonly gm: number; readonly state: readonly number[] }[],
  starGm = sunGm,
): MassiveBodies {
  const states = new Float64Array(stateSize * bodies.length);
  bodies.forEach(({ state }, body) => states.set(state, stateSize * body));
  return { starGm, gm: Float64Array.from(bodies, ({ gm }) => gm), states };
}

/** The star's position and velocity in the frame of the common centre of mass, 6 numbers. */
export function barycentricStar({ starGm, gm, states }: MassiveBodies): Float64Array {
  const star = new Float64Array(stateSize);
  let total = starGm;
  gm.forEach((mass, body) => {
    total += mass;
    for (let k = 0; k < stateSize; k++) star[k] = star[k]! - mass * states[stateSize * body + k]!;
  });
  return star.map((moment) => moment / total);
}

/** Energy of all bodies about their centre of mass, times G: Σ½·Gm·v² − Σ Gm_i·Gm_j/(G·r_ij). */
export function energy(bodies: MassiveBodies): number {
  const { starGm, gm, states } = bodies;
  const star = barycentricStar(bodies);
  let value = 0.5 * starGm * (star[3]! * star[3]! + star[4]! * star[4]! + star[5]! * star[5]!);
  for (let i = 0; i < gm.length; i++) {
    const p = stateSize * i;
    const [x, y, z] = [states[p]!, states[p + 1]!, states[p + 2]!];
    const [vx, vy, vz] = [states[p + 3]! + star[3]!, states[p + 4]! + star[4]!, states[p + 5]! + star[5]!];
    value += 0.5 * gm[i]! * (vx * vx + vy * vy + vz * vz) - (starGm * gm[i]!) / Math.sqrt(x * x + y * y + z * z);
    for (let j = 0; j < i; j++) {
      const q = stateSize * j;
      const [dx, dy, dz] = [states[q]! - x, states[q + 1]! - y, states[q + 2]! - z];
      value -= (gm[i]! * gm[j]!) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return value;
}

/** Angular momentum of all bodies about their centre of mass, times G: x, y, z. */
export function angularMomentum(bodies: MassiveBodies): [number, number, number] {
  const { starGm, gm, states } = bodies;
  const star = barycentricStar(bodies);
  const sum: [number, number, number] = [0, 0, 0];
  const add = (mass: number, s: ArrayLike<number>, p: number): void => {
    sum[0] += mass * (s[p + 1]! * s[p + 5]! - s[p + 2]! * s[p + 4]!);
    sum[1] += mass * (s[p + 2]! * s[p + 3]! - s[p]! * s[p + 5]!);
    sum[2] += mass * (s[p]! * s[p + 4]! - s[p + 1]! * s[p + 3]!);
  };
  add(starGm, star, 0);
  for (let i = 0; i < gm.length; i++) {
    add(
      gm[i]!,
      Array.from({ length: stateSize }, (_, k) => states[stateSize * i + k]! + star[k]!),
      0,
    );
  }
  return sum;
}
