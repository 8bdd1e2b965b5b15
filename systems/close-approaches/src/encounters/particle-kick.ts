import { stateSize } from '../dynamics/massive-bodies.js';
import type { PlanetStep } from './planet-steps.js';

/** Forces beside the planets' and the star's attraction on the particle that is being moved. */
export interface ParticleForce {
  /** Adds the conservative acceleration (au/d²) at Q to `out`; it acts in both half kicks. */
  addField(state: Float64Array, out: Float64Array): void;
  /** The rest, which depends on the velocity: acceleration at Q and V + `recoil`, to `out`. It acts whole where a step begins. */
  push(state: Float64Array, recoil: ArrayLike<number>, out: Float64Array): void;
}

/** Weight of a planet's kick at a distance (au); undefined is 1 for all. */
export type KickWeight = (planet: number, distance: number) => number;

const acceleration = new Float64Array(3);
const recoil = new Float64Array(3);

/** Where a step begins: the push of its whole length, then half a kick by the planets at its node. */
export function beginStep(
  planets: PlanetStep,
  state: Float64Array,
  weight: KickWeight | undefined,
  force: ParticleForce | undefined,
): void {
  if (force) {
    for (let k = 0; k < 3; k++) recoil[k] = (2 / planets.h) * planets.shiftBefore[k]!;
    force.push(state, recoil, acceleration);
    for (let k = 0; k < 3; k++) state[3 + k] = state[3 + k]! + planets.h * acceleration[k]!;
  }
  halfKick(planets, planets.node, state, weight, force);
}

/** V += h/2·a of the planets at `nodes` (6 numbers each) and of the conservative force. */
export function halfKick(
  { gm, h }: PlanetStep,
  nodes: Float64Array,
  state: Float64Array,
  weight: KickWeight | undefined,
  force: ParticleForce | undefined,
): void {
  acceleration.fill(0);
  for (let planet = 0; planet < gm.length; planet++) {
    const p = stateSize * planet;
    const [dx, dy, dz] = [nodes[p]! - state[0]!, nodes[p + 1]! - state[1]!, nodes[p + 2]! - state[2]!];
    const r2 = dx * dx + dy * dy + dz * dz;
    const r = Math.sqrt(r2);
    const factor = (weight ? gm[planet]! * weight(planet, r) : gm[planet]!) / (r2 * r);
    acceleration[0] = acceleration[0]! + factor * dx;
    acceleration[1] = acceleration[1]! + factor * dy;
    acceleration[2] = acceleration[2]! + factor * dz;
  }
  force?.addField(state, acceleration);
  for (let k = 0; k < 3; k++) state[3 + k] = state[3 + k]! + 0.5 * h * acceleration[k]!;
}

/** Q += the jump's shift. */
export function shift(state: Float64Array, by: Float64Array): void {
  for (let k = 0; k < 3; k++) state[k] = state[k]! + by[k]!;
}
