import type { ParticleForce } from '../encounters/particle-kick.js';
import { driftComponent, jplComponent, type ParticleTable } from './particle-table.js';
import { addSunField, oblatenessStrength, relativityStrength } from '../dynamics/sun-field.js';
import { isNonGravitational, nonGravitational } from './sun.js';

/** The forces of a table's kicks on one of its particles, for steps in which it meets planets. */
export class TableForce implements ParticleForce {
  readonly #parameters = { drift: 0, a1: 0, a2: 0, a3: 0 };

  /** `forces` are bits of `forceBits`, `mu` is the star's G·m. */
  constructor(
    readonly forces: number,
    readonly mu: number,
  ) {}

  /** The particle at `slot` of a table is the one from now on. */
  select({ values, stride }: ParticleTable, slot: number): void {
    this.#parameters.drift = values[driftComponent * stride + slot]!;
    this.#parameters.a1 = values[jplComponent * stride + slot]!;
    this.#parameters.a2 = values[(jplComponent + 1) * stride + slot]!;
    this.#parameters.a3 = values[(jplComponent + 2) * stride + slot]!;
  }

  addField(state: Float64Array, out: Float64Array): void {
    addSunField(this.forces, this.mu, state[0]!, state[1]!, state[2]!, out);
  }

  push(state: Float64Array, recoil: ArrayLike<number>, out: Float64Array): void {
    out.fill(0);
    if (!isNonGravitational(this.forces)) return;
    const [x, y, z, vx, vy, vz] = [state[0]!, state[1]!, state[2]!, state[3]!, state[4]!, state[5]!];
    nonGravitational(this.forces, this.mu, this.#parameters, x, y, z, vx + recoil[0]!, vy + recoil[1]!, vz + recoil[2]!, out);
  }
}

/** Bound of the forces' acceleration (au/d²) on the particles of a table at heliocentric distances from `nearest` (au) on. */
export function forceBound({ values, stride, count }: ParticleTable, forces: number, mu: number, nearest: number): number {
  if (forces === 0) return 0;
  let [drift, jpl] = [0, 0];
  for (let i = 0; i < count; i++) {
    drift = Math.max(drift, Math.abs(values[driftComponent * stride + i]!));
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += Math.abs(values[(jplComponent + k) * stride + i]!);
    jpl = Math.max(jpl, sum);
  }
  const r2 = nearest * nearest;
  // The drift's part is (da/dt)·√μ·r/(2a²√p), with r ≤ 2a; p is at least 1 % of the distance, or the orbit would end in the star.
  const transverse = (drift * Math.sqrt(mu)) / (0.5 * nearest * Math.sqrt(0.01 * nearest));
  return transverse + jpl / r2 + relativityStrength(mu) / (r2 * nearest) + (4 * oblatenessStrength(mu)) / (r2 * r2);
}
