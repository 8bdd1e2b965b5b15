/**
 * Why a computation was refused or given up.
 *
 * - `shape`: operands that do not fit together, or data of another length than rows × columns
 * - `not-square`, `not-symmetric`, `non-finite`, `negative-eigenvalue`, `not-positive-definite`, `singular`, `rank-deficient`:
 *   what the matrix is not
 * - `invalid-argument`: an exponent, tolerance, ridge, method or other option outside its range
 * - `pseudo-inverse-with-ridge`: a pseudo-inverse was asked for together with ε ≠ 0
 * - `no-convergence`: an iteration did not reach its tolerance, in float64 either
 * - `too-large`: the working memory would exceed 4 GiB
 */
export type LinalgErrorCode =
  | 'shape'
  | 'not-square'
  | 'not-symmetric'
  | 'non-finite'
  | 'negative-eigenvalue'
  | 'not-positive-definite'
  | 'singular'
  | 'rank-deficient'
  | 'invalid-argument'
  | 'pseudo-inverse-with-ridge'
  | 'no-convergence'
  | 'too-large';

/** Figures behind an error, by name: the offending eigenvalue, counts of NaN and infinities, extremes, iterations. */
export type LinalgErrorDetails = Readonly<Record<string, number>>;

/** Thrown by every function of this package for input it cannot take and for results it cannot vouch for. */
export class LinalgError extends Error {
  override readonly name = 'LinalgError';

  constructor(
    readonly code: LinalgErrorCode,
    message: string,
    readonly details: LinalgErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
