import type { MassiveBodies } from '../dynamics/massive-bodies.js';
import { type PlanetName, planetNames } from '../planets/bodies.js';
import { BeltPropagation, type BeltPropagationOptions, defaultCriticalDistances } from './propagate-belt.js';
import type { Detector } from './step-detector.js';

/** Events that one detector finds with one step. */
export interface DetectorStepRow {
  readonly detector: Detector;
  /** Length of the step, days. */
  readonly step: number;
  /** Events by planet, and the mean of their v_inf in au/d (NaN without events). */
  readonly events: Readonly<Partial<Record<PlanetName, number>>>;
  readonly meanVInf: Readonly<Partial<Record<PlanetName, number>>>;
}

export interface DetectorStepOptions extends Omit<BeltPropagationOptions, 'step' | 'detector' | 'stepper'> {
  /** Days that every run covers. */
  readonly days: number;
  readonly steps?: readonly number[];
  readonly detectors?: readonly Detector[];
}

/**
 * Counts the encounters of the same particles with several steps and detectors. What grows with the step under the cubic detector
 * alone comes from the detector; what grows under both, from the orbits. Attractions stay in the kicks unless `hybrid` says otherwise,
 * for within integrated pieces every detector sees the integrator's own motion.
 */
export function detectorStepTable(planets: MassiveBodies, particles: ArrayLike<number>, options: DetectorStepOptions): DetectorStepRow[] {
  const { days, steps = [1, 2, 4, 8, 16], detectors = ['quintic', 'cubic'], ...belt } = options;
  const watched = Object.keys(options.criticalDistances ?? defaultCriticalDistances) as PlanetName[];
  return detectors.flatMap((detector) =>
    steps.map((step) => {
      const run = new BeltPropagation(planets, particles, { hybrid: { kind: 'none' }, ...belt, step, detector });
      const { events } = run.advance(Math.round(days / step));
      const names = options.planets ?? planetNames;
      const of = (name: PlanetName) => events.filter(({ planet }) => names[planet] === name);
      const tell = <T>(value: (name: PlanetName) => T) => Object.fromEntries(watched.map((name) => [name, value(name)]));
      return {
        detector,
        step,
        events: tell((name) => of(name).length),
        meanVInf: tell((name) => of(name).reduce((sum, { vInf }) => sum + vInf, 0) / of(name).length),
      };
    }),
  );
}
