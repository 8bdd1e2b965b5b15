import { innerProduct, inverseRoot, machineEpsilon, type Matrix, multiply, precisionOf, symmetrize } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import { inPrecision } from '../precision.js';
import type { RootMethod, RootOptions, SummandRoot } from './root-options.js';
import { spectralRoot } from './spectral-root.js';

/** The methods that iterate towards `A^{−1/2}`. */
export type InverseIteration = Exclude<RootMethod, 'eigen' | 'orthogonal-iteration'>;

/**
 * The root of a positive definite statistic from `X = A^{−1/2}`, found by an iteration: `P = A·X`, `P⁻¹ = X`.
 * @param statistic order n; holds the ridge already
 * @throws {PreconditionerError} `argument` where the pseudo-inverse was asked for, which no iteration gives
 * @throws {LinalgError} `no-convergence`, `not-positive-definite`, `singular`: those of the method
 */
export function inverseIterationRoot(
  statistic: Matrix,
  multiplicity: number,
  ridge: number,
  options: RootOptions & { readonly method: InverseIteration },
): SummandRoot {
  if (options.smallEigenvalues === 'pseudo-inverse') {
    throw new PreconditionerError('argument', `root: expected method "eigen" for the pseudo-inverse, got "${options.method}"`);
  }
  const precision = options.precision ?? precisionOf(statistic);
  const rounded = inPrecision(statistic, precision);
  const { root: inverse, report } = inverseRoot(rounded, 2, { method: options.method, precision, measureResidual: false });
  const root = symmetrize(multiply(rounded, inverse));
  const product = (factor: Matrix, frame: Matrix): Matrix => multiply(inPrecision(factor, precisionOf(frame)), frame);
  return {
    trace: multiplicity * innerProduct(rounded, inverse),
    report: {
      method: options.method,
      precision: report.precision,
      order: statistic.rows,
      relativeTolerance: machineEpsilon[precision],
      smallEigenvalues: 'clamp',
      dropped: 0,
      negative: 0,
      smallest: NaN,
      largest: NaN,
      iterations: report.iterations,
    },
    apply: (frame) => product(root, frame),
    applyInverse: (frame) => product(inverse, frame),
    matrix: () => root,
    eigenpairs: () => spectralRoot(rounded, multiplicity, ridge, { precision }).eigenpairs(),
  };
}
