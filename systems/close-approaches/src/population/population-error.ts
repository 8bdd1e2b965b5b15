import { BadInputError } from '@sardonyx/study/errors';

/**
 * Why a population cannot be made; stable across versions.
 *
 * - `argument`: an option outside its domain
 * - `no-survivors`: no asteroid is left after the cuts; `details` counts what each cut removed
 * - `too-few`: a sample larger than what it is drawn from
 */
export type PopulationErrorCode = 'argument' | 'no-survivors' | 'too-few';

/** A population that cannot be selected or drawn as asked: what was expected, what was given, what to do. */
export class PopulationError extends BadInputError {
  constructor(
    code: PopulationErrorCode,
    message: string,
    readonly details: Readonly<Record<string, number>> = {},
  ) {
    super(code, message);
    this.name = 'PopulationError';
  }
}
