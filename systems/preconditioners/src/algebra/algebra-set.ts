import { closeUnderProducts, type Matrix, MatrixSpan, symmetricSubspace, transpose } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { commonOrder } from './common-order.js';
import { auditMembership } from './membership.js';

/**
 * The well-structured set of a matrix algebra given by a spanning set.
 * @param closure whether to close the matrices, and the identity, under products first; otherwise they must be closed
 * @throws {PreconditionerError} `not-an-algebra` with the offending pair `first`, `second` and `residual`, or `identityResidual`
 */
export function algebraSet(spanning: readonly Matrix[], { closure = false, name = 'custom' } = {}): PreconditionerSet {
  const order = commonOrder(spanning, 'algebraSet');
  if (!closure) expectAlgebra(spanning);
  const symmetric = symmetricSubspace(closure ? closeUnderProducts(spanning) : new MatrixSpan(order, spanning));
  return projectedSet(name, order, (m) => symmetric.project(m));
}

/** A set in place, given by the orthogonal projection onto its symmetric matrices. */
export function projectedSet(name: string, order: number, project: (symmetric: Matrix) => Matrix): PreconditionerSet {
  return {
    name,
    dimension: order,
    summands: [{ order, multiplicity: 1, structure: { kind: 'subspace', project } }],
    wellStructured: true,
    analyze: (x) => [{ rows: order, columns: 1, data: x }],
    synthesize: ([frame]) => frame!.data.slice(),
  };
}

/**
 * The positive semidefinite matrices of a linear space that is no algebra. Its roots come from the convex solver and need ε > 0;
 * no bound applies to it.
 * @throws {PreconditionerError} `empty`, `shape`
 */
export function linearSpaceSet(spanning: readonly Matrix[], name = 'linear space (not well structured)'): PreconditionerSet {
  const order = commonOrder(spanning, 'linearSpaceSet');
  const { basis } = symmetricSubspace(new MatrixSpan(order, [...spanning, ...spanning.map(transpose)]));
  const summand = { order, multiplicity: 1, structure: { kind: 'linear-space', basis } } as const;
  return { ...projectedSet(name, order, (m) => m), summands: [summand], wellStructured: false };
}

function expectAlgebra(spanning: readonly Matrix[]): void {
  const { wellStructured, worstProduct, identityResidual } = auditMembership(spanning);
  if (wellStructured) return;
  if (worstProduct !== undefined) {
    const { first, second, residual } = worstProduct;
    throw new PreconditionerError(
      'not-an-algebra',
      `algebraSet: expected matrices closed under products, got a product of matrix ${first} and matrix ${second} that lies outside their span by ${residual.toExponential(2)} of its norm; close them with closure: true, or use linearSpaceSet`,
      { first, second, residual },
    );
  }
  throw new PreconditionerError(
    'not-an-algebra',
    `algebraSet: expected the identity in the span, got it outside by ${identityResidual.toExponential(2)} of its norm; add it`,
    { identityResidual },
  );
}
