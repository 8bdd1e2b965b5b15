import {
  type ApproximateEigenbasis,
  type Floats,
  type Matrix,
  matrix,
  multiply,
  orthogonalIteration,
  type Precision,
  precisionOf,
  symmetricEigen,
} from '@sardonyx/linalg';
import { inPrecision } from '../precision.js';
import { expectNonnegative, policyOf, type RootOptions, type RootReport, type SummandRoot, toleranceOf } from './root-options.js';
import { countOf, maximumOf, minimumOf, sumOf } from '../reductions.js';

/**
 * The root of a symmetric positive semidefinite statistic from its eigenpairs, `P = Q·Λ^{1/2}·Qᵀ`.
 * @param statistic order n; holds the ridge already
 * @param ridge the multiple of the identity that is known to be in it: `A ⪰ ridge·I`
 * @param start basis that `orthogonal-iteration` improves; without one it is an eigendecomposition
 * @throws {PreconditionerError} `negative-eigenvalue`, `pseudo-inverse-with-ridge`, `argument`
 * @throws {LinalgError} `not-symmetric`, `non-finite`, `no-convergence`
 */
export function spectralRoot(statistic: Matrix, multiplicity: number, ridge: number, options: RootOptions, start?: Matrix): SummandRoot {
  const precision = options.precision ?? precisionOf(statistic);
  const { values, vectors, iterations } = eigenpairsOf(inPrecision(statistic, precision), options, start);
  return rootFromEigenpairs(values, vectors, multiplicity, ridge, precision, options, iterations);
}

/** The root from eigenvalues of the statistic and its eigenvectors, as columns. */
export function rootFromEigenpairs(
  values: Floats,
  vectors: Matrix,
  multiplicity: number,
  ridge: number,
  precision: Precision,
  options: RootOptions,
  iterations = 0,
): SummandRoot {
  const order = values.length;
  const relativeTolerance = toleranceOf(options, order, precision);
  const smallEigenvalues = policyOf(options, ridge);
  const smallest = minimumOf(values);
  const largest = Math.max(0, maximumOf(values));
  // Rounding alone moves eigenvalues by a multiple of n·eps·λmax, whatever cut was asked for.
  expectNonnegative(smallest, largest, Math.max(relativeTolerance, toleranceOf({}, order, precision)));
  const roots = new Float64Array(order);
  const inverses = new Float64Array(order);
  let dropped = 0;
  values.forEach((value, i) => {
    if (smallEigenvalues === 'clamp') roots[i] = Math.sqrt(Math.max(value, ridge));
    else if (value > relativeTolerance * largest) roots[i] = Math.sqrt(value);
    if (roots[i]! > 0) inverses[i] = 1 / roots[i]!;
    else dropped++;
  });
  const report: RootReport = {
    method: options.method ?? 'eigen',
    precision,
    order,
    relativeTolerance,
    smallEigenvalues,
    dropped,
    negative: countOf(values, (value) => value < 0),
    smallest,
    largest,
    iterations,
  };
  return {
    trace: multiplicity * sumOf(roots),
    report,
    apply: (frame) => applySpectral(vectors, roots, frame),
    applyInverse: (frame) => applySpectral(vectors, inverses, frame),
    matrix: () => multiply(scaleColumns(vectors, roots), vectors, { transposeRight: true }),
    eigenpairs: () => ({ values: roots, vectors }),
  };
}

interface Eigenpairs {
  readonly values: Floats;
  readonly vectors: Matrix;
  readonly iterations: number;
}

function eigenpairsOf(statistic: Matrix, { method, eigenMethod }: RootOptions, previous: Matrix | undefined): Eigenpairs {
  if (method === 'orthogonal-iteration' && previous !== undefined) {
    const { values, basis, iterations }: ApproximateEigenbasis = orthogonalIteration(
      statistic,
      inPrecision(previous, precisionOf(statistic)),
    );
    return { values, vectors: basis, iterations };
  }
  const { values, vectors, sweeps } = symmetricEigen(statistic, eigenMethod === undefined ? {} : { method: eigenMethod });
  return { values, vectors, iterations: sweeps };
}

/** `Q·diag(scales)·Qᵀ·F` in the precision of `F`. */
export function applySpectral(vectors: Matrix, scales: ArrayLike<number>, frame: Matrix): Matrix {
  const precision = precisionOf(frame);
  const basis = inPrecision(vectors, precision);
  const coordinates = multiply(basis, frame, { transposeLeft: true });
  const { rows, columns, data } = coordinates;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[i * columns + j] = data[i * columns + j]! * scales[i]!;
  return multiply(basis, coordinates);
}

/** `A·diag(scales)`. */
export function scaleColumns({ rows, columns, data }: Matrix, scales: ArrayLike<number>): Matrix {
  const scaled = data.slice();
  for (let at = 0; at < scaled.length; at++) scaled[at] = scaled[at]! * scales[at % columns]!;
  return matrix(rows, columns, scaled);
}
