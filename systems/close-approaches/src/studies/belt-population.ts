import { sunGm } from '../constants.js';
import { CatalogueBuilder } from '../formats/catalogue.js';
import { fileSource } from '../formats/file-source.js';
import { readOrbits } from '../formats/read-orbits.js';
import { stateOfKeplerian } from '../orbit/state-from-elements.js';
import { asteroidsOf } from '../population/asteroids-of-catalogue.js';
import { type CatalogueAsteroid, perihelion } from '../population/catalogue-asteroid.js';
import { type Gap, gapsOf, isNearGap } from '../population/gaps.js';
import { meanJupiterAxis } from '../population/jupiter.js';
import { selectMainBelt } from '../population/main-belt.js';
import { type ParticleFile, particleRows } from '../population/particle-file.js';
import { drawSample } from '../population/sampling.js';
import { readSpins } from '../population/spin-file.js';
import type { SpinRule } from '../population/spins.js';
import { syntheticBelt } from '../population/synthetic-belt.js';
import { defaultSurface, driftReach, testParticles } from '../population/test-particles.js';
import { planetsAt2000 } from '../planets/solar-system.js';
import { atCommonEpoch } from '../propagation/common-epoch.js';

/** Perihelia within it, au, make near-Earth objects: none of the belt. */
export const nearEarth = 1.3;

export interface PopulationRules {
  readonly seed: number;
  /** A file of orbits; none for a synthetic belt of `asteroids`. */
  readonly catalogue: string;
  readonly asteroids: number;
  readonly particles: number;
  /** Share of the particles drawn from inside the half-widths of the gaps. */
  readonly insideGaps: number;
  /** Whether the others are drawn from where they may drift into a gap. */
  readonly nearGaps: boolean;
  readonly keepMarsCrossers: boolean;
  /** Particles are drawn from asteroids with perihelia within it, au. */
  readonly largestPerihelion: number;
  readonly years: number;
  /** km; 0 for each asteroid's own. */
  readonly diameter: number;
  readonly towards: number;
  readonly driftFactor: number;
  readonly spins: SpinRule['orientation'];
  /** A file of spins that are known; none for `''`. */
  readonly spinFile: string;
}

export interface BeltPopulation {
  readonly file: ParticleFile;
  /** JD (TDB) of all elements. */
  readonly epoch: number;
  readonly gaps: readonly Gap[];
  /** Heliocentric states, 6 numbers a particle. */
  readonly states: Float64Array;
  readonly drift: Float64Array;
  /** Diameters (m), obliquities (rad) and rates (1/s). */
  readonly spins: { readonly diameter: Float64Array; readonly obliquity: Float64Array; readonly rate: Float64Array };
}

/** Catalogue, main-belt cut, sample, sizes, spins and drifts: the particles of a run. */
export async function populationOf(rules: PopulationRules): Promise<BeltPopulation> {
  const { seed, particles: count, years, insideGaps, keepMarsCrossers, diameter } = rules;
  const gaps = gapsOf(meanJupiterAxis(planetsAt2000()));
  const asteroids = await asteroidsFor(rules, gaps);
  const selection = selectMainBelt(asteroids, { keepWithoutMagnitude: diameter > 0, keepMarsCrossers });
  const indices = selection.indices.filter((index) => perihelion(asteroids[index]!) < rules.largestPerihelion);
  const size = diameter === 0 ? ('catalogue' as const) : diameter;
  const spin: SpinRule = { orientation: rules.spins, towards: rules.towards, period: 6 };
  const drifting = { size, spin, surface: defaultSurface, driftFactor: rules.driftFactor, years };
  const isInside = (index: number): boolean => isNearGap(asteroids[index]!.semiMajorAxis, 0, gaps);
  const isNear = (index: number): boolean => isNearGap(asteroids[index]!.semiMajorAxis, driftReach(asteroids[index]!, drifting), gaps);
  const wanted = rules.nearGaps ? indices.filter(isNear) : indices;
  const inside = Math.round(insideGaps * count);
  const draws = [
    { from: insideGaps > 0 ? wanted.filter((index) => !isInside(index)) : wanted, count: count - inside },
    { from: indices.filter(isInside), count: inside },
  ].filter((draw) => draw.count > 0);
  const samples = draws.map((draw) => drawSample(draw.from, draw.count, seed));
  const sample = {
    indices: Uint32Array.from(samples.flatMap((own) => [...own.indices])),
    strata: Uint32Array.from(samples.flatMap((own, stratum) => Array.from(own.indices, () => stratum))),
    weights: Float64Array.from(samples, (own) => own.weights[0]!),
  };
  const particles = testParticles(asteroids, sample, {
    seed,
    gaps,
    ...drifting,
    ...(rules.spinFile !== '' && { knownSpins: await readSpins(rules.spinFile) }),
    clones: 1,
    spread: { semiMajorAxis: 0, eccentricity: 0, inclination: 0 },
  });
  return {
    file: {
      seed,
      years,
      catalogue: asteroids.length,
      selected: draws.reduce((sum, { from }) => sum + from.length, 0),
      particles: particleRows(particles),
    },
    epoch: particles[0]!.asteroid.epoch,
    gaps,
    states: Float64Array.from(particles.flatMap(({ asteroid }) => [...stateOfKeplerian(asteroid, sunGm)])),
    drift: Float64Array.from(particles, ({ drift }) => drift),
    spins: {
      diameter: Float64Array.from(particles, ({ diameter }) => 1000 * diameter),
      obliquity: Float64Array.from(particles, ({ spin }) => spin.obliquity),
      rate: Float64Array.from(particles, ({ spin }) => spin.rate),
    },
  };
}

/** The asteroids of the file, all at the epoch that most of them have, or of a synthetic belt that fills its gaps where they are asked for. */
async function asteroidsFor(
  { catalogue: path, asteroids: count, seed, insideGaps, keepMarsCrossers }: PopulationRules,
  gaps: readonly Gap[],
): Promise<CatalogueAsteroid[]> {
  if (path === '') {
    return syntheticBelt({ count, seed, gaps: insideGaps > 0 ? [] : gaps, ...(keepMarsCrossers && { perihelion: nearEarth }) });
  }
  const builder = new CatalogueBuilder();
  await readOrbits(await fileSource(path), builder, {});
  const catalogue = builder.build();
  return asteroidsOf(atCommonEpoch(catalogue, commonest(catalogue.column('epoch'))));
}

/** The value that occurs most often, the first of them. */
function commonest(values: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const value of Array.from(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, other) => (other[1] > best[1] ? other : best), [NaN, 0])[0];
}
