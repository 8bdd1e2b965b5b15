/**
 * Why a construction was refused.
 *
 * - `argument`: a size or option outside its range
 * - `bound`: a constant (B, C, S) below what the calibration pass measured; `measured` is the bound
 * - `unsupported`: a model with parts the theorem does not speak of, such as norms, rotary positions or attention biases
 */
export type TheoryErrorCode = 'argument' | 'bound' | 'unsupported';

/** Thrown where a construction cannot be made as asked. */
export class TheoryError extends Error {
  override readonly name = 'TheoryError';

  constructor(
    readonly code: TheoryErrorCode,
    message: string,
    /** Of `bound`: the least value that would do. */
    readonly measured?: number,
  ) {
    super(message);
  }
}

/** Throws `argument` unless `value` is a whole number of at least `least`. */
export function expectWhole(value: number, least: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new TheoryError('argument', `${name}: expected a whole number of at least ${least}, given ${value}`);
}
