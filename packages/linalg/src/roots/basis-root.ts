import { LinalgError } from '../errors.js';
import { machineEpsilon, type Matrix, precisionOf, toPrecision } from '../matrix.js';
import { symmetricRankUpdate } from '../multiply.js';
import { type ApproximateEigenbasis, orthogonalIteration, type OrthogonalIterationOptions } from '../orthogonal-iteration.js';
import { type MatrixRoot, ridged, rootExponent, type RootExponent, type RootOptions, rootResidual } from './report.js';

/** Options of {@link inverseRootByOrthogonalIteration}. */
export interface BasisRootOptions extends RootOptions, OrthogonalIterationOptions {
  /** Estimates up to this part of the largest are dropped, where ε = 0; default `n·eps`. */
  readonly relative?: number;
}

/**
 * `A^{−q/p} ≈ Q·diag(QᵀAQ)^{−q/p}·Qᵀ` in an eigenbasis of an earlier, similar matrix, improved by
 * {@link orthogonalIteration}. The residual tells how far the basis still is; the basis is returned for the next call.
 * @param previous orthogonal, of the order of `A`
 * @throws {LinalgError} `negative-eigenvalue` with the estimate; those of {@link orthogonalIteration} and of the ridge
 */
export function inverseRootByOrthogonalIteration(
  a: Matrix,
  exponent: number | RootExponent,
  previous: Matrix,
  options: BasisRootOptions = {},
): MatrixRoot & { readonly state: ApproximateEigenbasis } {
  const powers = rootExponent(exponent, 'inverseRootByOrthogonalIteration');
  const { precision = precisionOf(a), epsilon = 0, measureResidual = true } = options;
  const shifted = ridged(a, 'inverseRootByOrthogonalIteration', { ...options, precision });
  const start = precisionOf(previous) === precision ? previous : toPrecision(previous, precision);
  const state = orthogonalIteration(shifted, start, options);
  const n = shifted.rows;
  const estimates = Float64Array.from(state.values);
  const largest = estimates.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const relative = options.relative ?? n * machineEpsilon[precision];
  const lowest = estimates.reduce((least, value) => Math.min(least, value), Infinity);
  if (lowest < -10 * n * machineEpsilon[precision] * largest) {
    throw new LinalgError(
      'negative-eigenvalue',
      `inverseRootByOrthogonalIteration: expected a positive semidefinite matrix, got the estimate ${lowest}; iterate more or decompose anew`,
      { eigenvalue: lowest, largest },
    );
  }
  const kept = estimates.map((value) => (value > (epsilon > 0 ? 0 : relative * largest) ? value : 0));
  const dropped = kept.filter((value) => value === 0).length;
  const spectral = (image: (value: number) => number): Matrix => {
    const data = state.basis.data.slice();
    const roots = kept.map((value) => (value === 0 ? 0 : Math.sqrt(image(value))));
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) data[i * n + j] = data[i * n + j]! * roots[j]!;
    return symmetricRankUpdate({ rows: n, columns: n, data });
  };
  const root = spectral((value) => value ** (-powers.q / powers.p));
  const projector = dropped > 0 ? spectral(() => 1) : undefined;
  const residual = measureResidual ? rootResidual(shifted, root, powers, projector) : undefined;
  const { iterations } = state;
  const method = 'orthogonal-iteration';
  return { root, state, report: { method, precision, retried: false, iterations, residual, dropped, clamped: 0, ridge: epsilon } };
}
