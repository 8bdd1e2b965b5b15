/** Components of a particle, in their order in a table. */
export const components = ['x', 'y', 'z', 'vx', 'vy', 'vz', 'drift', 'a1', 'a2', 'a3'] as const;
export type Component = (typeof components)[number];

/** First component of the Yarkovsky drift da/dt, au/d, and of A1 … A3, au/d². */
export const driftComponent = 6;
export const jplComponent = 7;

/**
 * Massless particles in structure of arrays: component `k` of particle `i` at `values[k·stride + i]`. Positions Q relative to the
 * Sun, au; velocities V relative to the centre of mass, au/d (democratic heliocentric); then da/dt of the Yarkovsky effect, au/d,
 * and A1, A2, A3 of JPL's model, au/d².
 */
export interface ParticleTable {
  readonly values: Float64Array;
  readonly stride: number;
  readonly count: number;
}

/** A table of `count` particles, all zero. */
export const particleTable = (count: number): ParticleTable => ({
  values: new Float64Array(components.length * count),
  stride: count,
  count,
});

/** One component of every particle; a view. */
export function column({ values, stride, count }: ParticleTable, component: Component): Float64Array {
  const start = components.indexOf(component) * stride;
  return values.subarray(start, start + count);
}
