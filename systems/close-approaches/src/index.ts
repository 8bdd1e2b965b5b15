import { defineSystem } from '@sardonyx/study';
import * as commands from './commands.js';
import * as studies from './studies.js';

export * from './constants.js';
export { keplerDrift } from './dynamics/kepler-drift.js';
export { stumpff, type StumpffValues } from './dynamics/stumpff.js';
export * from './planets/bodies.js';
export { initialStates1969, initialStates2000, type StateVector } from './planets/initial-states.js';
export { approximatePlanet, type PlanetFit } from './planets/standish-elements.js';
export { correctDemocratic } from './dynamics/democratic-corrector.js';
export { DemocraticHeliocentric, interactionAccelerations } from './dynamics/democratic-heliocentric.js';
export { addSunRelativity, mutualGravity } from './dynamics/gravity.js';
export { type Acceleration, Ias15, type Ias15Options } from './dynamics/ias15.js';
export { JacobiWisdomHolman } from './dynamics/jacobi.js';
export { angularMomentum, barycentricStar, energy, type MassiveBodies, massiveBodies } from './dynamics/massive-bodies.js';
export { type CorrectorOrder, correctorStages } from './dynamics/symplectic-correctors.js';
export { bodiesOf, type BodyForces, integratorOf } from './dynamics/integrate-bodies.js';
export {
  eclipticToEquatorial,
  ephemerisBodies,
  ephemerisBodiesAt1969,
  equatorialToEcliptic,
  planetsAt2000,
} from './planets/solar-system.js';

export * from './encounters/index.js';

export { runsCompiledKernels } from './kernels/web-assembly.js';

export type { BeltOptions } from './belt/belt-options.js';
export { type BeltRecords, BeltRun, type BeltSnapshot } from './belt/belt-run.js';
export {
  type BeltAdvance,
  type BeltExtent,
  type BeltKernel,
  BeltMemory,
  type BeltMemoryHandle,
} from './belt/belt-memory.js';
export type { BeltDetector, BeltSpanResult, SwitchedStep } from './belt/belt-span.js';
export { beltShard, type BeltShard, type NumberedSpanResult } from './belt/belt-shard.js';
export { detectorStepTable, type DetectorStepOptions, type DetectorStepRow } from './belt/detector-step-table.js';
export { beltDrift } from './belt/belt-drift.js';
export { beltKick, type Kick, kickParts } from './belt/belt-kick.js';
export { advanceBelt, type AdvanceBelt, type BeltSteps } from './belt/belt-step.js';
export { column, type Component, components, type ParticleTable, particleTable, tableOfStates } from './belt/particle-table.js';
export { recordPlanets, trackRow, TrackStep, trackStride } from './belt/planet-track.js';
export { longestStep, type StepRule, stepRule } from './belt/step-rule.js';
export { fieldBits } from './dynamics/sun-field.js';
export { bitsOf, forceBits, type ParticleForces } from './belt/sun.js';

export * as mathematics from './mathematics/index.js';
export * from './orbit/index.js';
export { Catalogue, CatalogueBuilder, mergeCatalogues, stateOfRecord } from './formats/catalogue.js';
export { decodeCatalogue, encodeCatalogue } from './formats/catalogue-file.js';
export { type CatalogueReport, catalogueReport } from './formats/catalogue-report.js';
export { type ByteSource, memorySource } from './formats/byte-source.js';
export { fileSource } from './formats/file-source.js';
export { type CloseApproach, formatCad, readCad } from './formats/cad.js';
export { type FileFormat, fileFormats, recognizeFormat } from './formats/file-format.js';
export { FormatError, type FormatErrorCode } from './formats/format-error.js';
export { formatHorizons, parseHorizons, type VectorTable } from './formats/horizons.js';
export { type OrbitColumn, orbitColumns, type OrbitRecord } from './formats/orbit-record.js';
export { packDate, unpackDate } from './formats/packed-date.js';
export { packDesignation, unpackDesignation } from './formats/packed-designation.js';
export type { ReadOptions } from './formats/orbit-reader.js';
export { readOrbits } from './formats/read-orbits.js';
export { type RelativeState, SpkKernel } from './formats/spk.js';
export { atCommonEpoch, followedBody } from './propagation/common-epoch.js';
export { type Pass, passesOf, type PassSearch } from './propagation/passes.js';
export { planetsAt } from './propagation/planets-at.js';
export { type FollowedBody, propagate, PropagationError, SolarSystem } from './propagation/propagation.js';
export { type BeltRunOptions, type BeltSetup, runIntoArchive } from './runs/archived-run.js';

export * from './archive/index.js';
export * from './population/index.js';
export * from './statistics/index.js';
export * from './yarkovsky/index.js';

/** Asteroids from the main belt to the terrestrial planets: integration, encounters, statistics. */
export const system = defineSystem({
  name: 'close-approaches',
  title: 'Close approaches of main-belt asteroids to the terrestrial planets',
  paper: {
    arxiv: '2502.13489',
    title: 'Prediction for close approaches with terrestrial planets of asteroids from the main belt',
    authors: 'Zhou, Li, Li, Zhou',
    year: 2025,
  },
  summary: 'the asteroid belt followed for millions of years: which asteroids pass the terrestrial planets, how often, how fast',
  studies: Object.values(studies),
  commands: Object.values(commands),
});
