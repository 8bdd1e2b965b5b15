import { sunGm } from '../constants.js';
import { particleStream } from '../particle-stream.js';
import type { ThermalSurface } from '../population/test-particles.js';
import { isStaleDrift } from '../yarkovsky/drift-acceleration.js';
import { nextSpin, randomBlocksPerSpinStep } from '../yarkovsky/spin-evolution.js';
import { yarkovskyDrift } from '../yarkovsky/yarkovsky-drift.js';

/** Numbers of a particle's spin: obliquity (rad), rate (1/s), da/dt (au/d), and the semi-major axis (au) that this was computed at. */
export const spinSize = 4;

/** How drifts follow orbits and spins. */
export interface DriftRules {
  readonly seed: number;
  readonly surface: ThermalSurface;
  /** The drift is multiplied by it. */
  readonly factor: number;
  /** Whether torques of radiation and collisions turn spins. */
  readonly evolution: boolean;
  /** Strength of the torques against those of the tables. */
  readonly torqueStrength: number;
  /** Between two looks, yr. */
  readonly years: number;
}

/** The particle that is looked at. */
export interface SpinningParticle {
  readonly id: number;
  /** m. */
  readonly diameter: number;
  /** Osculating now, au. */
  readonly semiMajorAxis: number;
}

/** A particle's spin numbers at the start. */
export function spinAtStart(
  obliquity: number,
  rate: number,
  { diameter, semiMajorAxis }: Omit<SpinningParticle, 'id'>,
  { surface, factor }: Pick<DriftRules, 'surface' | 'factor'>,
): [obliquity: number, rate: number, drift: number, semiMajorAxis: number] {
  const drift = factor * yarkovskyDrift({ ...surface, diameter }, { obliquity, rate }, semiMajorAxis).total;
  return [obliquity, rate, drift, semiMajorAxis];
}

/**
 * Spin numbers at look `look` (1, 2, …) from those `before` it. Where spins evolve, this is a spin step, and the drift is computed anew; else
 * it is where the semi-major axis has changed by more than 1 %. Chance comes from the particle's own stream at a place that follows
 * from the number of the look, so that it depends on nothing else. Open orbits keep what they have: no drift acts on them.
 */
export function spinAtLook(before: ArrayLike<number>, look: number, particle: SpinningParticle, rules: DriftRules): ArrayLike<number> {
  const { id, diameter, semiMajorAxis } = particle;
  const [obliquity, rate, , computedAt] = [before[0]!, before[1]!, before[2]!, before[3]!];
  if (!(semiMajorAxis > 0 && semiMajorAxis < Infinity)) return before;
  if (!rules.evolution) return isStaleDrift(computedAt, semiMajorAxis) ? spinAtStart(obliquity, rate, particle, rules) : before;
  const stream = particleStream(rules.seed, 'spin on the way', id);
  stream.jump(look * randomBlocksPerSpinStep);
  const body = { diameter, density: rules.surface.density, semiMajorAxis };
  const { spin } = nextSpin({ obliquity, rate }, body, rules.years, stream, { strength: rules.torqueStrength });
  return spinAtStart(spin.obliquity, spin.rate, particle, rules);
}

/** Osculating heliocentric semi-major axis (au) of a state of 6 numbers at `p`, whose velocity lacks `recoil`; negative on open orbits. */
export function semiMajorAxisAt(states: ArrayLike<number>, p: number, recoil: ArrayLike<number> = [0, 0, 0]): number {
  const [x, y, z] = [states[p]!, states[p + 1]!, states[p + 2]!];
  const [vx, vy, vz] = [states[p + 3]! + recoil[0]!, states[p + 4]! + recoil[1]!, states[p + 5]! + recoil[2]!];
  return 1 / (2 / Math.sqrt(x * x + y * y + z * z) - (vx * vx + vy * vy + vz * vz) / sunGm);
}
