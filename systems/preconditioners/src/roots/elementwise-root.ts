import { type Floats, type Matrix, precisionOf } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import { policyOf, type RootOptions, type SummandRoot } from './root-options.js';
import { countOf, maximumOf, minimumOf, sumOf } from '../reductions.js';

/**
 * The root of a diagonal statistic, element by element. Zeros stay zero and are inverted to zero, so that a coordinate that
 * never received a gradient does not move.
 * @throws {PreconditionerError} `negative-eigenvalue`, `pseudo-inverse-with-ridge`
 */
export function elementwiseRoot(diagonal: Floats, multiplicity: number, ridge: number, options: RootOptions): SummandRoot {
  const smallest = minimumOf(diagonal);
  if (!(smallest >= 0)) {
    throw new PreconditionerError('negative-eigenvalue', `root: expected a diagonal without negative elements, got ${smallest}`, {
      eigenvalue: smallest,
    });
  }
  const roots = diagonal.slice();
  const inverses = diagonal.slice();
  for (let i = 0; i < roots.length; i++) {
    const root = Math.sqrt(diagonal[i]!);
    roots[i] = root;
    inverses[i] = root > 0 ? 1 / root : 0;
  }
  const matrix: Matrix = { rows: diagonal.length, columns: 1, data: roots };
  return {
    trace: multiplicity * sumOf(roots),
    report: {
      method: 'elementwise',
      precision: precisionOf(matrix),
      order: diagonal.length,
      relativeTolerance: 0,
      smallEigenvalues: policyOf(options, ridge),
      dropped: countOf(roots, (root) => root === 0),
      negative: 0,
      smallest,
      largest: maximumOf(diagonal),
      iterations: 0,
    },
    apply: (frame) => scaleRows(frame, roots),
    applyInverse: (frame) => scaleRows(frame, inverses),
    matrix: () => matrix,
    eigenpairs: () => ({ values: roots, vectors: undefined }),
  };
}

/** `diag(scales)·F`. */
export function scaleRows({ rows, columns, data }: Matrix, scales: ArrayLike<number>): Matrix {
  const scaled = data.slice();
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) scaled[i * columns + j] = data[i * columns + j]! * scales[i]!;
  return { rows, columns, data: scaled };
}
