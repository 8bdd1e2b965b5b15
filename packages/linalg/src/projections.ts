import { add, subtract } from './arithmetic.js';
import { type SymmetricEigen, symmetricEigen } from './eigen/symmetric-eigen.js';
import { LinalgError } from './errors.js';
import { type Floats, machineEpsilon, type Matrix, orderOf, precisionOf } from './matrix.js';
import { multiply } from './multiply.js';
import { frobeniusNorm, innerProduct, maximumNorm } from './norms.js';
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

/** Move of the iterate, relative to the point, at which it stops. */
const smallestMove = 1e-10;

/**
 * Duality gap, relative to the point's `Tr(YᵀSY)`, at which it stops too, where the gap has fallen by less than a tenth over so many
 * iterations: what is left are directions that hardly cost.
 */
const smallestGap = 1e-8;
const gapEvery = 100;

/**
 * The point of `{‖X‖_op ≤ radius}` that minimises `Tr((X − Y)ᵀS(X − Y))`, `Y` of m × n, `S` symmetric positive semidefinite of order
 * m: accelerated projected gradients with clipped singular values (FISTA; Beck and Teboulle, SIAM J. Imaging Sci. 2(1), 2009),
 * restarted where momentum and step disagree (O'Donoghue and Candès, Found. Comput. Math. 15, 2015), until a step moves less than
 * `1e-10·‖Y‖_F`. An ill-conditioned `S` leaves directions open that hardly cost and hardly move: it stops with them when the duality
 * gap, which bounds how far the value is from the least, is below `1e-8·Tr(YᵀSY)` and stays where it is. One singular value
 * decomposition a step; for a multiple of the identity, two in all. Where `S` is singular the minimiser is not unique.
 * @throws {LinalgError} `no-convergence` after 10,000 steps; `negative-eigenvalue`, `shape`, `invalid-argument`
 */
export function projectOntoSpectralBall(y: Matrix, weight: Matrix, radius: number): WeightedProjection {
  expectRadius('projectOntoSpectralBall', radius);
  const { values } = eigenpairsOf('projectOntoSpectralBall', y, weight, false);
  const first = clipSingularValues(y, radius);
  if (maximumNorm(subtract(first, y)) === 0) return { point: first, iterations: 0 };
  const step = 1 / (values.at(-1)! || 1);
  const limit = smallestMove * frobeniusNorm(y);
  const gapLimit = smallestGap * innerProduct(y, multiply(weight, y));
  let point = first;
  let ahead = first;
  let momentum = 1;
  let gap = Infinity;
  for (let iterations = 1; iterations <= largestIterations; iterations++) {
    const gradient = multiply(weight, subtract(ahead, y));
    const next = clipSingularValues(add(ahead, gradient, 1, -step), radius);
    if (frobeniusNorm(subtract(next, ahead)) <= limit) return { point: next, iterations };
    if (iterations % gapEvery === 0) {
      const before = gap;
      gap = dualityGap(next, y, weight, radius);
      if (gap <= gapLimit && gap > 0.9 * before) return { point: next, iterations };
    }
    const move = subtract(next, point);
    const restart = innerProduct(subtract(ahead, next), move) > 0;
    const following = restart ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    ahead = restart ? next : add(next, move, 1, (momentum - 1) / following);
    point = next;
    momentum = following;
  }
  throw new LinalgError(
    'no-convergence',
    `projectOntoSpectralBall: expected steps below ${limit} within ${largestIterations} iterations; the weight may be too ill-conditioned, add a ridge to it`,
    { iterations: largestIterations },
  );
}

/** `⟨∇f(X), X⟩ + radius·‖∇f(X)‖_*`, which bounds `f(X)` less its minimum over the ball, as `f` is convex; `∇f = −2S(Y − X)`. */
function dualityGap(x: Matrix, y: Matrix, weight: Matrix, radius: number): number {
  const force = multiply(weight, subtract(y, x));
  let nuclearNorm = 0;
  for (const value of svd(force, { method: 'preconditioned' }).values) nuclearNorm += value;
  return 2 * (radius * nuclearNorm - innerProduct(force, x));
}

/**
 * The point of `{‖x‖₂ ≤ radius}` that minimises `(x − y)ᵀS(x − y)`, `y` a column, `S` symmetric positive semidefinite: with
 * `S = QΛQᵀ` and `y′ = Qᵀy` it is `x′ᵢ = λᵢy′ᵢ/(λᵢ + μ)`, where μ ≥ 0 solves the secular equation `‖x′‖ = radius`; Newton's method on
 * `1/‖x′‖ − 1/radius` from μ = 0, in a bracket (Conn, Gould and Toint, Trust-Region Methods, section 7.3). The null space of a
 * singular `S` costs nothing: its part gives way first.
 * @param weight `S`, or its eigenvalues and eigenvectors
 * @throws {LinalgError} `negative-eigenvalue`, `shape`, `invalid-argument`
 */
export function projectOntoEuclideanBall(y: Matrix, weight: Matrix | Pick<SymmetricEigen, 'values' | 'vectors'>, radius: number): Matrix {
  expectRadius('projectOntoEuclideanBall', radius);
  if (y.columns !== 1) throw new LinalgError('shape', `projectOntoEuclideanBall: expected one column, got ${y.columns}`);
  const { values, vectors } = 'data' in weight ? eigenpairsOf('projectOntoEuclideanBall', y, weight, true) : weight;
  if (frobeniusNorm(y) <= radius) return { ...y, data: y.data.slice() };
  const rotated = multiply(vectors, y, { transposeLeft: true });
  const inside = shrunk(values, Float64Array.from(rotated.data), radius);
  return multiply(vectors, { ...rotated, data: precisionOf(y) === 'f64' ? inside : Float32Array.from(inside) });
}

/** The minimiser in the eigenbasis; `‖y‖ > radius`. */
function shrunk(eigenvalues: Floats, y: Float64Array, radius: number): Float64Array {
  const inRange = y.map((value, i) => (eigenvalues[i]! > 0 ? value : 0));
  const length = lengthOf(inRange);
  if (length <= radius) {
    const nullSpace = lengthOf(y.map((value, i) => (eigenvalues[i]! > 0 ? 0 : value)));
    const room = Math.sqrt(Math.max(0, radius * radius - length * length)) / (nullSpace || 1);
    return y.map((value, i) => (eigenvalues[i]! > 0 ? value : value * Math.min(1, room)));
  }
  const at = (mu: number): Float64Array =>
    inRange.map((value, i) => (value === 0 ? 0 : (eigenvalues[i]! * value) / (eigenvalues[i]! + mu)));
  // ‖x(μ)‖ ≤ λ_max‖y‖/(λ_max + μ), at most the radius here.
  const high = maximumNorm({ rows: eigenvalues.length, columns: 1, data: eigenvalues }) * (length / radius);
  return at(secularMultiplier(eigenvalues, at, radius, high));
}

/** The μ with `‖x(μ)‖ = radius`; `high` is too large. */
function secularMultiplier(eigenvalues: Floats, at: (mu: number) => Float64Array, radius: number, high: number): number {
  let low = 0;
  let mu = 0;
  for (let iteration = 0; iteration < 200; iteration++) {
    const x = at(mu);
    const length = lengthOf(x);
    if (Math.abs(length - radius) <= 2 * Number.EPSILON * radius) return mu;
    if (length > radius) low = mu;
    else high = mu;
    // −‖x‖·d‖x‖/dμ = Σ xᵢ²/(λᵢ + μ)
    const slope = x.reduce((sum, value, i) => sum + (value === 0 ? 0 : (value * value) / (eigenvalues[i]! + mu)), 0);
    const newton = mu + ((length - radius) * length * length) / (radius * slope);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (next === mu || high - low <= Number.EPSILON * high) return next;
    mu = next;
  }
  return mu;
}

const lengthOf = (x: Float64Array): number => frobeniusNorm({ rows: x.length, columns: 1, data: x });

function expectRadius(operation: string, radius: number): void {
  if (radius > 0) return;
  throw new LinalgError('invalid-argument', `${operation}: expected a radius > 0, got ${radius}`, { radius });
}

/** Eigenpairs of a weight that is positive semidefinite to rounding, those at rounding level counted as they come. */
function eigenpairsOf(operation: string, y: Matrix, weight: Matrix, vectors: boolean): SymmetricEigen {
  const n = orderOf(weight, operation);
  if (y.rows !== n) throw new LinalgError('shape', `${operation}: expected a weight of order ${y.rows}, got ${n}`);
  const eigen = symmetricEigen(weight, { vectors });
  const [smallest = 0, largest = 0] = [eigen.values[0], eigen.values.at(-1)];
  if (smallest < -10 * n * machineEpsilon[precisionOf(weight)] * Math.max(0, largest)) {
    throw new LinalgError('negative-eigenvalue', `${operation}: expected a positive semidefinite weight, got the eigenvalue ${smallest}`, {
      eigenvalue: smallest,
    });
  }
  return eigen;
}
