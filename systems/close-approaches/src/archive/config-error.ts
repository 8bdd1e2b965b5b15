import { BadInputError } from '@sardonyx/study/errors';

/**
 * Why a run cannot be configured so; stable across versions.
 *
 * - `value`: a value its key does not take, or an unknown key; the message gives the paths
 * - `critical-distance`: not positive, or within the planet
 * - `step-too-long`: fewer than eight steps a revolution of Mercury
 * - `particles`: an empty range
 * - `snapshot-interval`: not a divisor of the number of steps
 */
export type ConfigErrorCode = 'value' | 'critical-distance' | 'step-too-long' | 'particles' | 'snapshot-interval';

/** A configuration that a run refuses. */
export class ConfigError extends BadInputError {
  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.name = 'ConfigError';
  }
}
