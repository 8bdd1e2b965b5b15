import type { Floats } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';

/**
 * Copies a saved array into the one it was saved from.
 * @throws {PreconditionerError} `state` where it is missing, or of another length or precision
 */
export function restoreArray(target: Floats, arrays: Readonly<Record<string, Floats>>, name: string): void {
  const saved = arrays[name];
  if (saved?.length !== target.length || saved.constructor !== target.constructor) {
    const given = saved === undefined ? 'none' : `${saved.length} of ${saved.constructor.name}`;
    throw new PreconditionerError(
      'state',
      `restore: expected "${name}" with ${target.length} of ${target.constructor.name}, got ${given}; restore into the method it was saved from`,
    );
  }
  target.set(saved);
}
