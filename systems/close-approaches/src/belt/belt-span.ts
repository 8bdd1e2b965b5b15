import type { EncounterEvent } from '../encounters/encounter-event.js';
import type { HybridOptions } from '../encounters/hybrid-switch.js';
import type { Annuli } from '../encounters/planet-annuli.js';
import type { Removal, RemovalLimits } from '../encounters/removal.js';
import type { Detector } from '../encounters/step-detector.js';
import type { MassiveBodyName } from '../planets/bodies.js';

/**
 * How encounters are found: as `Detector` says, or not at all (`none`). Then particles only feel the planets' attraction in the kicks:
 * one call of the kernel moves them from review to review, and the limits about the star are looked at there.
 */
export type BeltDetector = Detector | 'none';

/** What the motion of particles depends on beside their states and the planets: plain data, for threads. */
export interface MotionOptions {
  readonly starGm: number;
  /** G·m (au³/d²), names, radii (au) and critical distances (au, 0 for none) of the planets, in one order. */
  readonly gm: Float64Array;
  readonly names: readonly MassiveBodyName[];
  readonly radii: Float64Array;
  readonly critical: Float64Array;
  /** JD (TDB) of the start. */
  readonly epoch: number;
  /** Days of the planets' steps, negative backwards, and the number of the particles' lengths: once that, twice, four times, … */
  readonly unit: number;
  readonly levels: number;
  readonly detector: BeltDetector;
  readonly hybrid: HybridOptions;
  readonly limits: RemovalLimits;
  /** Bits of `forceBits`, and the largest parameters of all particles, as one column of a table. */
  readonly forces: number;
  readonly strongest: Float64Array;
  /** The annuli of the start, which changeovers are made for. */
  readonly firstAnnuli: Annuli;
  /** Whether pairs are let off by proof. */
  readonly letOff: boolean;
  /** Whether integrated steps are told. */
  readonly tellSwitches: boolean;
}

/** Particles of one step that move from the first row of the track to the last. */
export interface BeltSpan {
  /** Places of the particles. */
  readonly begin: number;
  readonly count: number;
  /** Their steps are 2^level of the planets'. */
  readonly level: number;
  /** The planets' node, counted from the start, in the first row, and the steps to the last row. */
  readonly firstNode: number;
  readonly rows: number;
  /** Whether a review follows. */
  readonly isReviewed: boolean;
  readonly annuli: Annuli;
  /** Changes with the annuli. */
  readonly drawing: number;
  /** Excursions under way of these particles. */
  readonly excursions: Float64Array;
}

/** A step with integrated encounters: the particle, the planets' node where it begins, and its flags. */
export interface SwitchedStep {
  readonly particle: number;
  readonly step: number;
  readonly flags: number;
}

/** What particles met in a span. */
export interface BeltSpanResult {
  readonly events: readonly EncounterEvent[];
  readonly removals: readonly Removal[];
  readonly switches: readonly SwitchedStep[];
  readonly excursions: Float64Array;
}
