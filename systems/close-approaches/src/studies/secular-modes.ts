import { matrix, symmetricEigen } from '@sardonyx/linalg';
import { daysPerYear, speedOfLight, sunGm } from '../constants.js';
import { planets } from '../planets/bodies.js';

/** Names of the modes of the perihelia by descending frequency of the linear theory. */
const descending = ['g6', 'g4', 'g3', 'g2', 'g1', 'g5', 'g7', 'g8'] as const;
export type PerihelionMode = (typeof descending)[number];

export interface SecularMode {
  /** Of the linear theory, rad/yr. */
  readonly frequency: number;
  /** The mode is Σ weight·e·exp(iϖ) over Mercury to Neptune. */
  readonly weights: readonly number[];
}

/** Parts of a half turn in Laplace's integral; the integrand is smooth and periodic, and α is at most 0.72. */
const parts = 256;

/** Laplace's coefficient b_{3/2}^{(j)}(α) = (1/π)·∫ cos jψ/(1 − 2α cos ψ + α²)^{3/2} dψ over a turn. */
export function laplaceCoefficient(alpha: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < parts; k++) {
    const angle = (2 * Math.PI * k) / parts;
    const root = 1 - 2 * alpha * Math.cos(angle) + alpha * alpha;
    sum += Math.cos(j * angle) / (root * Math.sqrt(root));
  }
  return (2 * sum) / parts;
}

/**
 * The modes in which the planets' perihelia move in the linear theory of Laplace and Lagrange (Murray and Dermott, section 7.2), with the
 * Sun's relativistic precession. They part frequencies that one planet's motion mixes.
 */
export function perihelionModes(): Record<PerihelionMode, SecularMode> {
  const count = planets.length;
  const motion = planets.map(({ semiMajorAxis: a }) => Math.sqrt(sunGm / (a * a * a)) * daysPerYear);
  // Angular momenta of circular orbits: in z·√(m n a²) the matrix is symmetric.
  const scale = planets.map(({ gm, semiMajorAxis: a }, j) => Math.sqrt(gm * motion[j]! * a * a));
  const values = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    const a = planets[j]!.semiMajorAxis;
    values[j * count + j]! += (3 * sunGm * motion[j]!) / (speedOfLight * speedOfLight * a);
    for (let k = 0; k < count; k++) {
      if (k === j) continue;
      const other = planets[k]!.semiMajorAxis;
      const alpha = Math.min(a / other, other / a);
      const strength = 0.25 * motion[j]! * (planets[k]!.gm / sunGm) * alpha * (other > a ? alpha : 1);
      values[j * count + j]! += strength * laplaceCoefficient(alpha, 1);
      values[j * count + k] = (-strength * laplaceCoefficient(alpha, 2) * scale[j]!) / scale[k]!;
    }
  }
  // n in the strengths neglects the planets' masses, which makes the matrix symmetric to their size only.
  const { values: frequencies, vectors } = symmetricEigen(matrix(count, count, values), { symmetryTolerance: 1e-2 });
  return Object.fromEntries(
    descending.map((name, place) => {
      const mode = count - 1 - place;
      return [name, { frequency: frequencies[mode]!, weights: scale.map((own, j) => own * vectors.data[j * count + mode]!) }];
    }),
  ) as unknown as Record<PerihelionMode, SecularMode>;
}
