import { scale, subtract } from './arithmetic.js';
import { symmetricEigen } from './eigen/symmetric-eigen.js';
import { LinalgError } from './errors.js';
import { type Matrix, orderOf } from './matrix.js';
import { multiply } from './multiply.js';
import { frobeniusNorm, innerProduct } from './norms.js';
import { svd } from './svd.js';

/**
 * The nearest matrix, in the Frobenius norm, with `‖X‖_op ≤ radius`: singular values `min(s, radius)`.
 * @throws {LinalgError} `invalid-argument` where the radius is not positive; those of `svd`
 */
export function clipSingularValues(a: Matrix, radius: number): Matrix {
  expectRadius('clipSingularValues', radius);
  const { u, values, v } = svd(a, { method: 'preconditioned' });
  if ((values[0] ?? 0) <= radius) return { ...a, data: a.data.slice() };
  const data = u.data.slice();
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * Math.min(values[i % u.columns]!, radius);
  return multiply({ ...u, data }, v, { transposeRight: true });
}

/** The projection and what it took. */
export interface WeightedProjection {
  readonly point: Matrix;
  readonly iterations: number;
}

/** Iterations of {@link projectOntoSpectralBall} at most. */
const largestIterations = 10_000;

/**
 * The point of `{‖X‖_op ≤ radius}` that minimises `Tr((X − Y)ᵀS(X − Y))`, `Y` of m × n, `S` symmetric positive definite of order m:
 * accelerated projected gradient (FISTA; Beck and Teboulle, SIAM J. Imaging Sci. 2(1), 2009), restarted where the objective
 * grows, until a step moves less than `1e-10·‖Y‖_F`. One singular value decomposition a step; for a multiple of the identity, one in all.
 * @throws {LinalgError} `no-convergence` after 10,000 steps; `not-positive-definite`, `shape`, `invalid-argument`
 */
export function projectOntoSpectralBall(y: Matrix, weight: Matrix, radius: number): WeightedProjection {
  expectRadius('projectOntoSpectralBall', radius);
  const largest = largestEigenvalue('projectOntoSpectralBall', y, weight);
  const objective = (x: Matrix): number => {
    const difference = subtract(x, y);
    return innerProduct(difference, multiply(weight, difference));
  };
  const step = (from: Matrix): Matrix =>
    clipSingularValues(subtract(from, scale(multiply(weight, subtract(from, y)), 1 / largest)), radius);
  const limit = 1e-10 * frobeniusNorm(y);
  let point = clipSingularValues(y, radius);
  let value = objective(point);
  let ahead = point;
  let momentum = 1;
  for (let iterations = 1; iterations <= largestIterations; iterations++) {
    const next = step(ahead);
    const moved = frobeniusNorm(subtract(next, ahead));
    const nextValue = objective(next);
    if (moved <= limit) return { point: next, iterations };
    if (nextValue > value && ahead !== point) {
      [ahead, momentum] = [point, 1];
      continue;
    }
    const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const inertia = (momentum - 1) / nextMomentum;
    ahead = subtract(scale(next, 1 + inertia), scale(point, inertia));
    [point, value, momentum] = [next, nextValue, nextMomentum];
  }
  throw new LinalgError(
    'no-convergence',
    `projectOntoSpectralBall: expected steps below ${limit} within ${largestIterations} iterations; the weight may be too ill-conditioned`,
    {
      iterations: largestIterations,
    },
  );
}

/**
 * The point of `{‖x‖₂ ≤ radius}` that minimises `(x − y)ᵀS(x − y)`, `y` a column: with `S = QΛQᵀ` and `y′ = Qᵀy` it is
 * `x′ᵢ = λᵢy′ᵢ/(λᵢ + μ)`, where μ ≥ 0 solves the secular equation `‖x′‖ = radius`; Newton's method on `1/‖x′‖ − 1/radius` from
 * μ = 0, in a bracket (Conn, Gould and Toint, Trust-Region Methods, section 7.3).
 * @throws {LinalgError} `not-positive-definite`, `shape`, `invalid-argument`, `no-convergence`
 */
export function projectOntoBall(y: Matrix, weight: Matrix, radius: number): Matrix {
  expectRadius('projectOntoBall', radius);
  if (y.columns !== 1) throw new LinalgError('shape', `projectOntoBall: expected one column, got ${y.columns}`);
  const largest = largestEigenvalue('projectOntoBall', y, weight);
  if (frobeniusNorm(y) <= radius) return { ...y, data: y.data.slice() };
  const { values, vectors } = symmetricEigen(weight);
  const rotated = multiply(vectors, y, { transposeLeft: true });
  const at = (mu: number): Float64Array => Float64Array.from(rotated.data, (component, i) => (values[i]! * component) / (values[i]! + mu));
  const mu = secularMultiplier(values, at, radius, (largest * frobeniusNorm(y)) / radius);
  const projected = { ...rotated, data: rotated.data.map((component, i) => (values[i]! * component) / (values[i]! + mu)) };
  return multiply(vectors, projected);
}

/** The μ with `‖x(μ)‖ = radius`; `high` is too large. */
function secularMultiplier(eigenvalues: ArrayLike<number>, at: (mu: number) => Float64Array, radius: number, high: number): number {
  let low = 0;
  let mu = 0;
  for (let iteration = 0; iteration < 200; iteration++) {
    const x = at(mu);
    const norm = Math.hypot(...x);
    if (Math.abs(norm - radius) <= 4 * Number.EPSILON * radius) return mu;
    if (norm > radius) low = mu;
    else high = mu;
    // d(1/‖x‖)/dμ = Σ xᵢ²/(λᵢ + μ)/‖x‖³
    const slope = x.reduce((sum, component, i) => sum + component ** 2 / (eigenvalues[i]! + mu), 0) / norm ** 3;
    const newton = mu + (1 / radius - 1 / norm) / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (next === mu) return mu;
    mu = next;
  }
  return mu;
}

function expectRadius(operation: string, radius: number): void {
  if (radius > 0) return;
  throw new LinalgError('invalid-argument', `${operation}: expected a radius > 0, got ${radius}`, { radius });
}

function largestEigenvalue(operation: string, y: Matrix, weight: Matrix): number {
  const n = orderOf(weight, operation);
  if (y.rows !== n) throw new LinalgError('shape', `${operation}: expected a weight of order ${y.rows}, got ${n}`);
  const { values } = symmetricEigen(weight, { vectors: false });
  if (n > 0 && !(values[0]! > 0)) {
    throw new LinalgError('not-positive-definite', `${operation}: expected a positive definite weight, got the eigenvalue ${values[0]}`, {
      eigenvalue: values[0]!,
    });
  }
  return values[n - 1] ?? 1;
}
