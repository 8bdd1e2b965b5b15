import { sunGm } from '../../src/constants.js';
import { type ParticleTable, components, particleTable } from '../../src/belt/particle-table.js';

/** Uniform numbers in [0, 1), the same for the same seed (Marsaglia's xorshift, 32 bits). */
export function uniforms(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** Position and velocity of an orbit of perihelion distance q at true anomaly ν, turned by random angles. */
export function stateOf(q: number, e: number, trueAnomaly: number, inclination: number, node: number, perihelion: number): number[] {
  const p = q * (1 + e);
  const r = p / (1 + e * Math.cos(trueAnomaly));
  const speed = Math.sqrt(sunGm / p);
  const [x, y] = [r * Math.cos(trueAnomaly), r * Math.sin(trueAnomaly)];
  const [vx, vy] = [-speed * Math.sin(trueAnomaly), speed * (e + Math.cos(trueAnomaly))];
  const turn = (u: number, v: number): number[] => {
    const [a, b] = [u * Math.cos(perihelion) - v * Math.sin(perihelion), u * Math.sin(perihelion) + v * Math.cos(perihelion)];
    const [c, d] = [b * Math.cos(inclination), b * Math.sin(inclination)];
    return [a * Math.cos(node) - c * Math.sin(node), a * Math.sin(node) + c * Math.cos(node), d];
  };
  return [...turn(x, y), ...turn(vx, vy)];
}

export type Kind = 'belt' | 'crossing' | 'near-parabolic' | 'hyperbolic';

/** A state of the kind, and plausible non-gravitational parameters. */
export function randomParticle(kind: Kind, random: () => number): number[] {
  const [q, e] = {
    belt: () => [1.7 + random(), 0.2 * random()] as const,
    crossing: () => [0.05 + 1.2 * random(), 0.95 * random()] as const,
    'near-parabolic': () => [0.01 + random(), 1 + 1e-3 * (random() - 0.5)] as const,
    hyperbolic: () => [0.05 + 2 * random(), 1 + 10 * random()] as const,
  }[kind]();
  const widest = e < 1 ? Math.PI : 0.95 * Math.acos(-1 / e);
  const trueAnomaly = (2 * random() - 1) * widest;
  const state = stateOf(q, e, trueAnomaly, Math.PI * random(), 2 * Math.PI * random(), 2 * Math.PI * random());
  return [...state, 1e-9 * (random() - 0.5), 1e-12 * random(), 1e-13 * (random() - 0.5), 1e-14 * random()];
}

/** A table of random particles, kinds in turn. */
export function randomTable(count: number, kinds: readonly Kind[], seed: number): ParticleTable {
  const random = uniforms(seed);
  const table = particleTable(count);
  for (let i = 0; i < count; i++) {
    const particle = randomParticle(kinds[i % kinds.length]!, random);
    for (let k = 0; k < components.length; k++) table.values[k * table.stride + i] = particle[k]!;
  }
  return table;
}
