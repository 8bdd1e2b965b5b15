import { daysPerYear } from '../constants.js';

/** What a run's length follows from. */
export interface LengthRules {
  readonly years: number;
  /** Days of the longest step. */
  readonly step: number;
  /** Snapshots wanted. */
  readonly snapshots: number;
}

export interface RunLength {
  /** Longest steps of the run, a multiple of those from one snapshot to the next. */
  readonly steps: number;
  readonly snapshotSteps: number;
}

/** How much the snapshots may change the length of a run. */
const tolerance = 0.01;

/** Whole longest steps that make up the years: more snapshots than these there cannot be. */
export const longestSteps = ({ years, step }: Pick<LengthRules, 'years' | 'step'>): number =>
  Math.max(1, Math.round((years * daysPerYear) / step));

/**
 * Snapshots lie the same number of steps apart, so that they hardly ever fit a length of time. As many as wanted are taken
 * where that changes the length by less than 1 %, otherwise the nearest number of them that does not.
 */
export function runLength(rules: LengthRules): RunLength {
  const total = longestSteps(rules);
  const lengths = (snapshots: number): RunLength => {
    const snapshotSteps = Math.max(1, Math.round(total / snapshots));
    return { steps: snapshotSteps * snapshots, snapshotSteps };
  };
  for (let away = 0; ; away++) {
    for (const snapshots of [rules.snapshots - away, rules.snapshots + away]) {
      if (snapshots < 1 || snapshots > total) continue;
      const length = lengths(snapshots);
      if (Math.abs(length.steps - total) <= tolerance * total) return length;
    }
  }
}
