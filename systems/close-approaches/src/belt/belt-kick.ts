import { trackRow } from './planet-track.js';
import { driftComponent, jplComponent } from './particle-table.js';
import { forceBits, oblatenessStrength, relativityStrength, sunPole } from './sun.js';

/** What a kick is made of, beside the particle. */
export interface Kick {
  readonly mu: number;
  /** G·m of the planets. */
  readonly gm: Float64Array;
  readonly track: Float64Array;
  /** Where the step's row begins in the track. */
  readonly row: number;
  /** Days. */
  readonly h: number;
  /** Bits of `forceBits`. */
  readonly forces: number;
}

/**
 * Jump, kick and jump of particle `i`: the planets' attraction, then the other forces. Those that depend on velocities see the
 * heliocentric velocity after half of what the planets give, so that a kick and its reverse undo each other but for the square
 * of the non-gravitational force. The compiled kernel does the same operations in the same order.
 */
export function beltKick(table: Float64Array, stride: number, i: number, kick: Kick): void {
  const { gm, track, row, h, forces } = kick;
  const [iy, iz, ivx, ivy, ivz] = [i + stride, i + 2 * stride, i + 3 * stride, i + 4 * stride, i + 5 * stride];
  const x = table[i]! + track[row]!;
  const y = table[iy]! + track[row + 1]!;
  const z = table[iz]! + track[row + 2]!;
  let [ax, ay, az] = [0, 0, 0];
  for (let planet = 0, p = row + trackRow.positions; planet < gm.length; planet++, p += 3) {
    const [dx, dy, dz] = [track[p]! - x, track[p + 1]! - y, track[p + 2]! - z];
    const r2 = dx * dx + dy * dy + dz * dz;
    const pull = gm[planet]! / (r2 * Math.sqrt(r2));
    ax += pull * dx;
    ay += pull * dy;
    az += pull * dz;
  }
  table[ivx] = table[ivx]! + h * ax;
  table[ivy] = table[ivy]! + h * ay;
  table[ivz] = table[ivz]! + h * az;
  if (forces !== 0) kickBySun(table, stride, i, kick, x, y, z, ax, ay, az);
  table[i] = x + track[row + 3]!;
  table[iy] = y + track[row + 4]!;
  table[iz] = z + track[row + 5]!;
}

/** The forces of `forceBits` on a particle that the planets have just accelerated by (ax, ay, az). */
function kickBySun(
  table: Float64Array,
  stride: number,
  i: number,
  { mu, track, row, h, forces }: Kick,
  x: number,
  y: number,
  z: number,
  ax: number,
  ay: number,
  az: number,
): void {
  const r2 = x * x + y * y + z * z;
  const r = Math.sqrt(r2);
  // Coefficients of the particle's position, velocity and r × v in the acceleration, and of the Sun's pole.
  let [alongR, alongV, alongN, alongPole] = [0, 0, 0, 0];
  const half = 0.5 * h;
  const vx = table[3 * stride + i]! - half * ax + track[row + 6]!;
  const vy = table[4 * stride + i]! - half * ay + track[row + 7]!;
  const vz = table[5 * stride + i]! - half * az + track[row + 8]!;
  const eta = x * vx + y * vy + z * vz;
  const v2 = vx * vx + vy * vy + vz * vz;
  const h2 = r2 * v2 - eta * eta;
  if ((forces & forceBits.yarkovsky) !== 0) {
    // (da/dt)·μ·r/(2·h·a²)·t̂ with 1/a = (2μ − v²r)/(μr) and t̂ = (r²v − (r·v)r)/(r·h); nothing on open and radial orbits.
    const energy = 2 * mu - v2 * r;
    const strength = (table[driftComponent * stride + i]! * (energy * energy)) / (2 * mu * (r2 * h2));
    const acts = energy > 0 && h2 > 0 ? strength : 0;
    alongV = alongV + acts * r2;
    alongR = alongR - acts * eta;
  }
  if ((forces & forceBits.jpl) !== 0) {
    // (1 au/r)²·[A1·r̂ + A2·t̂ + A3·n̂].
    const a1 = table[jplComponent * stride + i]!;
    const a2 = table[(jplComponent + 1) * stride + i]!;
    const a3 = table[(jplComponent + 2) * stride + i]!;
    const g = 1 / (r2 * r);
    const perH = h2 > 0 ? g / Math.sqrt(h2) : 0;
    alongR = alongR + (a1 * g - a2 * perH * eta);
    alongV = alongV + a2 * perH * r2;
    alongN = alongN + a3 * perH * r;
  }
  if ((forces & forceBits.relativity) !== 0) alongR = alongR - relativityStrength(mu) / (r2 * r2);
  if ((forces & forceBits.oblateness) !== 0) {
    // (3/2)·J2·μ·R²/r⁵·[(5s²/r² − 1)·r − 2s·n̂], s the height over the Sun's equator.
    const s = x * sunPole[0] + y * sunPole[1] + z * sunPole[2];
    const strength = oblatenessStrength(mu) / (r2 * r2 * r);
    alongR = alongR + strength * ((5 * s * s) / r2 - 1);
    alongPole = alongPole - 2 * (strength * s);
  }
  const [nx, ny, nz] = [y * vz - z * vy, z * vx - x * vz, x * vy - y * vx];
  table[3 * stride + i] = table[3 * stride + i]! + h * (alongR * x + alongV * vx + (alongN * nx + alongPole * sunPole[0]));
  table[4 * stride + i] = table[4 * stride + i]! + h * (alongR * y + alongV * vy + (alongN * ny + alongPole * sunPole[1]));
  table[5 * stride + i] = table[5 * stride + i]! + h * (alongR * z + alongV * vz + (alongN * nz + alongPole * sunPole[2]));
}
