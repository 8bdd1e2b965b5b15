import { add, subtract, symmetrize, transpose } from './arithmetic.js';
import { symmetricEigen } from './eigen/symmetric-eigen.js';
import { LinalgError } from './errors.js';
import { identity, type Matrix, matrix, orderOf } from './matrix.js';
import { MatrixSpan } from './matrix-span.js';
import { multiply } from './multiply.js';
import { innerProduct } from './norms.js';

/**
 * The smallest algebra that holds the identity and the generators: words in the generators are added until none is new, at the
 * latest at the n² of all matrices. `O(dimension · generators)` products of `n³`.
 * @param limit largest dimension; default n²
 * @throws {LinalgError} `shape` where orders differ, `not-square`, `invalid-argument` where there is no generator, or where the
 * dimension would exceed `limit`, with `dimension`
 */
export function closeUnderProducts(generators: readonly Matrix[], { limit = Infinity }: { readonly limit?: number } = {}): MatrixSpan {
  const [first] = generators;
  if (first === undefined) throw new LinalgError('invalid-argument', 'closeUnderProducts: expected at least one generator, got none');
  const order = orderOf(first, 'closeUnderProducts');
  const span = new MatrixSpan(order);
  const join = (a: Matrix): void => {
    if (!span.add(a) || span.basis.length <= limit) return;
    throw new LinalgError(
      'invalid-argument',
      `closeUnderProducts: expected a dimension of at most ${limit}, got more; raise the limit or take fewer generators`,
      { dimension: span.basis.length },
    );
  };
  join(identity(order));
  for (const generator of generators) join(generator);
  const factors = span.basis.slice();
  // What a new matrix times a generator adds is all that is missing.
  for (let next = 0; next < span.basis.length && span.basis.length < order * order; next++) {
    for (const factor of factors) join(multiply(span.basis[next]!, factor));
  }
  return span;
}

/**
 * The symmetric matrices in a space: combinations `Σ cₖBₖ` of its basis with `Σ cₖ(Bₖ − Bₖᵀ) = 0`. For a space closed under
 * transposition this is the span of `Bₖ + Bₖᵀ`; otherwise that span has matrices that are not in the space.
 */
export function symmetricSubspace({ order, basis }: MatrixSpan): MatrixSpan {
  const skew = basis.map((b) => subtract(b, transpose(b)));
  const gram = matrix(basis.length, basis.length, Float64Array.from(skew.flatMap((a) => skew.map((b) => innerProduct(a, b)))));
  const { values, vectors } = symmetricEigen(gram);
  const span = new MatrixSpan(order);
  values.forEach((value, column) => {
    // The Gram matrix of an orthonormal basis has eigenvalues up to 4; those of symmetric combinations are zero to rounding.
    if (value > 1e-12) return;
    const coefficient = (k: number): number => vectors.data[k * basis.length + column]!;
    const none = matrix(order, order);
    span.add(symmetrize(basis.reduce((sum, b, k) => add(sum, b, 1, coefficient(k)), none)));
  });
  return span;
}
