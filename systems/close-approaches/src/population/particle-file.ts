import { z } from 'zod';
import type { SampleWeights } from '../statistics/approach-times.js';
import type { CompletenessTable } from '../statistics/completeness.js';
import { completenessOf } from '../statistics/completeness.js';
import type { TestParticle } from './test-particles.js';

const particle = z.object({
  id: z.int().min(0),
  name: z.string(),
  /** Place of the asteroid in the catalogue. */
  source: z.int().min(0),
  stratum: z.int().min(0),
  weight: z.number().positive(),
  epoch: z.number(),
  semiMajorAxis: z.number(),
  eccentricity: z.number(),
  inclination: z.number(),
  node: z.number(),
  argument: z.number(),
  meanAnomaly: z.number(),
  absoluteMagnitude: z.number().nullable(),
  /** km. */
  diameter: z.number(),
  /** rad, and 1/s. */
  obliquity: z.number(),
  rate: z.number(),
  /** au/d. */
  drift: z.number(),
  nearGap: z.boolean(),
  gap: z.string(),
});

/** The particles of a run as JSON: what to integrate, and whom each stands for. */
export const particleFile = z.object({
  seed: z.int(),
  years: z.number(),
  catalogue: z.int(),
  selected: z.int(),
  particles: z.array(particle).min(1),
});
export type ParticleFile = z.output<typeof particleFile>;
export type ParticleRow = z.output<typeof particle>;

/** Particles as the rows of a file. */
export const particleRows = (particles: readonly TestParticle[]): ParticleRow[] =>
  particles.map(({ id, asteroid, source, stratum, weight, diameter, spin, drift, nearGap, gap }) => {
    const { name, epoch, semiMajorAxis, eccentricity, inclination, node, argument, meanAnomaly, absoluteMagnitude } = asteroid;
    const elements = { epoch, semiMajorAxis, eccentricity, inclination, node, argument, meanAnomaly };
    const magnitude = absoluteMagnitude ?? null;
    return { id, name, source, stratum, weight, ...elements, absoluteMagnitude: magnitude, diameter, ...spin, drift, nearGap, gap };
  });

/**
 * Whom the particles stand for: none where they are fainter than `faintest` (those without magnitude count), and 1/C of
 * themselves where a completeness is given.
 */
export function weightsOf({ particles }: ParticleFile, faintest = 22, completeness?: CompletenessTable): SampleWeights {
  const share = completeness === undefined ? () => 1 : completenessOf(completeness);
  return {
    weight: Float64Array.from(particles, ({ weight, absoluteMagnitude, semiMajorAxis }) => {
      if (absoluteMagnitude === null) return weight;
      return absoluteMagnitude <= faintest ? weight / share(absoluteMagnitude, semiMajorAxis) : 0;
    }),
    asteroid: Uint32Array.from(particles, ({ source }) => source),
    stratum: Uint32Array.from(particles, ({ stratum }) => stratum),
  };
}
