import { add, scale, subtract, transpose } from './arithmetic.js';
import { LinalgError } from './errors.js';
import { identity, type Matrix, matrix, orderOf } from './matrix.js';
import { multiply } from './multiply.js';
import { frobeniusNorm, innerProduct } from './norms.js';

/** A space of square matrices closed under sums, multiples and products, with the identity. */
export interface MatrixAlgebra {
  readonly order: number;
  /** Orthonormal in `⟨A, B⟩ = Tr(AᵀB)`. */
  readonly basis: readonly Matrix[];
  /** Orthonormal basis of the span of the algebra's symmetric parts `B + Bᵀ`. */
  readonly symmetricBasis: readonly Matrix[];
  /** Whether the transpose of every element is an element. */
  readonly transposeClosed: boolean;
  /** Whether a matrix is an element, to the tolerance of the closure. */
  contains(a: Matrix): boolean;
  /** The nearest matrix in the span of the symmetric parts: what a structured preconditioner projects its statistic onto. */
  projectSymmetric(a: Matrix): Matrix;
}

/** Options of {@link closeAlgebra}. */
export interface AlgebraOptions {
  /** A product counts as new where its part outside the span is larger than this of its length; default 1e-10. */
  readonly tolerance?: number;
  /** Largest dimension; default n². */
  readonly limit?: number;
}

/**
 * The smallest algebra that contains the generators and the identity: products of pairs are joined, by Gram and Schmidt in
 * float64, until none is new. Every product is bilinear, so products of basis elements suffice. `O(dimension²)` products of `n³`.
 * @throws {LinalgError} `shape` where orders differ, `invalid-argument` where the dimension would exceed `limit`, with `dimension`
 */
export function closeAlgebra(generators: readonly Matrix[], { tolerance = 1e-10, limit = Infinity }: AlgebraOptions = {}): MatrixAlgebra {
  const order = generators[0] === undefined ? 0 : orderOf(generators[0], 'closeAlgebra');
  for (const generator of generators) {
    if (generator.rows !== order || generator.columns !== order) {
      throw new LinalgError('shape', `closeAlgebra: expected generators of order ${order}, got ${generator.rows} × ${generator.columns}`);
    }
  }
  const basis: Matrix[] = [];
  const join = (candidate: Matrix): void => {
    const direction = newDirection(basis, candidate, tolerance);
    if (direction === undefined) return;
    if (basis.length >= limit) {
      throw new LinalgError(
        'invalid-argument',
        `closeAlgebra: expected a dimension of at most ${limit}, got more; raise the limit or take fewer generators`,
        {
          dimension: basis.length + 1,
        },
      );
    }
    basis.push(direction);
  };
  if (order > 0) join(identity(order));
  for (const generator of generators) join(generator);
  // The basis grows while it is walked.
  for (let i = 0; i < basis.length; i++) {
    for (let j = 0; j <= i; j++) {
      join(multiply(basis[i]!, basis[j]!));
      join(multiply(basis[j]!, basis[i]!));
    }
  }
  const symmetricBasis: Matrix[] = [];
  for (const element of basis) {
    const direction = newDirection(symmetricBasis, add(element, transpose(element)), tolerance);
    if (direction !== undefined) symmetricBasis.push(direction);
  }
  const contains = (a: Matrix): boolean => newDirection(basis, a, tolerance) === undefined;
  return {
    order,
    basis,
    symmetricBasis,
    transposeClosed: basis.every((element) => contains(transpose(element))),
    contains,
    projectSymmetric: (a) => symmetricBasis.reduce((sum, element) => add(sum, element, 1, innerProduct(element, a)), matrix(order, order)),
  };
}

/** The unit vector along what an orthonormal basis leaves of a candidate, made orthogonal twice; nothing where that is rounding. */
function newDirection(basis: readonly Matrix[], candidate: Matrix, tolerance: number): Matrix | undefined {
  const length = frobeniusNorm(candidate);
  if (length === 0) return undefined;
  let rest = scale(candidate, 1 / length);
  for (let pass = 0; pass < 2; pass++) {
    for (const element of basis) rest = subtract(rest, scale(element, innerProduct(element, rest)));
  }
  const left = frobeniusNorm(rest);
  return left > tolerance ? scale(rest, 1 / left) : undefined;
}
