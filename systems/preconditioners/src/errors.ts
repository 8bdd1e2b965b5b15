/**
 * Why a method, a set or a bound was refused.
 *
 * - `shape`: a gradient, parameter or frame of another size than the set acts on
 * - `argument`: ε < 0, β₂ outside (0, 1], a learning rate or radius that is not positive, an option outside its range
 * - `non-finite`: a gradient with NaN or infinities; `details` counts them and gives the extremes of the finite elements
 * - `not-an-algebra`: generators that do not hold the identity or are not closed under products; `details` names the pair
 * - `pseudo-inverse-with-ridge`: the pseudo-inverse was asked for together with ε ≠ 0
 * - `negative-eigenvalue`: a statistic that is not positive semidefinite to its tolerance; `details.eigenvalue`
 * - `singular`: a statistic without inverse where no pseudo-inverse was allowed
 * - `outside-domain`: a starting point or comparator outside the domain
 * - `not-applicable`: a bound, norm or projection that this set or run does not have
 * - `too-large`: a dense statistic beyond the memory limit
 * - `empty`: no parameters, no steps, no gradients
 * - `no-convergence`: an iteration that did not reach its tolerance
 * - `all-diverged`: a sweep in which no learning rate kept the loss finite
 * - `state`: a saved state of another method, shape or version
 * - `format`: a file or description that breaks its format; the message gives file, line or path in it
 */
export type PreconditionerErrorCode =
  | 'shape'
  | 'argument'
  | 'non-finite'
  | 'not-an-algebra'
  | 'pseudo-inverse-with-ridge'
  | 'negative-eigenvalue'
  | 'singular'
  | 'outside-domain'
  | 'not-applicable'
  | 'too-large'
  | 'empty'
  | 'no-convergence'
  | 'all-diverged'
  | 'state'
  | 'format';

/** Figures behind an error, by name: step, counts, extremes, indices, residuals. */
export type PreconditionerErrorDetails = Readonly<Record<string, number>>;

/** Thrown by this package for input it cannot take and for results it cannot vouch for. */
export class PreconditionerError extends Error {
  override readonly name = 'PreconditionerError';

  constructor(
    readonly code: PreconditionerErrorCode,
    message: string,
    readonly details: PreconditionerErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throws `argument` unless `value` is a finite number above zero. */
export function expectPositive(value: number, name: string): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new PreconditionerError('argument', `${name}: expected a finite number above 0, got ${value}`);
}

/** Throws `argument` unless `value` is a whole number of at least one. */
export function expectCount(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new PreconditionerError('argument', `${name}: expected a whole number of at least 1, got ${value}`);
}
