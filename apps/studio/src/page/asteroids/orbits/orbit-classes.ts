import type { ElementsTable } from '../data/elements-table.js';
import { gapNamed } from './belt-gaps.js';

/** The gaps that part the belt. */
const [innerGap, outerGap] = [gapNamed('3:1'), gapNamed('5:2')];

/** Names of orbit classes in the order of their colours; the limits are those of JPL's small-body database. */
export const orbitClasses = [
  'Atira, Aten, Apollo',
  'Amor',
  'Mars-crosser',
  'inner belt',
  'middle belt',
  'outer belt',
  'Trojan',
  'other',
] as const;

/** Index into `orbitClasses` of an orbit with a in au. */
export function orbitClass(a: number, e: number): number {
  const q = a * (1 - e);
  if (q < 1.017) return 0;
  if (q < 1.3) return 1;
  if (q < 1.666 && a < 3.2) return 2;
  if (a >= 4.6 && a < 5.5 && e < 0.3) return 6;
  if (a >= 5.5) return 7;
  if (a < innerGap) return 3;
  return a < outerGap ? 4 : 5;
}

/** How many bodies each class has. */
export function classCounts({ a, e }: ElementsTable): number[] {
  const counts = orbitClasses.map(() => 0);
  for (let index = 0; index < a.length; index++) {
    const at = orbitClass(a[index]!, e[index]!);
    counts[at] = counts[at]! + 1;
  }
  return counts;
}
