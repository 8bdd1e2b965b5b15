import { stateSize } from '../dynamics/massive-bodies.js';
import { driftComponent, jplComponent } from './particle-table.js';
import { trackRow } from './planet-track.js';
import { addSunField } from '../dynamics/sun-field.js';
import { isNonGravitational, nonGravitational } from './sun.js';

/** Parts of a kick at a node, as bits: jump and half a kick at the end of a step; half a kick and jump at the beginning of one. */
export const kickParts = { ending: 1, beginning: 2 } as const;

/** What a kick is made of, beside the particle. */
export interface Kick {
  readonly mu: number;
  /** G·m of the planets. */
  readonly gm: Float64Array;
  readonly track: Float64Array;
  /** Where the node's row begins in the track. */
  readonly row: number;
  /** Days. */
  readonly h: number;
  /** Bits of `kickParts`. */
  readonly parts: number;
  /** Bits of `forceBits`. */
  readonly forces: number;
}

const acceleration = new Float64Array(3);
const push = new Float64Array(3);
const parameters = { drift: 0, a1: 0, a2: 0, a3: 0 };

/**
 * The end of particle `i`'s step at a node, the beginning of its next one, or both with one evaluation of the forces: the bits are
 * the same. Conservative forces act in both half kicks. Non-gravitational ones depend on velocities and act whole, once a step, at its
 * beginning on the velocity of the node. The compiled kernel does the same operations in the same order.
 */
export function beltKick(table: Float64Array, stride: number, i: number, kick: Kick): void {
  const { mu, gm, track, row, h, parts, forces } = kick;
  const [iy, iz, ivx, ivy, ivz] = [i + stride, i + 2 * stride, i + 3 * stride, i + 4 * stride, i + 5 * stride];
  const half = 0.5 * h;
  const isEnding = (parts & kickParts.ending) !== 0;
  let [x, y, z] = [table[i]!, table[iy]!, table[iz]!];
  if (isEnding) {
    x += half * track[row]!;
    y += half * track[row + 1]!;
    z += half * track[row + 2]!;
  }
  let [ax, ay, az] = [0, 0, 0];
  for (let planet = 0, p = row + trackRow.states; planet < gm.length; planet++, p += stateSize) {
    const [dx, dy, dz] = [track[p]! - x, track[p + 1]! - y, track[p + 2]! - z];
    const r2 = dx * dx + dy * dy + dz * dz;
    const pull = gm[planet]! / (r2 * Math.sqrt(r2));
    ax += pull * dx;
    ay += pull * dy;
    az += pull * dz;
  }
  if (forces !== 0) {
    acceleration[0] = ax;
    acceleration[1] = ay;
    acceleration[2] = az;
    addSunField(forces, mu, x, y, z, acceleration);
    [ax, ay, az] = [acceleration[0], acceleration[1], acceleration[2]];
  }
  ax *= half;
  ay *= half;
  az *= half;
  let [vx, vy, vz] = [table[ivx]!, table[ivy]!, table[ivz]!];
  if (isEnding) {
    vx += ax;
    vy += ay;
    vz += az;
  }
  if ((parts & kickParts.beginning) !== 0) {
    if (isNonGravitational(forces)) {
      parameters.drift = table[driftComponent * stride + i]!;
      parameters.a1 = table[jplComponent * stride + i]!;
      parameters.a2 = table[(jplComponent + 1) * stride + i]!;
      parameters.a3 = table[(jplComponent + 2) * stride + i]!;
      nonGravitational(forces, mu, parameters, x, y, z, vx + track[row]!, vy + track[row + 1]!, vz + track[row + 2]!, push);
      vx += h * push[0]!;
      vy += h * push[1]!;
      vz += h * push[2]!;
    }
    vx += ax;
    vy += ay;
    vz += az;
    x += half * track[row]!;
    y += half * track[row + 1]!;
    z += half * track[row + 2]!;
  }
  table[i] = x;
  table[iy] = y;
  table[iz] = z;
  table[ivx] = vx;
  table[ivy] = vy;
  table[ivz] = vz;
}
