import { readJsonFile } from '@sardonyx/study';
import { sunGm } from '../constants.js';
import { CatalogueBuilder } from '../formats/catalogue.js';
import { type CatalogueReport, catalogueReport } from '../formats/catalogue-report.js';
import { fileSource } from '../formats/file-source.js';
import { readOrbits } from '../formats/read-orbits.js';
import { stateOfKeplerian } from '../orbit/state-from-elements.js';
import { asteroidsOf } from '../population/asteroids-of-catalogue.js';
import { type CatalogueAsteroid, perihelion } from '../population/catalogue-asteroid.js';
import { type Gap, gapsOf, isNearGap } from '../population/gaps.js';
import { meanJupiterAxis } from '../population/jupiter.js';
import { selectMainBelt } from '../population/main-belt.js';
import { type ParticleFile, particleFile, particleRows } from '../population/particle-file.js';
import { PopulationError } from '../population/population-error.js';
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
  /** Particles as `catalogue sample` writes them, of which the first `particles` are taken; none for `''`. */
  readonly particlesFile: string;
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
  /** Whether bad lines of the catalogue are left out instead of refused. */
  readonly skipBad: boolean;
}

export interface BeltPopulation {
  /** What a person should know of the catalogue: double entries, epochs that were integrated, bodies without magnitude, bad lines. */
  readonly notes: readonly string[];
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

/** The particles of a run: those of a file, or drawn. */
export async function populationOf(rules: PopulationRules): Promise<BeltPopulation> {
  const gaps = gapsOf(meanJupiterAxis(planetsAt2000()));
  const { file, notes } = rules.particlesFile === '' ? await drawnParticles(rules, gaps) : await givenParticles(rules);
  const { particles } = file;
  return {
    notes,
    file,
    epoch: particles[0]!.epoch,
    gaps,
    states: Float64Array.from(particles.flatMap((particle) => [...stateOfKeplerian(particle, sunGm)])),
    drift: Float64Array.from(particles, ({ drift }) => drift),
    spins: {
      diameter: Float64Array.from(particles, ({ diameter }) => 1000 * diameter),
      obliquity: Float64Array.from(particles, ({ obliquity }) => obliquity),
      rate: Float64Array.from(particles, ({ rate }) => rate),
    },
  };
}

/**
 * The first particles of a file that `catalogue sample` made.
 * @throws {PopulationError} `too-few`; `argument` where they have several epochs
 */
async function givenParticles({ particlesFile, particles: count }: PopulationRules): Promise<DrawnParticles> {
  const file = await readJsonFile(particlesFile, particleFile);
  const particles = file.particles.slice(0, count);
  if (particles.length < count) {
    throw new PopulationError(
      'too-few',
      `${particlesFile}: expected ${count} particles, got ${particles.length}; take --particles ${particles.length}`,
    );
  }
  const other = particles.find(({ epoch }) => epoch !== particles[0]!.epoch);
  if (other === undefined) return { file: { ...file, particles }, notes: [] };
  throw new PopulationError(
    'argument',
    `${particlesFile}: expected one epoch, got JD ${particles[0]!.epoch} and ${other.epoch} (${other.name}); import the catalogue with --epoch before it is sampled`,
  );
}

interface DrawnParticles {
  readonly file: ParticleFile;
  readonly notes: readonly string[];
}

/** Catalogue, main-belt cut, sample, sizes, spins and drifts. */
async function drawnParticles(rules: PopulationRules, gaps: readonly Gap[]): Promise<DrawnParticles> {
  const { seed, particles: count, years, insideGaps, keepMarsCrossers, diameter } = rules;
  const { asteroids, notes } = await asteroidsFor(rules, gaps);
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
  const selected = draws.reduce((sum, { from }) => sum + from.length, 0);
  return { file: { seed, years, catalogue: asteroids.length, selected, particles: particleRows(particles) }, notes };
}

/** The asteroids of the file, all at the epoch that most of them have, or of a synthetic belt that fills its gaps where they are asked for. */
async function asteroidsFor(
  { catalogue: path, asteroids: count, seed, insideGaps, keepMarsCrossers, skipBad }: PopulationRules,
  gaps: readonly Gap[],
): Promise<{ readonly asteroids: CatalogueAsteroid[]; readonly notes: readonly string[] }> {
  if (path === '') {
    const belt = syntheticBelt({ count, seed, gaps: insideGaps > 0 ? [] : gaps, ...(keepMarsCrossers && { perihelion: nearEarth }) });
    return { asteroids: belt, notes: [] };
  }
  const builder = new CatalogueBuilder();
  let bad = 0;
  await readOrbits(await fileSource(path), builder, skipBad ? { skip: () => void bad++ } : {});
  const catalogue = builder.build();
  const report = catalogueReport(catalogue);
  const notes = [...(bad === 0 ? [] : [`${bad} bad lines of ${path} left out`]), ...catalogueNotes(report)];
  return { asteroids: asteroidsOf(atCommonEpoch(catalogue, report.commonEpoch)), notes };
}

function catalogueNotes({ duplicates, duplicateExamples, atOtherEpochs, commonEpoch, withoutMagnitude, open }: CatalogueReport): string[] {
  return [
    ...(duplicates === 0 ? [] : [`${duplicates} orbits of bodies that came before: ${duplicateExamples.join(', ')}`]),
    ...(atOtherEpochs === 0 ? [] : [`${atOtherEpochs} orbits integrated to the epoch of the others, JD ${commonEpoch}`]),
    ...(withoutMagnitude === 0 ? [] : [`${withoutMagnitude} bodies without absolute magnitude`]),
    ...(open === 0 ? [] : [`${open} orbits with e ≥ 1`]),
  ];
}
