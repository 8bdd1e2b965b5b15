import { BadInputError } from '@sardonyx/study/errors';

/**
 * Why statistics cannot be made; stable across versions.
 *
 * - `argument`: an option outside its domain
 * - `particle`: an event of a particle that is not in the sample
 */
export type StatisticsErrorCode = 'argument' | 'particle';

/** Statistics that have no meaning: what was expected, what was given, what to do. */
export class StatisticsError extends BadInputError {
  constructor(code: StatisticsErrorCode, message: string) {
    super(code, message);
    this.name = 'StatisticsError';
  }
}

/** @throws {StatisticsError} `argument` unless `value` is a finite number above zero */
export function requirePositive(value: number, what: string): void {
  if (value > 0 && value < Infinity) return;
  throw new StatisticsError('argument', `${what}: expected a number above 0, got ${value}; correct it`);
}
