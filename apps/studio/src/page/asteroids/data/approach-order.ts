import type { CloseApproachRow } from './close-approach.js';

/** What a list of close approaches is ordered by. */
export const approachOrders = ['nearest first', 'slowest first', 'fastest first', 'earliest first', 'latest first'] as const;
export type ApproachOrder = (typeof approachOrders)[number];

const keys: Readonly<Record<ApproachOrder, (row: CloseApproachRow) => number>> = {
  'nearest first': ({ rMin }) => rMin,
  'slowest first': ({ vRel }) => vRel,
  'fastest first': ({ vRel }) => -vRel,
  'earliest first': ({ jd }) => jd,
  'latest first': ({ jd }) => -jd,
};

/** Rows in an order; those that are alike stay as they were. */
export function orderedApproaches(rows: readonly CloseApproachRow[], order: ApproachOrder): CloseApproachRow[] {
  const key = keys[order];
  return rows.toSorted((one, other) => key(one) - key(other));
}
