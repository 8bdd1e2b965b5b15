import type { Floats, Matrix, Precision } from '@sardonyx/linalg';
import type { RootOptions, SummandRoot } from '../roots/root-options.js';

/** The running statistic of one summand, `M ← decay·M + weight·F·Fᵀ`. */
export interface SummandStatistic {
  readonly precision: Precision;
  /** Adds one gradient's frame, `order × multiplicity`. */
  add(frame: Matrix, decay: number, weight: number): void;
  /** The multiple of the identity that the statistic holds: ε decayed. */
  readonly ridge: number;
  /** The statistic, `order × order` or its diagonal. */
  matrix(): Matrix;
  /** The root of `scale·M`; `start` is an orthogonal basis for methods that start from one. */
  root(options: RootOptions, scale: number, start?: Matrix): SummandRoot;
  /** All that is needed to go on, by name. The arrays are live: copy them to keep them. */
  arrays(): Readonly<Record<string, Floats>>;
  restore(arrays: Readonly<Record<string, Floats>>): void;
}
