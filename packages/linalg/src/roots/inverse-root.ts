import { LinalgError } from '../errors.js';
import type { Matrix } from '../matrix.js';
import { type BasisRootOptions, inverseRootByOrthogonalIteration } from './basis-root.js';
import { type EigenRootOptions, inverseRootByEigen } from './eigen-root.js';
import { type HigherOrderOptions, inverseRootByHigherOrder } from './higher-order.js';
import { inverseRootByNewton, type IterativeRootOptions } from './newton.js';
import { inverseRootByNewtonSchulz, type NewtonSchulzOptions } from './newton-schulz.js';
import { type MatrixRoot, rootExponent, type RootExponent } from './report.js';

/** A method with its options; `orthogonal-iteration` takes the basis to start from. */
export type InverseRootOptions =
  | ({ readonly method?: 'eigen' } & EigenRootOptions)
  | ({ readonly method: 'newton' } & IterativeRootOptions)
  | ({ readonly method: 'higher-order' } & HigherOrderOptions)
  | ({ readonly method: 'newton-schulz' } & NewtonSchulzOptions)
  | ({ readonly method: 'orthogonal-iteration'; readonly basis: Matrix } & BasisRootOptions);

/**
 * `A^{−q/p}` of a symmetric positive semidefinite matrix by the chosen method, `eigen` unless told otherwise.
 * @param exponent `p` for `A^{−1/p}`, or `{ p, q }`; `newton` takes `q = 1` only, `newton-schulz` `p = 2` or `4` only
 * @throws {LinalgError} those of the method; `invalid-argument` for an unknown one
 */
export function inverseRoot(a: Matrix, exponent: number | RootExponent, options: InverseRootOptions = {}): MatrixRoot {
  switch (options.method) {
    case undefined:
    case 'eigen':
      return inverseRootByEigen(a, exponent, options);
    case 'newton':
      return inverseRootByNewton(a, wholeRoot(exponent, 'newton'), options);
    case 'higher-order':
      return inverseRootByHigherOrder(a, exponent, options);
    case 'newton-schulz':
      return inverseRootByNewtonSchulz(a, wholeRoot(exponent, 'newton-schulz'), options);
    case 'orthogonal-iteration':
      return inverseRootByOrthogonalIteration(a, exponent, options.basis, options);
    default: {
      const { method } = options as { method: string };
      throw new LinalgError(
        'invalid-argument',
        `inverseRoot: expected method "eigen", "newton", "higher-order", "newton-schulz" or "orthogonal-iteration", got "${method}"`,
      );
    }
  }
}

function wholeRoot(exponent: number | RootExponent, method: string): number {
  const { p, q } = rootExponent(exponent, `inverseRoot with method "${method}"`);
  if (q === 1) return p;
  throw new LinalgError(
    'invalid-argument',
    `inverseRoot: expected the exponent −1/p for method "${method}", got −${q}/${p}; use "eigen" or "higher-order"`,
    { p, q },
  );
}
