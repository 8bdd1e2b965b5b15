import type { Floats } from '@sardonyx/linalg';
import { PreconditionerError } from './errors.js';
import { allFinite, countOf, maximumOf, minimumOf } from './reductions.js';

/** What happens to a gradient with NaN or infinities: an error, no step at all, or zeros in their place. */
export type NonFinitePolicy = 'error' | 'skip' | 'zero';

/**
 * The gradient to use; undefined where the step is skipped.
 * @throws {PreconditionerError} `non-finite` with `step`, `nan`, `infinite`, `minimum` and `maximum` of the finite elements
 */
export function expectFiniteGradient(gradient: Floats, parameter: string, step: number, policy: NonFinitePolicy): Floats | undefined {
  if (allFinite(gradient)) return gradient;
  if (policy === 'skip') return undefined;
  if (policy === 'zero') return gradient.map((value: number) => (Number.isFinite(value) ? value : 0));
  const nan = countOf(gradient, Number.isNaN);
  const infinite = countOf(gradient, (value) => Math.abs(value) === Infinity);
  const finite = gradient.filter(Number.isFinite);
  const minimum = minimumOf(finite);
  const maximum = maximumOf(finite);
  throw new PreconditionerError(
    'non-finite',
    `step ${step}: expected a finite gradient of "${parameter}", got ${nan} NaN and ${infinite} infinite of ${gradient.length} elements (finite ones from ${minimum} to ${maximum}); lower the learning rate, or set nonFinite to "skip" or "zero"`,
    { step, nan, infinite, minimum, maximum },
  );
}
