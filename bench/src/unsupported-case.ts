/** Thrown by `prepare` or `step` for a case that the contender cannot run; reported, not counted as a failure. */
export class UnsupportedCaseError extends Error {
  override readonly name = 'UnsupportedCaseError';
  readonly code = 'unsupported-case';
}
