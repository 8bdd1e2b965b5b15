import { schemaProblems } from '@sardonyx/study/schema-problems';
import { z } from 'zod';
import { daysPerYear, j2000, sunGm } from '../constants.js';
import type { Detector } from '../encounters/step-detector.js';
import { minorBodyNames, planets } from '../planets/bodies.js';
import { stepRule } from '../belt/step-rule.js';
import { defaultSurface } from '../population/test-particles.js';
import { fiveHillRadii, requireCriticalDistances } from '../statistics/critical-distances.js';
import { ConfigError } from './config-error.js';

const defaultRule = stepRule();
const distance = (planet: keyof typeof fiveHillRadii) => z.number().default(fiveHillRadii[planet]);

/** What determines a run, to be echoed with all defaults into everything made from it. */
export const runConfig = z.strictObject({
  seed: z.int().default(0),
  /** JD (TDB) of the states at the start. */
  start: z.number().default(j2000),
  /** Longest step of particles, days, and the number of steps of this length. */
  step: z.number().positive().default(16),
  steps: z.int().min(1),
  /** Lengths of steps: `step`, half of it, and so on; 1 for one step for all. Planets take the shortest. */
  levels: z.int().min(1).max(8).default(5),
  /** Which particle takes which of them (`StepRule`), and how many longest steps lie between two looks at it. */
  stepRule: z
    .strictObject({
      stepsPerPassage: z.number().positive().default(defaultRule.stepsPerPassage),
      crossing: z
        .array(z.strictObject({ within: z.number().positive(), step: z.number().positive() }))
        .default(defaultRule.crossing.map((zone) => ({ ...zone }))),
      patience: z.int().min(0).default(defaultRule.patience),
      stepsPerReview: z.int().min(1).max(1000).default(16),
    })
    .prefault({}),
  /** Longest steps from one snapshot to the next. */
  snapshotSteps: z.int().min(1).default(10_000),
  /** Ids of the particles: from, and one beyond the last. */
  particles: z.strictObject({ from: z.int().min(0).default(0), to: z.int().min(1) }),
  /** au. */
  criticalDistances: z
    .strictObject({ mercury: distance('mercury'), venus: distance('venus'), earth: distance('earth'), mars: distance('mars') })
    .default(fiveHillRadii),
  detector: z.enum(['cubic', 'quintic', 'arcs'] satisfies Detector[]).default('quintic'),
  /** The Sun's first post-Newtonian field and its J2, on planets and particles. */
  relativity: z.boolean().default(false),
  solarJ2: z.boolean().default(false),
  /** Bodies with weight beside the planets. */
  massive: z.array(z.enum(minorBodyNames)).default([]),
  /** How drifts follow orbits and spins, where particles have spins. */
  yarkovsky: z
    .strictObject({
      /** Multiplies every drift. */
      factor: z.number().min(0).default(1),
      /** Whether torques of radiation and collisions turn spins, and the torques' strength against that of the tables. */
      evolution: z.boolean().default(false),
      torqueStrength: z.number().min(0).default(0.6),
      /** Longest steps between two looks at spins and semi-major axes: 1000 yr of 16 d. */
      lookSteps: z.int().min(1).default(22_828),
      surface: z
        .strictObject({
          density: z.number(),
          conductivity: z.number(),
          heatCapacity: z.number(),
          absorption: z.number(),
          emissivity: z.number(),
        })
        .default(defaultSurface),
    })
    .prefault({}),
  /** Whether a step too long for Mercury is taken all the same. */
  force: z.boolean().default(false),
});
export type RunConfig = z.output<typeof runConfig>;

/** Length of a run, yr. */
export const yearsOf = ({ step, steps }: Pick<RunConfig, 'step' | 'steps'>): number => (step * steps) / daysPerYear;

/** Period of Mercury, days. */
const mercuryPeriod = 2 * Math.PI * Math.sqrt(planets[0]!.semiMajorAxis ** 3 / sunGm);
/** Steps a revolution of Mercury below which a run is refused, and below which it warns. */
const [fewestSteps, fewSteps] = [8, 20];

/**
 * Fills in defaults and checks a configuration.
 * @returns it, and warnings
 * @throws {ConfigError} `value` with the path and what was expected; `critical-distance`; `step-too-long` unless forced; `particles`;
 *   `snapshot-interval` where steps do not make up whole intervals
 */
export function checkedRunConfig(given: unknown): { readonly config: RunConfig; readonly warnings: readonly string[] } {
  const parsed = runConfig.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError('value', `configuration: ${schemaProblems(runConfig, parsed.error, given).join('; ')}`);
  }
  const config = parsed.data;
  const { step, levels, steps, snapshotSteps, particles, criticalDistances, force } = config;
  requireDistances(criticalDistances);
  if (particles.to <= particles.from) {
    throw new ConfigError('particles', `particles: expected at least one, got ${particles.from} to ${particles.to}; correct the range`);
  }
  if (steps % snapshotSteps !== 0) {
    throw new ConfigError(
      'snapshot-interval',
      `snapshotSteps: expected a divisor of the ${steps} steps, got ${snapshotSteps}; take ${nearestDivisor(steps, snapshotSteps)}`,
    );
  }
  return { config, warnings: stepWarnings(step / 2 ** (levels - 1), force) };
}

function requireDistances(distances: RunConfig['criticalDistances']): void {
  try {
    requireCriticalDistances(distances);
  } catch (cause) {
    throw new ConfigError('critical-distance', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Whether a step, days, gives Mercury fewer than eight a revolution. */
export const isTooLongForMercury = (step: number): boolean => step > mercuryPeriod / fewestSteps;

/** About the shortest step: the planets', and that of the particles that reach Mercury. */
function stepWarnings(step: number, force: boolean): string[] {
  const perRevolution = `${(mercuryPeriod / step).toFixed(1)} steps a revolution of Mercury`;
  if (isTooLongForMercury(step)) {
    const message = `shortest step: expected at most ${(mercuryPeriod / fewestSteps).toFixed(1)} d, an eighth of Mercury's period, got ${step} d`;
    if (!force) throw new ConfigError('step-too-long', `${message}; shorten it, or force it (--force true, "force" in a configuration)`);
    return [`${message}, forced: ${perRevolution}; approaches to Mercury and Venus mean nothing`];
  }
  if (step <= mercuryPeriod / fewSteps) return [];
  return [
    `shortest step: ${step} d gives ${perRevolution}, fewer than ${fewSteps}; take at most ${(mercuryPeriod / fewSteps).toFixed(1)} d to rely on Mercury`,
  ];
}

/** The divisor of `total` nearest to `wanted`. */
function nearestDivisor(total: number, wanted: number): number {
  let nearest = 1;
  for (let k = 1; k * k <= total; k++) {
    if (total % k !== 0) continue;
    for (const divisor of [k, total / k]) if (Math.abs(divisor - wanted) < Math.abs(nearest - wanted)) nearest = divisor;
  }
  return nearest;
}
