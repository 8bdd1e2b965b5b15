import { z } from 'zod';
import { StatisticsError } from './statistics-error.js';

const ascending = (values: readonly number[]): boolean => values.every((value, k) => k === 0 || value > values[k - 1]!);
const axis = z.array(z.number()).min(1).refine(ascending, 'expected ascending numbers');

/** Which share of the asteroids is known: a table over absolute magnitude and semi-major axis (au). */
export const completenessTable = z.strictObject({
  magnitudes: axis,
  semiMajorAxes: axis,
  /** One row a magnitude, one column a semi-major axis, each above 0 and at most 1. */
  shares: z.array(z.array(z.number().gt(0).max(1))),
});
export type CompletenessTable = z.output<typeof completenessTable>;

/**
 * C(H, a): linear between the entries of the table, and as at its edge beyond.
 * @throws {StatisticsError} `argument` where the table is not rectangular
 */
export function completenessOf(table: CompletenessTable): (magnitude: number, semiMajorAxis: number) => number {
  const { magnitudes, semiMajorAxes, shares } = table;
  if (shares.length !== magnitudes.length || shares.some(({ length }) => length !== semiMajorAxes.length)) {
    throw new StatisticsError(
      'argument',
      `completeness: expected ${magnitudes.length} rows of ${semiMajorAxes.length} shares, got ${shares.length} of ${shares.map(({ length }) => length).join(', ')}; correct the table`,
    );
  }
  return (magnitude, semiMajorAxis) => {
    const [i, p] = bracket(magnitudes, magnitude);
    const [j, q] = bracket(semiMajorAxes, semiMajorAxis);
    const row = (k: number): number => {
      const values = shares[Math.min(k, shares.length - 1)]!;
      return (1 - q) * values[j]! + q * values[Math.min(j + 1, values.length - 1)]!;
    };
    return (1 - p) * row(i) + p * row(i + 1);
  };
}

/** Place of the entry below a value, and the share of the way to the next. */
function bracket(values: readonly number[], value: number): readonly [number, number] {
  const k = Math.max(
    0,
    values.findLastIndex((entry) => entry <= value),
  );
  const next = values[k + 1];
  return next === undefined ? [k, 0] : [k, Math.max(0, (value - values[k]!) / (next - values[k]!))];
}
