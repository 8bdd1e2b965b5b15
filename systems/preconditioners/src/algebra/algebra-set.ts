import { identity, innerProduct, type Matrix, matrix, multiply, symmetricEigen, symmetrize, transpose } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { commonOrder, MatrixSpan } from './matrix-span.js';
import { auditMembership } from './membership.js';

/**
 * An orthonormal basis of the smallest algebra with the identity that holds the generators: products of basis matrices are
 * added until none is new, at the latest at the d² of all matrices.
 * @throws {PreconditionerError} `empty`, `shape`
 */
export function closeUnderProducts(generators: readonly Matrix[]): readonly Matrix[] {
  const order = commonOrder(generators, 'closeUnderProducts');
  const span = new MatrixSpan(order);
  span.add(identity(order));
  for (const generator of generators) span.add(generator);
  const factors = span.basis.slice();
  // Words in the generators: what a new matrix times a generator adds is all that is missing.
  for (let next = 0; next < span.basis.length && span.basis.length < order * order; next++) {
    for (const factor of factors) span.add(multiply(span.basis[next]!, factor));
  }
  return span.basis;
}

/**
 * An orthonormal basis of the symmetric matrices in a space: coefficients `c` with `Σ cₖ(Bₖ − Bₖᵀ) = 0`. For a space closed
 * under transposition this is the span of `Bₖ + Bₖᵀ`; otherwise that span has matrices that are not in the space.
 * @param basis orthonormal
 */
export function symmetricPartBasis(basis: readonly Matrix[]): readonly Matrix[] {
  const skew = basis.map((b) => ({
    ...b,
    data: b.data.map((value, at) => value - b.data[(at % b.rows) * b.rows + Math.floor(at / b.rows)]!),
  }));
  const gram = matrix(basis.length, basis.length, Float64Array.from(skew.flatMap((a) => skew.map((b) => innerProduct(a, b)))));
  const { values, vectors } = symmetricEigen(gram);
  const span = new MatrixSpan(basis[0]!.rows);
  values.forEach((value, column) => {
    // The Gram matrix of an orthonormal basis has eigenvalues up to 4; those of symmetric combinations are zero to rounding.
    if (value > 1e-12) return;
    const sum = matrix(basis[0]!.rows, basis[0]!.rows);
    basis.forEach((b, k) => {
      const coefficient = vectors.data[k * basis.length + column]!;
      for (let at = 0; at < sum.data.length; at++) sum.data[at] = sum.data[at]! + coefficient * b.data[at]!;
    });
    span.add(symmetrize(sum));
  });
  return span.basis;
}

/**
 * The well-structured set of a matrix algebra given by a spanning set.
 * @param closure whether to close the matrices, and the identity, under products first; otherwise they must be closed
 * @throws {PreconditionerError} `not-an-algebra` with the offending pair `first`, `second` and `residual`, or `identityResidual`
 */
export function algebraSet(spanning: readonly Matrix[], { closure = false, name = 'custom' } = {}): PreconditionerSet {
  const order = commonOrder(spanning, 'algebraSet');
  if (!closure) expectAlgebra(spanning);
  const basis = symmetricPartBasis(closure ? closeUnderProducts(spanning) : orthonormalBasis(spanning));
  const span = new MatrixSpan(order);
  for (const b of basis) span.add(b);
  return projectedSet(name, order, (m) => span.project(m));
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
  const basis = symmetricPartBasis(orthonormalBasis([...spanning, ...spanning.map(transpose)]));
  const summand = { order, multiplicity: 1, structure: { kind: 'linear-space', basis } } as const;
  return { ...projectedSet(name, order, (m) => m), summands: [summand], wellStructured: false };
}

function orthonormalBasis(spanning: readonly Matrix[]): readonly Matrix[] {
  const span = new MatrixSpan(spanning[0]!.rows);
  for (const a of spanning) span.add(a);
  return span.basis;
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
