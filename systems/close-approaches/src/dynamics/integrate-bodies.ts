import { addSunRelativity, mutualGravity } from './gravity.js';
import { Ias15, type Ias15Options } from './ias15.js';
import { barycentricStar, type MassiveBodies, stateSize } from './massive-bodies.js';

export interface BodyForces {
  /** Whether the Sun's first post-Newtonian field acts; true by default. */
  readonly relativity?: boolean;
}

/** An IAS15 integration of a star (body 0) and the bodies around it, in the frame of their centre of mass. */
export function integratorOf(bodies: MassiveBodies, forces: BodyForces = {}, options: Ias15Options = {}): Ias15 {
  const gm = [bodies.starGm, ...bodies.gm];
  const star = barycentricStar(bodies);
  const positions = new Float64Array(3 * gm.length);
  const velocities = new Float64Array(3 * gm.length);
  for (let body = 0; body < gm.length; body++) {
    for (let k = 0; k < 3; k++) {
      const p = stateSize * (body - 1) + k;
      positions[3 * body + k] = star[k]! + (body === 0 ? 0 : bodies.states[p]!);
      velocities[3 * body + k] = star[3 + k]! + (body === 0 ? 0 : bodies.states[p + 3]!);
    }
  }
  const newtonian = mutualGravity(gm);
  const { relativity = true } = forces;
  return new Ias15(
    relativity
      ? (time, x, v, out) => {
          newtonian(time, x, v, out);
          addSunRelativity(gm, x, v, out);
        }
      : newtonian,
    positions,
    velocities,
    { velocityDependent: relativity, ...options },
  );
}

/** Where an integration of `integratorOf` stands, relative to the star. */
export function bodiesOf({ positions, velocities }: Ias15, { starGm, gm }: MassiveBodies): MassiveBodies {
  const states = new Float64Array(stateSize * gm.length);
  for (let body = 0; body < gm.length; body++) {
    for (let k = 0; k < 3; k++) {
      states[stateSize * body + k] = positions[3 * (body + 1) + k]! - positions[k]!;
      states[stateSize * body + 3 + k] = velocities[3 * (body + 1) + k]! - velocities[k]!;
    }
  }
  return { starGm, gm, states };
}
