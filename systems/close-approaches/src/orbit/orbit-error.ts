import { BadInputError } from '@sardonyx/study/errors';

/** Why an orbit cannot be described or followed as asked. */
export type OrbitErrorCode =
  | 'not-an-orbit'
  | 'parabola-has-no-axis'
  | 'open-orbit'
  | 'retrograde-equinoctial'
  | 'calendar-date'
  | 'kepler-equation';

/** An orbit, anomaly or date outside what a function covers. */
export class OrbitError extends BadInputError {
  declare readonly code: OrbitErrorCode;
}
