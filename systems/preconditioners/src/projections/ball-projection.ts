import {
  clipSingularValues,
  type Floats,
  frobeniusNorm,
  innerProduct,
  type Matrix,
  matrix,
  maximumNorm,
  multiply,
  precisionOf,
  subtract,
  symmetricEigen,
} from '@sardonyx/linalg';
import { expectPositive, PreconditionerError } from '../errors.js';
import { euclideanNorm } from '../norms.js';
import type { Preconditioner } from '../preconditioner.js';
import { framesOf, type Summand } from '../preconditioner-set.js';
import { inPrecision } from '../precision.js';
import type { SummandRoot } from '../roots/root-options.js';
import { maximumOf } from '../reductions.js';

/** Change of the iterate, relative to the point, at which the operator-ball projection stops. */
const stopAt = 1e-10;
const largestIterations = 10_000;

/**
 * `Π(y) = argmin ‖x − y‖_P over ‖x‖_H ≤ radius`, the natural ball of the set, in the metric of its preconditioner: clipping
 * (diagonal), rescaling (scalar, rows), the secular equation (full), accelerated projected gradients (one-sided), each summand
 * by itself. Where `P` is singular the minimiser is not unique; the one returned keeps directions outside its range as they fit.
 * @throws {PreconditionerError} `argument` for a radius that is not positive, `not-applicable` for sets given by a projection,
 * `no-convergence`, `shape`
 */
export function projectOntoBall(preconditioner: Preconditioner, y: Floats, radius: number): Floats {
  expectPositive(radius, 'projectOntoBall: radius');
  const { set, roots } = preconditioner;
  const frames = framesOf(set, y).map((frame, i) => projectFrame(set.summands[i]!, roots[i]!, frame, radius));
  return set.synthesize(frames);
}

function projectFrame({ structure, multiplicity }: Summand, root: SummandRoot, frame: Matrix, radius: number): Matrix {
  const limit = radius * Math.sqrt(multiplicity);
  switch (structure.kind) {
    case 'diagonal':
      return clipRows(frame, limit);
    case 'symmetric': {
      const { values, vectors } = root.eigenpairs();
      return frame.columns === 1
        ? projectOntoEuclideanBall(values, vectors!, frame, limit)
        : projectOntoOperatorBall(root.matrix(), frame, limit);
    }
    default:
      throw new PreconditionerError(
        'not-applicable',
        'projectOntoBall: expected a set of diagonal and symmetric blocks, got one given by a projection; run it without a domain',
      );
  }
}

/** Shortens rows to `limit`: for single elements, clipping. */
function clipRows({ rows, columns, data }: Matrix, limit: number): Matrix {
  const clipped = data.slice();
  for (let i = 0; i < rows; i++) {
    const row = clipped.subarray(i * columns, (i + 1) * columns);
    const length = euclideanNorm(row);
    if (length > limit) for (let j = 0; j < columns; j++) row[j] = row[j]! * (limit / length);
  }
  return { rows, columns, data: clipped };
}

/**
 * `argmin Σ λᵢ(xᵢ − yᵢ)²` over `‖x‖₂ ≤ limit`, in the eigenbasis of the metric: `xᵢ = λᵢyᵢ/(λᵢ + μ)` with the root `μ ≥ 0` of the
 * secular equation `‖x(μ)‖ = limit`, by Newton's method on `1/‖x‖ − 1/limit`, which is concave there, inside a bracket.
 * @param values eigenvalues of the metric, nonnegative
 */
export function projectOntoEuclideanBall(values: ArrayLike<number>, vectors: Matrix, y: Matrix, limit: number): Matrix {
  if (euclideanNorm(y.data) <= limit) return y;
  const precision = precisionOf(y);
  const basis = inPrecision(vectors, precision);
  const coordinates = Float64Array.from(multiply(basis, y, { transposeLeft: true }).data);
  const shrunk = secularSolution(values, coordinates, limit);
  const column = matrix(y.rows, 1, precision === 'f64' ? shrunk : Float32Array.from(shrunk));
  return multiply(basis, column);
}

function secularSolution(values: ArrayLike<number>, y: Float64Array, limit: number): Float64Array {
  const inRange = y.map((value, i) => (values[i]! > 0 ? value : 0));
  const inside = euclideanNorm(inRange);
  if (inside <= limit) {
    // The null space of the metric costs nothing: its part gives way alone.
    const outside = y.map((value, i) => (values[i]! > 0 ? 0 : value));
    const room = Math.sqrt(Math.max(0, limit * limit - inside * inside)) / (euclideanNorm(outside) || 1);
    return y.map((value, i) => (values[i]! > 0 ? value : value * Math.min(1, room)));
  }
  const at = (mu: number): Float64Array => inRange.map((value, i) => (value === 0 ? 0 : (values[i]! * value) / (values[i]! + mu)));
  let low = 0;
  let high = maximumOf(values) * (inside / limit);
  let mu = 0;
  for (let iteration = 0; iteration < 200; iteration++) {
    const x = at(mu);
    const length = euclideanNorm(x);
    if (Math.abs(length - limit) <= 4e-16 * limit) break;
    if (length > limit) low = mu;
    else high = mu;
    const slope = x.reduce((sum, value, i) => sum + (value === 0 ? 0 : (value * value) / (values[i]! + mu)), 0);
    const next = mu + ((length - limit) * length * length) / (limit * slope);
    mu = next > low && next < high ? next : (low + high) / 2;
    if (high - low <= 1e-16 * high) break;
  }
  return at(mu);
}

/**
 * `argmin Tr((X − Y)ᵀ·S·(X − Y))` over `‖X‖_op ≤ limit`: accelerated projected gradients with clipped singular values, restarted
 * where momentum and step disagree (Beck and Teboulle, SIAM J. Imaging Sci. 2(1), 2009; O'Donoghue and Candès, 2015).
 * @param metric symmetric positive semidefinite, of as many rows as `y`
 * @throws {PreconditionerError} `no-convergence`
 */
export function projectOntoOperatorBall(metric: Matrix, y: Matrix, limit: number): Matrix {
  const point = inPrecision(y, 'f64');
  const first = clipSingularValues(point, limit);
  if (maximumNorm(subtract(first, point)) === 0) return y;
  const s = inPrecision(metric, 'f64');
  const step = 1 / (symmetricEigen(s, { vectors: false }).values.at(-1)! || 1);
  const size = frobeniusNorm(point);
  let z = first;
  let w = first;
  let momentum = 1;
  for (let iteration = 0; iteration < largestIterations; iteration++) {
    const gradient = multiply(s, combine(w, point, 1, -1));
    const target = combine(w, gradient, 1, -step);
    const next = clipSingularValues(target, limit);
    const change = combine(next, w, 1, -1);
    if (frobeniusNorm(change) <= stopAt * size) return precisionOf(y) === 'f64' ? next : { ...next, data: Float32Array.from(next.data) };
    const move = combine(next, z, 1, -1);
    const restart = innerProduct(combine(w, next, 1, -1), move) > 0;
    const following = restart ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    w = restart ? next : combine(next, move, 1, (momentum - 1) / following);
    z = next;
    momentum = following;
  }
  throw new PreconditionerError(
    'no-convergence',
    `projectOntoOperatorBall: expected convergence within ${largestIterations} iterations; the metric is too ill-conditioned, use ε > 0`,
  );
}

function combine(a: Matrix, b: Matrix, alpha: number, beta: number): Matrix {
  return { ...a, data: a.data.map((value, at) => alpha * value + beta * b.data[at]!) };
}
