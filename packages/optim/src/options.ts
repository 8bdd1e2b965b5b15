import { OptimizerError } from './errors.js';

/** What an option must be: a description for the message, and whether a value is. */
export interface Range {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const numeric = (expected: string, holds: (x: number) => boolean): Range => ({
  expected,
  holds: (value) => typeof value === 'number' && holds(value),
});

export const atLeastZero = numeric('a finite number from 0 up', (x) => x >= 0 && Number.isFinite(x));
export const aboveZero = numeric('a finite number above 0', (x) => x > 0 && Number.isFinite(x));
/** A decay of a mean; 1 would freeze it. */
export const decayBelowOne = numeric('a number from 0 to below 1', (x) => x >= 0 && x < 1);
/** β₂ of a statistic, where 1 is a sum. */
export const decayUpToOne = numeric('a number above 0, up to 1', (x) => x > 0 && x <= 1);
export const wholeFromOne = numeric('a whole number from 1 up', (x) => Number.isInteger(x) && x >= 1);
export const truthValue: Range = { expected: 'true or false', holds: (value) => typeof value === 'boolean' };
export const filter: Range = { expected: 'a function of path and parameter', holds: (value) => typeof value === 'function' };
/** Not checked here. */
export const anything: Range = { expected: 'anything', holds: () => true };
export const oneOf = (...names: readonly string[]): Range => ({
  expected: `one of ${names.map((name) => `"${name}"`).join(', ')}`,
  holds: (value) => names.includes(value as string),
});
/** A step size: a number above 0 (0 too, for a last step that changes nothing, comes from a schedule), or a schedule. */
export const learningRates: Range = {
  expected: 'a finite number above 0 or a schedule',
  holds: (value) => typeof value === 'function' || (typeof value === 'number' && value > 0 && Number.isFinite(value)),
};

/** Options that most optimizers share. */
export const commonRanges = { learningRate: learningRates, weightDecay: atLeastZero, weightDecayFor: filter } as const;

/**
 * Refuses options of unknown names, with the nearest known one, and values out of range.
 * @throws {OptimizerError} `option`
 */
export function expectOptions(optimizer: string, options: object, ranges: Readonly<Record<string, Range>>): void {
  for (const [name, value] of Object.entries(options)) {
    const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
    if (range === undefined) {
      throw new OptimizerError(
        'option',
        `${optimizer}: expected options ${Object.keys(ranges).join(', ')}; given ${name}, did you mean ${nearest(name, Object.keys(ranges))}?`,
        { option: name },
      );
    }
    if (value !== undefined && !range.holds(value)) {
      throw new OptimizerError('option', `${optimizer}: expected ${name} to be ${range.expected}, given ${shown(value)}`, { option: name });
    }
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** The known name that the fewest insertions, deletions and replacements of characters turn a name into. */
export function nearest(name: string, known: readonly string[]): string {
  const distances = known.map((candidate) => editDistance(name.toLowerCase(), candidate.toLowerCase()));
  return known[distances.indexOf(Math.min(...distances))] ?? '';
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
