import { speedOfLight } from '../constants.js';
import type { Acceleration } from './ias15.js';

/** Newton's accelerations between bodies of `gm` (au³/d²), by pairs. */
export function mutualGravity(gm: readonly number[]): Acceleration {
  const masses = Float64Array.from(gm);
  return (_time, positions, _velocities, out) => {
    out.fill(0);
    for (let i = 0; i < masses.length; i++) {
      const [x, y, z] = [positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!];
      let [ax, ay, az] = [0, 0, 0];
      for (let j = i + 1; j < masses.length; j++) {
        const [dx, dy, dz] = [positions[3 * j]! - x, positions[3 * j + 1]! - y, positions[3 * j + 2]! - z];
        const r2 = dx * dx + dy * dy + dz * dz;
        const inverseCube = 1 / (r2 * Math.sqrt(r2));
        const [toI, toJ] = [masses[j]! * inverseCube, masses[i]! * inverseCube];
        ax += toI * dx;
        ay += toI * dy;
        az += toI * dz;
        out[3 * j] = out[3 * j]! - toJ * dx;
        out[3 * j + 1] = out[3 * j + 1]! - toJ * dy;
        out[3 * j + 2] = out[3 * j + 2]! - toJ * dz;
      }
      out[3 * i] = out[3 * i]! + ax;
      out[3 * i + 1] = out[3 * i + 1]! + ay;
      out[3 * i + 2] = out[3 * i + 2]! + az;
    }
  };
}

/**
 * First post-Newtonian field of the Sun, body 0: a = μ/(c²r³)·[(4μ/r − v²)·r + 4(r·v)·v] on every other body, relative to the
 * Sun, and the reaction −m_i/M·a_i on the Sun. Added to what `out` holds.
 */
export function addSunRelativity(gm: readonly number[], positions: Float64Array, velocities: Float64Array, out: Float64Array): void {
  const mu = gm[0]!;
  const [sx, sy, sz, svx, svy, svz] = [positions[0]!, positions[1]!, positions[2]!, velocities[0]!, velocities[1]!, velocities[2]!];
  for (let i = 1; i < gm.length; i++) {
    const k = 3 * i;
    const [x, y, z] = [positions[k]! - sx, positions[k + 1]! - sy, positions[k + 2]! - sz];
    const [vx, vy, vz] = [velocities[k]! - svx, velocities[k + 1]! - svy, velocities[k + 2]! - svz];
    const r2 = x * x + y * y + z * z;
    const r = Math.sqrt(r2);
    const factor = mu / (speedOfLight * speedOfLight * r2 * r);
    const radial = factor * ((4 * mu) / r - (vx * vx + vy * vy + vz * vz));
    const along = 4 * factor * (x * vx + y * vy + z * vz);
    const [ax, ay, az] = [radial * x + along * vx, radial * y + along * vy, radial * z + along * vz];
    const reaction = gm[i]! / mu;
    out[k] = out[k]! + ax;
    out[k + 1] = out[k + 1]! + ay;
    out[k + 2] = out[k + 2]! + az;
    out[0] = out[0]! - reaction * ax;
    out[1] = out[1]! - reaction * ay;
    out[2] = out[2]! - reaction * az;
  }
}
