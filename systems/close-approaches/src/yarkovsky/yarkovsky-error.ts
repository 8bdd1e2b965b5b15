import { BadInputError } from '@sardonyx/study/errors';

/** Why a drift or spin cannot be computed; stable across versions. `argument`: a value outside its domain. */
export type YarkovskyErrorCode = 'argument';

/** Properties of an asteroid that have no meaning: what was expected, what was given. */
export class YarkovskyError extends BadInputError {
  constructor(code: YarkovskyErrorCode, message: string) {
    super(code, message);
    this.name = 'YarkovskyError';
  }
}
