/** What kind of mistake a {@link DataOrderError} reports; stable across versions. */
export type DataOrderErrorCode =
  /** An argument outside its domain. */
  | 'invalid-argument'
  /** A saved state that belongs to another stream or other options, or is damaged. */
  | 'state-mismatch';

/** Random numbers or batches that cannot be drawn as asked: what was expected, what was given, what to do. */
export class DataOrderError extends Error {
  override readonly name = 'DataOrderError';

  constructor(
    readonly code: DataOrderErrorCode,
    what: string,
    expected: string,
    given: string,
    remedy: string,
  ) {
    super(`${what}: expected ${expected}, given ${given}; ${remedy}.`);
  }
}

/**
 * Returns `value` if it is an integer from `low` to `high`.
 * @throws {DataOrderError} `invalid-argument`
 */
export function checkedInteger(value: number, what: string, low: number, high: number): number {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return value;
  throw new DataOrderError('invalid-argument', what, `an integer from ${low} to ${high}`, String(value), 'correct it');
}
