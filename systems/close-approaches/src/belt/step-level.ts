import { CloseEncounter } from '../encounters/close-encounter.js';
import type { Excursions } from '../encounters/excursions.js';
import { HybridSwitch } from '../encounters/hybrid-switch.js';
import type { Annuli } from '../encounters/planet-annuli.js';
import type { PlanetSystem } from '../encounters/planet-steps.js';
import { SafeSteps } from '../encounters/safe-steps.js';
import type { MotionOptions } from './belt-span.js';
import { forceBound, type TableForce } from './particle-force.js';
import type { TrackStep } from './planet-track.js';

/** What steps of one length need. */
export interface StepLevel extends PlanetSystem {
  readonly rows: number;
  readonly switching: HybridSwitch;
  readonly encounter: CloseEncounter;
  readonly bound: number;
  safe: SafeSteps;
  drawing: number;
  /** The steps of the span, as far as they have been asked for. */
  steps: TrackStep[];
  firstNode: number;
}

/** Steps of `rows` units. Their proofs of safety are for the options' first annuli. */
export function stepLevel(rows: number, options: MotionOptions, excursions: Excursions, force: TableForce | undefined): StepLevel {
  const { starGm, gm, unit, firstAnnuli, hybrid, critical, radii, limits, forces, strongest } = options;
  const system = { starGm, gm, h: rows * unit };
  const switching = new HybridSwitch(system, firstAnnuli, hybrid);
  const encounter = new CloseEncounter(switching, excursions, { critical, radii, sunLimit: limits.sun, force });
  // Within half of it nothing is promised.
  const nearest = 0.5 * Math.max(limits.sun, switching.pericentreReach(system));
  const bound = forceBound({ values: strongest, stride: 1, count: 1 }, forces, starGm, nearest);
  const level = { ...system, rows, switching, encounter, bound, drawing: 0, steps: [], firstNode: -1 };
  return { ...level, safe: proofsOf(level, firstAnnuli, options) };
}

/** Proofs that particles meet nothing, for planets that stay within the annuli. */
export function proofsOf(
  level: Pick<StepLevel, 'starGm' | 'gm' | 'h' | 'switching' | 'bound'>,
  annuli: Annuli,
  { critical, limits }: MotionOptions,
): SafeSteps {
  const { switching, bound } = level;
  const reach = switching.distances(annuli, 'greatest').map((distance, planet) => Math.max(distance, critical[planet]!));
  return new SafeSteps(level, annuli, reach, switching.distances(annuli, 'least'), {
    star: Math.max(limits.sun, switching.pericentreReach(level)),
    far: Math.min(limits.escape, limits.far),
    extra: bound,
  });
}
