import type { RootExponent } from '@sardonyx/linalg';
import { OptimizerError } from './errors.js';
import type { IterativeRoot } from './iterative-roots.js';
import { atLeastZero, oneOf, wholeFromOne } from './options.js';

/**
 * How A^{−1/p} is computed: `eig` by eigenvectors and `qr` in an eigenbasis that follows from refresh to refresh, on the
 * host; `newton`, `higher` and `ns` by matrix products, in the compiled step where roots are not stale.
 */
export type RootMethod = 'eig' | 'qr' | IterativeRoot;
const rootMethods = ['eig', 'qr', 'newton', 'higher', 'ns'] as const;

/** Precision of statistics and of roots. */
export type FloatPrecision = 'f32' | 'f64';

export interface RootOptions {
  /** `eig` by default. */
  readonly root?: RootMethod;
  /** Iterations of `newton`, `higher` and `ns`; enough for the default ridge: 30, 20 and 12 in float32, twice that in float64. */
  readonly rootIterations?: number;
  /**
   * Ridge of `newton`, `higher` and `ns` beside ε, as a share of the largest row sum: by default 1e-6 in float32, that of
   * scalable Shampoo, and 1e-12 in float64.
   */
  readonly relativeRidge?: number;
  /** With ε = 0, eigenvalues up to this share of the largest count as zero; n·eps by default. */
  readonly rankTolerance?: number;
}

export const rootRanges = {
  root: oneOf(...rootMethods),
  rootIterations: wholeFromOne,
  relativeRidge: atLeastZero,
  rankTolerance: atLeastZero,
} as const;

export const isIterative = (root: RootMethod): root is IterativeRoot => root !== 'eig' && root !== 'qr';

/** What makes sense only together with a method for roots. */
export interface RootConditions {
  readonly root: RootMethod;
  readonly epsilon: number;
  readonly preconditionEvery: number;
  readonly startStep?: number | undefined;
  readonly rankTolerance?: number | undefined;
}

/**
 * Refuses a tolerance for the rank where ε leaves nothing to be of lower rank.
 * @throws {OptimizerError} `option`
 */
export function expectPseudoInverse(
  optimizer: string,
  { epsilon, rankTolerance }: { readonly epsilon: number; readonly rankTolerance?: number | undefined },
): void {
  if (rankTolerance === undefined || epsilon === 0) return;
  throw new OptimizerError(
    'option',
    `${optimizer}: expected rankTolerance with epsilon 0 only, which takes the pseudo-inverse, given epsilon ${epsilon}; leave one of them out`,
    { option: 'rankTolerance' },
  );
}

/**
 * Refuses exponents −q/p that a method cannot take for a parameter: `ns` those but −1/2 and −1/4, `newton` and `higher` those but −1/p.
 * @throws {OptimizerError} `option`
 */
export function expectExponent(optimizer: string, parameter: string, root: RootMethod, { p, q }: RootExponent): void {
  if (!isIterative(root) || (q === 1 && (root !== 'ns' || p === 2 || p === 4))) return;
  const possible = root === 'ns' ? '−1/2 or −1/4' : '−1/p with a whole p';
  throw new OptimizerError(
    'option',
    `${optimizer}: expected an exponent ${possible} with root "${root}", given −${q}/${p} for ${parameter}; choose another root or other roots`,
    { parameter, option: 'root' },
  );
}

/**
 * Refuses a start before the first statistics of a whole period, and ε = 0 for methods that cannot take a pseudo-inverse.
 * @throws {OptimizerError} `option`
 */
export function expectRootOptions(optimizer: string, conditions: RootConditions): void {
  const { root, epsilon, preconditionEvery, startStep } = conditions;
  expectPseudoInverse(optimizer, conditions);
  if (startStep !== undefined && startStep < preconditionEvery) {
    throw new OptimizerError(
      'option',
      `${optimizer}: expected startStep to be preconditionEvery or later, given ${startStep} with preconditionEvery ${preconditionEvery}; start later or refresh more often`,
      { option: 'startStep' },
    );
  }
  if (isIterative(root) && epsilon === 0) {
    throw new OptimizerError(
      'option',
      `${optimizer}: expected epsilon above 0 with root "${root}", given 0; a pseudo-inverse needs root "eig" or "qr"`,
      { option: 'epsilon' },
    );
  }
}
