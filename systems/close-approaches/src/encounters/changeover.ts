/** Shape of the changeover in y from 0 to 1. */
export type ChangeoverShape = 'c2' | 'c4';

/** Share of the critical distance inside which nothing is left to the kick. */
const innermost = 0.1;

/**
 * Weight K of a pair's attraction in the kick at a distance (au); the integrated part has 1 − K. With y = (d − 0.1·d_c)/(0.9·d_c) it
 * is 0 below y = 0, 1 above y = 1, and between them 10y³ − 15y⁴ + 6y⁵ (two continuous derivatives; Chambers 1999) or
 * y⁵·(126 − 420y + 540y² − 315y³ + 70y⁴) (four). As in MERCURY the force itself is weighted, not the gradient of a weighted
 * potential.
 */
export function changeover(distance: number, critical: number, shape: ChangeoverShape = 'c2'): number {
  const y = (distance - innermost * critical) / ((1 - innermost) * critical);
  if (!(y > 0)) return 0;
  if (y >= 1) return 1;
  if (shape === 'c2') return y * y * y * (10 + y * (6 * y - 15));
  const y2 = y * y;
  return y2 * y2 * y * (126 + y * (-420 + y * (540 + y * (70 * y - 315))));
}
