import {
  addToDiagonal,
  cholesky,
  choleskySolve,
  identity,
  innerProduct,
  LinalgError,
  type Matrix,
  matrix,
  maximumNorm,
  multiply,
  symmetricEigen,
  toPrecision,
  trace,
} from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import type { RootOptions, SummandRoot } from './root-options.js';
import { applySpectral } from './spectral-root.js';

const largestIterations = 200;
const smallestStep = 2 ** -60;

/** What the convex solver found. */
export interface ConvexMinimum {
  /** The minimiser. */
  readonly minimiser: Matrix;
  /** `⟨M, H⁻¹⟩ + Tr H` there. */
  readonly value: number;
  readonly iterations: number;
  /** Newton decrement `√(gᵀ·(∇²f)⁻¹·g)` at the end: `f` is within half its square of the minimum, near it. */
  readonly decrement: number;
}

/**
 * `argmin ⟨M, H⁻¹⟩ + Tr H` over the positive definite matrices of a linear space, by Newton's method with halved steps. It needs
 * no algebra, and for one agrees with the closed form.
 * @param m positive definite
 * @param basis linearly independent symmetric matrices of the order of `m`, whose span holds a positive definite matrix
 * @throws {PreconditionerError} `singular` where `m` is not positive definite, `argument` where the projection of the identity
 * onto the space is not, `no-convergence`
 */
export function minimiseOverSpace(m: Matrix, basis: readonly Matrix[]): ConvexMinimum {
  const n = m.rows;
  if (factorOf(m) === undefined) {
    throw new PreconditionerError('singular', 'convex root: expected a positive definite statistic, got one that is not; use ε > 0');
  }
  let h = startingPoint(m, basis);
  let value = objective(m, h);
  let decrement = Infinity;
  for (let iteration = 0; iteration < largestIterations; iteration++) {
    const { gradient, hessian } = derivatives(m, h, basis);
    const direction = newtonDirection(hessian, gradient);
    const slope = direction.reduce((sum, step, k) => sum + step * gradient[k]!, 0);
    decrement = Math.sqrt(Math.max(0, -slope));
    const change = combination(basis, direction, n);
    let step = 1;
    for (; step > smallestStep; step /= 2) {
      const candidate = sum(h, change, step);
      const reached = objective(m, candidate);
      if (reached <= value + 1e-4 * step * slope) {
        h = candidate;
        value = reached;
        break;
      }
    }
    // The value cannot show a decrement below √eps; the step just taken went on to where Newton's method converged.
    if (decrement * decrement <= 1e-14 * Math.abs(value) || step <= smallestStep) {
      if (decrement * decrement > 1e-9 * Math.abs(value)) break;
      return { minimiser: h, value, iterations: iteration + 1, decrement };
    }
  }
  throw new PreconditionerError('no-convergence', `convex root: expected a decrement below rounding, got ${decrement}`, { decrement });
}

/** {@link minimiseOverSpace} as the root of a summand. */
export function convexRoot(m: Matrix, basis: readonly Matrix[], options: RootOptions): SummandRoot {
  if (options.smallEigenvalues === 'pseudo-inverse') {
    throw new PreconditionerError('argument', 'convex root: expected a positive definite statistic and no pseudo-inverse; use ε > 0');
  }
  const { minimiser, iterations } = minimiseOverSpace(toPrecision(m, 'f64'), basis);
  const { values, vectors } = symmetricEigen(minimiser);
  return {
    trace: trace(minimiser),
    report: {
      method: 'convex',
      precision: 'f64',
      order: m.rows,
      relativeTolerance: 0,
      smallEigenvalues: 'clamp',
      dropped: 0,
      negative: 0,
      smallest: values[0]!,
      largest: values.at(-1)!,
      iterations,
    },
    apply: (frame) => applySpectral(vectors, values, frame),
    applyInverse: (frame) =>
      applySpectral(
        vectors,
        Array.from(values, (value) => 1 / value),
        frame,
      ),
    matrix: () => minimiser,
    eigenpairs: () => ({ values, vectors }),
  };
}

function factorOf(a: Matrix): Matrix | undefined {
  try {
    return cholesky(a);
  } catch (error) {
    if (error instanceof LinalgError && error.code === 'not-positive-definite') return undefined;
    throw error;
  }
}

function inverseOf(a: Matrix): Matrix | undefined {
  const factor = factorOf(a);
  return factor && choleskySolve(factor, identity(a.rows));
}

/** `⟨M, H⁻¹⟩ + Tr H`, infinite outside the positive definite matrices. */
function objective(m: Matrix, h: Matrix): number {
  const inverse = inverseOf(h);
  return inverse === undefined ? Infinity : innerProduct(m, inverse) + trace(h);
}

/** The projection of the identity, scaled to minimise the objective on its ray. */
function startingPoint(m: Matrix, basis: readonly Matrix[]): Matrix {
  const n = m.rows;
  const gram = matrix(basis.length, basis.length, Float64Array.from(basis.flatMap((b) => basis.map((other) => innerProduct(b, other)))));
  const traces = matrix(basis.length, 1, Float64Array.from(basis, trace));
  const factor = factorOf(gram);
  if (factor === undefined)
    throw new PreconditionerError('argument', 'convex root: expected linearly independent matrices, got dependent ones');
  const start = combination(basis, choleskySolve(factor, traces).data, n);
  const inverse = inverseOf(start);
  if (inverse === undefined) {
    throw new PreconditionerError(
      'argument',
      'convex root: expected a space near the identity, got one whose nearest matrix is not positive definite',
    );
  }
  const scale = Math.sqrt(innerProduct(m, inverse) / trace(start));
  return sum(matrix(n, n), start, scale);
}

/** Gradient `Tr Bₖ − ⟨W, Bₖ⟩` and Hessian `⟨W·Bₗ·V + V·Bₗ·W, Bₖ⟩`, with `V = H⁻¹` and `W = V·M·V`. */
function derivatives(m: Matrix, h: Matrix, basis: readonly Matrix[]): { gradient: number[]; hessian: Matrix } {
  const v = inverseOf(h)!;
  const w = multiply(multiply(v, m), v);
  const gradient = basis.map((b) => trace(b) - innerProduct(w, b));
  const products = basis.map((b) => multiply(multiply(w, b), v));
  const k = basis.length;
  const hessian = matrix(k, k);
  // ⟨W·Bₗ·V, Bₖ⟩ = ⟨V·Bₗ·W, Bₖ⟩ for symmetric factors: one of the two products, twice.
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) hessian.data[i * k + j] = 2 * innerProduct(products[j]!, basis[i]!);
  return { gradient, hessian };
}

/** `−(∇²f)⁻¹·g`, with a ridge at rounding level where the Hessian needs one. */
function newtonDirection(hessian: Matrix, gradient: readonly number[]): number[] {
  const right = matrix(
    gradient.length,
    1,
    Float64Array.from(gradient, (value) => -value),
  );
  const symmetric = symmetricPartOf(hessian);
  for (let ridge = 0; ; ridge = Math.max(ridge * 10, maximumNorm(hessian) * 1e-15)) {
    const factor = factorOf(addToDiagonal(symmetric, ridge));
    if (factor !== undefined) return Array.from(choleskySolve(factor, right).data);
  }
}

function symmetricPartOf(a: Matrix): Matrix {
  const n = a.rows;
  return matrix(
    n,
    n,
    Float64Array.from(a.data, (value, at) => (value + a.data[(at % n) * n + Math.floor(at / n)]!) / 2),
  );
}

function combination(basis: readonly Matrix[], coefficients: ArrayLike<number>, n: number): Matrix {
  const result = matrix(n, n);
  basis.forEach(({ data }, k) => {
    for (let at = 0; at < data.length; at++) result.data[at] = result.data[at]! + coefficients[k]! * data[at]!;
  });
  return result;
}

function sum(a: Matrix, b: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((value, at) => value + factor * b.data[at]!) };
}
