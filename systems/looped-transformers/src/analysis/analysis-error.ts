/** What kind of mistake an {@link AnalysisError} reports; stable across versions. */
export type AnalysisErrorCode =
  /** Fewer points, examples or steps than needed, or all at one place. */
  | 'too-few-points'
  /** Two models between which there is no gap to close. */
  | 'no-gap'
  | 'invalid-argument';

/** Measurements that cannot be analysed: what was expected, what was given. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';

  constructor(
    readonly code: AnalysisErrorCode,
    what: string,
    expected: string,
    given: string,
    remedy: string,
  ) {
    super(`${what}: expected ${expected}, given ${given}; ${remedy}.`);
  }
}
