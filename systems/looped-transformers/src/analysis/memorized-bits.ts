import { AnalysisError } from './analysis-error.js';

/** A table of random facts that a model was trained on. */
export interface Memorization {
  /** Facts in the table. */
  readonly facts: number;
  /** Values that each fact draws from, all equally likely. */
  readonly values: number;
}

/**
 * Bits of a random table that a model holds: of log2(values) a fact, what its cross-entropy of the right value leaves
 * unsaid is missing. Models worse than guessing hold none.
 * @param nats mean cross-entropy of the whole value, given the key
 * @throws {AnalysisError} `invalid-argument`
 */
export function memorizedBits({ facts, values }: Memorization, nats: number): number {
  checkTable({ facts, values });
  if (!(nats >= 0)) throw invalid('cross-entropy', 'a number from 0 on', nats);
  return facts * Math.max(0, Math.log2(values) - nats / Math.LN2);
}

/**
 * The fewest bits that a model holds which names the right value in a share `accuracy` of the facts: by Fano's inequality,
 * log2(values) − h(e) − e · log2(values − 1) a fact, for e = 1 − accuracy and h the entropy of a coin of bias e.
 * @throws {AnalysisError} `invalid-argument`
 */
export function leastMemorizedBits({ facts, values }: Memorization, accuracy: number): number {
  checkTable({ facts, values });
  if (!(accuracy >= 0 && accuracy <= 1)) throw invalid('accuracy', 'a share from 0 to 1', accuracy);
  if (accuracy <= 1 / values) return 0;
  const error = 1 - accuracy;
  const entropy = [error, accuracy].reduce((sum, p) => (p === 0 ? sum : sum - p * Math.log2(p)), 0);
  return facts * Math.max(0, Math.log2(values) - entropy - error * Math.log2(values - 1));
}

function checkTable({ facts, values }: Memorization): void {
  if (!Number.isInteger(facts) || facts < 1) throw invalid('facts', 'a positive integer', facts);
  if (!Number.isInteger(values) || values < 2) throw invalid('values', 'an integer from 2 on', values);
}

const invalid = (what: string, expected: string, given: number): AnalysisError =>
  new AnalysisError('invalid-argument', what, expected, String(given), 'correct it');
