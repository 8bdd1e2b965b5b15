import { daysPerYear } from '../constants.js';
import { largestDrift, rateOfPeriod, type Spin, type ThermalBody, yarkovskyDrift } from '../yarkovsky/yarkovsky-drift.js';
import type { CatalogueAsteroid } from './catalogue-asteroid.js';
import { clone, type CloneSpread } from './clones.js';
import { type Gap, nearestGap } from './gaps.js';
import type { Sample } from './sampling.js';
import { diameterOf, type SizeRule } from './sizes.js';
import { initialSpin, type SpinRule } from './spins.js';

/** A massless body of the run. */
export interface TestParticle {
  readonly id: number;
  /** Place of its asteroid in the catalogue; clones share it. */
  readonly source: number;
  readonly asteroid: CatalogueAsteroid;
  /** Asteroids of the catalogue that it stands for. */
  readonly weight: number;
  readonly stratum: number;
  /** km. */
  readonly diameter: number;
  readonly spin: Spin;
  readonly nearGap: boolean;
  /** The nearest gap. */
  readonly gap: string;
  /** Drift of the semi-major axis, au/d: what the integrator makes its transverse acceleration of. */
  readonly drift: number;
}

/** Thermal properties of all particles; sizes are their own. */
export type ThermalSurface = Omit<ThermalBody, 'diameter'>;

/** Regolith of low conductivity (our choice). */
export const defaultSurface: ThermalSurface = { density: 2500, conductivity: 0.001, heatCapacity: 680, absorption: 0.98, emissivity: 0.9 };

export interface ParticleRules {
  readonly seed: number;
  /** Length of the run, yr: how far particles may drift. */
  readonly years: number;
  readonly gaps: readonly Gap[];
  readonly size: SizeRule;
  readonly spin: SpinRule;
  readonly surface: ThermalSurface;
  /** The drift is multiplied by it; 0 switches the Yarkovsky effect off. */
  readonly driftFactor: number;
  /** Particles an asteroid, the first of them the asteroid itself. */
  readonly clones: number;
  readonly spread: CloneSpread;
  /** Spins that are known, by designation or name of the asteroid. */
  readonly knownSpins?: ReadonlyMap<string, Spin>;
}

/**
 * The particles of a run, with ids 0, 1, 2, …: each depends on the rules, its asteroid and its id only.
 * @throws {PopulationError} `argument`
 */
export function testParticles(catalogue: readonly CatalogueAsteroid[], sample: Sample, rules: ParticleRules): TestParticle[] {
  return Array.from({ length: sample.indices.length * rules.clones }, (_, id) => {
    const place = Math.floor(id / rules.clones);
    const source = sample.indices[place]!;
    const original = catalogue[source]!;
    const asteroid = id % rules.clones === 0 ? original : clone(original, rules.spread, rules.seed, id);
    const stratum = sample.strata[place]!;
    return { id, source, asteroid, stratum, weight: sample.weights[stratum]! / rules.clones, ...moving(id, asteroid, rules) };
  });
}

/** Farthest that an asteroid can drift during the run, au, whatever its obliquity. */
export function driftReach(
  asteroid: CatalogueAsteroid,
  { size, spin, surface, driftFactor, years }: Pick<ParticleRules, 'size' | 'spin' | 'surface' | 'driftFactor' | 'years'>,
): number {
  const body: ThermalBody = { ...surface, diameter: 1000 * diameterOf(asteroid, size) };
  const rate = rateOfPeriod(asteroid.rotationPeriod ?? spin.period);
  return driftFactor * largestDrift(body, rate, asteroid.semiMajorAxis) * years * daysPerYear;
}

/** Size, spin and drift. */
function moving(id: number, asteroid: CatalogueAsteroid, rules: ParticleRules) {
  const { seed, gaps, size, spin: rule, surface, driftFactor } = rules;
  const { semiMajorAxis, rotationPeriod, name, designation = name } = asteroid;
  const diameter = diameterOf(asteroid, size);
  const body: ThermalBody = { ...surface, diameter: 1000 * diameter };
  const reach = driftReach(asteroid, rules);
  const { spin: drawn, nearGap } = initialSpin({ particle: id, seed, semiMajorAxis, reach, gaps, rotationPeriod }, rule);
  const spin = rules.knownSpins?.get(designation) ?? rules.knownSpins?.get(name) ?? drawn;
  const drift = driftFactor * yarkovskyDrift(body, spin, semiMajorAxis).total;
  return { diameter, spin, nearGap, gap: nearestGap(semiMajorAxis, gaps).gap.name, drift };
}
