import { auPerDayOfKmPerSecond } from '../constants.js';
import type { CloseApproach } from '../formats/cad.js';
import type { Pass } from '../propagation/passes.js';

/** A pass of the body of a designation, with what its orbit says of it. */
export interface ComputedApproach extends Omit<Pass, 'body'> {
  readonly designation: string;
  /** Of the orbit; NaN where unknown. */
  readonly absoluteMagnitude: number;
}

/** What is known of the bodies whose orbits were read. */
export interface OrbitNote {
  /** Which of the body's solutions the orbit is; empty where unknown. */
  readonly solution: string;
  readonly absoluteMagnitude: number;
  /** Whether its MOID let it be integrated. */
  readonly isCandidate: boolean;
}

export type Outcome = 'matched' | 'no orbit' | 'moid too large' | 'no approach found' | 'not in the table';

/** A row of the table, an approach of ours, or both. */
export interface ComparedApproach {
  readonly designation: string;
  readonly outcome: Outcome;
  readonly row?: CloseApproach;
  readonly own?: ComputedApproach;
  /** Whether table and orbit are of one solution; false where either does not say. */
  readonly sameSolution: boolean;
}

/** Days between an approach of the table and ours that are the same. */
const sameApproach = 1;

/** Rows of a table beside computed approaches, in the order of time. */
export function matchApproaches(
  rows: readonly CloseApproach[],
  computed: readonly ComputedApproach[],
  orbits: ReadonlyMap<string, OrbitNote>,
): ComparedApproach[] {
  const free = new Set(computed);
  const compared = rows.map((row): ComparedApproach => {
    const { designation } = row;
    const orbit = orbits.get(designation);
    const own = computed
      .filter((pass) => pass.designation === designation && Math.abs(pass.time - row.time) < sameApproach)
      .sort((a, b) => Math.abs(a.time - row.time) - Math.abs(b.time - row.time))[0];
    if (own !== undefined) free.delete(own);
    const missing = orbit === undefined ? 'no orbit' : orbit.isCandidate ? 'no approach found' : 'moid too large';
    return {
      designation,
      outcome: own === undefined ? missing : 'matched',
      row,
      ...(own !== undefined && { own }),
      sameSolution: orbit !== undefined && isSameSolution(orbit.solution, row.orbit),
    };
  });
  const rest = [...free].map(
    (own): ComparedApproach => ({ designation: own.designation, outcome: 'not in the table', own, sameSolution: false }),
  );
  return [...compared, ...rest].sort((a, b) => timeOf(a) - timeOf(b));
}

const timeOf = ({ row, own }: ComparedApproach): number => row?.time ?? own!.time;

/** The database writes `JPL 18` of what the table calls `18`. */
const isSameSolution = (a: string, b: string): boolean => a !== '' && bare(a) === bare(b);
const bare = (solution: string): string => solution.replace(/^JPL\s*/i, '').trim();

/** How far a matched approach is from its row. */
export interface ApproachError {
  /** au and days, ours less the table's. */
  readonly distance: number;
  readonly time: number;
  /** km/s. */
  readonly speed: number;
  /** The row's 3-sigma bounds, au and days; NaN where it has none. */
  readonly distanceBound: number;
  readonly timeBound: number;
}

export const errorOf = ({ row, own }: ComparedApproach): ApproachError | undefined =>
  row === undefined || own === undefined
    ? undefined
    : {
        distance: own.distance - row.distance,
        time: own.time - row.time,
        speed: own.speed / auPerDayOfKmPerSecond - row.speed,
        distanceBound: 0.5 * (row.distanceMax - row.distanceMin),
        timeBound: row.timeSigma,
      };
