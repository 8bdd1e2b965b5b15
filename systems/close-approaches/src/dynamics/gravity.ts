import { speedOfLight } from '../constants.js';
import type { Acceleration } from './ias15.js';

/** Newton's accelerations between bodies of `gm` (au³/d²), by pairs. */
export function mutualGravity(gm: readonly number[]): Acceleration {
  const masses = Float64Array.from(gm);
  return (_time, positions, _velocities, out) => {
    out.fill(0);
    for (let i = 0; i < masses.length; i++) {
      const x = positions[3 * i]!;
      const y = positions[3 * i + 1]!;
      const z = positions[3 * i + 2]!;
      let ax = 0;
      let ay = 0;
      let az = 0;
      for (let j = i + 1; j < masses.length; j++) {
        const dx = positions[3 * j]! - x;
        const dy = positions[3 * j + 1]! - y;
        const dz = positions[3 * j + 2]! - z;
        const r2 = dx * dx + dy * dy + dz * dz;
        const inverseCube = 1 / (r2 * Math.sqrt(r2));
        const toI = masses[j]! * inverseCube;
        const toJ = masses[i]! * inverseCube;
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
  const sx = positions[0]!;
  const sy = positions[1]!;
  const sz = positions[2]!;
  const svx = velocities[0]!;
  const svy = velocities[1]!;
  const svz = velocities[2]!;
  for (let i = 1; i < gm.length; i++) {
    const k = 3 * i;
    const x = positions[k]! - sx;
    const y = positions[k + 1]! - sy;
    const z = positions[k + 2]! - sz;
    const vx = velocities[k]! - svx;
    const vy = velocities[k + 1]! - svy;
    const vz = velocities[k + 2]! - svz;
    const r2 = x * x + y * y + z * z;
    const r = Math.sqrt(r2);
    const factor = mu / (speedOfLight * speedOfLight * r2 * r);
    const radial = factor * ((4 * mu) / r - (vx * vx + vy * vy + vz * vz));
    const along = 4 * factor * (x * vx + y * vy + z * vz);
    const ax = radial * x + along * vx;
    const ay = radial * y + along * vy;
    const az = radial * z + along * vz;
    const reaction = gm[i]! / mu;
    out[k] = out[k]! + ax;
    out[k + 1] = out[k + 1]! + ay;
    out[k + 2] = out[k + 2]! + az;
    out[0] = out[0]! - reaction * ax;
    out[1] = out[1]! - reaction * ay;
    out[2] = out[2]! - reaction * az;
  }
}
