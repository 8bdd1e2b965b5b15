import type { Kernel } from '@sardonyx/parallel';
import { j2000 } from '../constants.js';
import { defaultCriticalDistances } from '../encounters/critical-distances.js';
import type { HybridOptions } from '../encounters/hybrid-switch.js';
import type { Annuli } from '../encounters/planet-annuli.js';
import type { PlanetSystem } from '../encounters/planet-steps.js';
import { defaultRemovalLimits, type RemovalLimits } from '../encounters/removal.js';
import { type MassiveBodyName, planetNames, radiusOf } from '../planets/bodies.js';
import type { BeltKernel } from './belt-memory.js';
import type { BeltShard, NumberedSpanResult } from './belt-shard.js';
import type { BeltDetector, MotionOptions } from './belt-span.js';
import { components, driftComponent, type ParticleTable } from './particle-table.js';
import type { StepRule } from './step-rule.js';
import { bitsOf, type ParticleForces } from './sun.js';

export interface BeltOptions {
  /** JD (TDB) of the start; J2000.0 by default. */
  readonly epoch?: number;
  /** Longest step of particles, days; 16 by default, negative to go back. */
  readonly longestStep?: number;
  /** Steps are `longestStep`, half of it, … : so many lengths; 5 by default. The planets' step is the shortest. */
  readonly levels?: number;
  readonly rule?: StepRule;
  /** Longest steps between two looks at who needs which step; 16 by default. */
  readonly stepsPerReview?: number;
  /** Names of the planets, in the order of the bodies given; Mercury to Neptune by default. */
  readonly planets?: readonly MassiveBodyName[];
  /** `quintic` by default. With `none` planets are not watched and attractions not switched, whatever the options of these say. */
  readonly detector?: BeltDetector;
  /** Critical distances in au of the planets to watch, by name. */
  readonly criticalDistances?: Readonly<Partial<Record<MassiveBodyName, number>>>;
  readonly hybrid?: HybridOptions;
  readonly limits?: RemovalLimits;
  readonly forces?: ParticleForces;
  /** Name of the first particle; the next ones count on from it. 0 by default. */
  readonly firstId?: number;
  readonly kernel?: BeltKernel;
  /** Threads; 1 by default, the calling one. Results do not depend on it. */
  readonly workers?: number;
  /** Particles that a thread takes at once; 1024 by default. Results do not depend on it. */
  readonly batch?: number;
  /** Where threads find the kernel that moves a shard; `beltShard` unless an application bundles it elsewhere. */
  readonly shardKernel?: Kernel<BeltShard, readonly NumberedSpanResult[]>;
  /** Whether particles are let off by proof; true by default. Results are the same, only later. */
  readonly letOff?: boolean;
  /** Whether steps with integrated encounters are told. */
  readonly tellSwitches?: boolean;
}

/** What threads need of a run's options; `planets` and `annuli` are those of the start. */
export function motionOptions(planets: PlanetSystem, annuli: Annuli, table: ParticleTable, options: BeltOptions): MotionOptions {
  const names = options.planets ?? planetNames;
  const critical: Partial<Record<MassiveBodyName, number>> = options.criticalDistances ?? defaultCriticalDistances;
  const strongest = new Float64Array(components.length);
  for (let k = driftComponent; k < components.length; k++) {
    for (let i = 0; i < table.count; i++) strongest[k] = Math.max(strongest[k]!, Math.abs(table.values[k * table.stride + i]!));
  }
  return {
    starGm: planets.starGm,
    gm: planets.gm,
    names,
    radii: Float64Array.from(names, radiusOf),
    critical: Float64Array.from(names, (name) => critical[name] ?? 0),
    epoch: options.epoch ?? j2000,
    unit: planets.h,
    levels: options.levels ?? 5,
    detector: options.detector ?? 'quintic',
    hybrid: options.hybrid ?? {},
    limits: options.limits ?? defaultRemovalLimits,
    forces: bitsOf(options.forces ?? {}),
    strongest,
    firstAnnuli: annuli,
    letOff: options.letOff ?? true,
    tellSwitches: options.tellSwitches ?? false,
  };
}
