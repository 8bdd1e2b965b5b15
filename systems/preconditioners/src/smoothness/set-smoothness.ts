import {
  cholesky,
  choleskySolve,
  identity,
  innerProduct,
  LinalgError,
  type Matrix,
  matrix,
  multiply,
  orderOf,
  scale,
  subtract,
  symmetricEigen,
  symmetrize,
  trace,
} from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import { expectWellStructured } from '../norms.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { denseElement, projectOntoSet } from '../preconditioner.js';
import { addScaled } from '../reductions.js';
import { applySpectral } from '../roots/spectral-root.js';
import { type CertifiedValue, diagonalSmoothness } from './diagonal-smoothness.js';

/** Largest d for which the barrier method solves the pair; beyond it the easy bounds are given. */
export const largestBarrierOrder = 64;

/**
 * The H-smoothness of `½xᵀAx`: `min Tr H` over `H ∈ H` with `H ⪰ A`; its dual is `max ⟨A, Y⟩` over `Y ⪰ 0` with `Proj_K(Y) = I`.
 * Closed forms for scalars, `d·λ_max`, and all matrices, `Tr A`; the mixing method for diagonal matrices; a barrier method for any
 * other set up to d = 64; beyond, `Tr A` and `d·λ_max(A)`.
 * @param a symmetric positive semidefinite, d × d
 * @throws {PreconditionerError} `not-applicable`, `shape`, `negative-eigenvalue`, `no-convergence`
 */
export function setSmoothness(set: PreconditionerSet, a: Matrix, relativeGap = 1e-6): CertifiedValue {
  expectWellStructured(set, 'setSmoothness');
  const d = orderOf(a, 'setSmoothness');
  if (d !== set.dimension) throw new PreconditionerError('shape', `setSmoothness: expected a matrix of order ${set.dimension}, got ${d}`);
  const { values } = symmetricEigen(a, { vectors: false });
  const largest = values.at(-1)!;
  if (values[0]! < -1e-10 * largest) {
    throw new PreconditionerError(
      'negative-eigenvalue',
      `setSmoothness: expected a positive semidefinite matrix, got the eigenvalue ${values[0]}`,
      {
        eigenvalue: values[0]!,
      },
    );
  }
  const [summand] = set.summands;
  const alone = set.summands.length === 1;
  const exactly = (value: number): CertifiedValue => ({ lower: value, upper: value, method: 'closed form', iterations: 0 });
  if (largest <= 0) return exactly(0);
  if (alone && summand!.order === 1) return exactly(d * largest);
  if (alone && summand!.structure.kind === 'symmetric' && summand!.multiplicity === 1) return exactly(trace(a));
  if (set.name === 'diagonal') return diagonalSmoothness(a, relativeGap);
  if (d > largestBarrierOrder) return { lower: trace(a), upper: d * largest, method: 'easy bounds', iterations: 0 };
  return barrier(set, scale(a, 1 / largest), relativeGap, largest);
}

/**
 * Follows the central path of `Tr H − τ·log det(H − A)` over the set's symmetric matrices by Newton's method. At its centre
 * `Y = τ·(H − A)⁻¹` has `Proj_K(Y) = I`; off it, `S·Y·S` with `S = Proj_K(Y)^{−1/2}` has, since the projection onto an algebra
 * commutes with multiplication by its members: a feasible pair on both sides at every step.
 */
function barrier(set: PreconditionerSet, a: Matrix, relativeGap: number, unit: number): CertifiedValue {
  const d = a.rows;
  const project = (m: Matrix): Matrix => denseElement(set, projectOntoSet(set, m));
  let h = scale(identity(d), 2);
  let iterations = 0;
  for (let weight = 1; weight > 1e-16; weight /= 4) {
    for (let newton = 0; newton < 50; newton++) {
      iterations++;
      const z = inverseOf(subtract(h, a))!;
      const gradient = project(subtract(identity(d), scale(z, weight)));
      const direction = conjugateGradients((e) => scale(project(multiply(multiply(z, e), z)), weight), scale(gradient, -1));
      const decrement = Math.sqrt(Math.max(0, -innerProduct(gradient, direction) / weight));
      h = insideStep(h, direction, a, decrement > 0.25 ? 1 / (1 + decrement) : 1);
      if (decrement < 1e-3) break;
    }
    const lower = dualValue(project, scale(inverseOf(subtract(h, a))!, weight), a);
    const upper = trace(h);
    if (upper - lower <= relativeGap * upper) return { lower: unit * lower, upper: unit * upper, method: 'barrier', iterations };
  }
  throw new PreconditionerError('no-convergence', `setSmoothness: expected a relative gap of ${relativeGap}, not reached for ${set.name}`);
}

function dualValue(project: (m: Matrix) => Matrix, y: Matrix, a: Matrix): number {
  const { values, vectors } = symmetricEigen(project(y));
  const s = applySpectral(
    vectors,
    Array.from(values, (value) => 1 / Math.sqrt(value)),
    identity(a.rows),
  );
  return innerProduct(a, multiply(multiply(s, y), s));
}

/** The damped step, halved until it stays inside: it would, but for the rounding of its direction. */
function insideStep(h: Matrix, direction: Matrix, a: Matrix, damping: number): Matrix {
  for (let step = damping; step > 1e-10; step /= 2) {
    const next = { ...h, data: addScaled(h.data, direction.data, step) };
    if (inverseOf(subtract(next, a)) !== undefined) return next;
  }
  return h;
}

/** The inverse of a positive definite matrix; undefined of another. */
function inverseOf(m: Matrix): Matrix | undefined {
  try {
    return symmetrize(choleskySolve(cholesky(symmetrize(m)), identity(m.rows)));
  } catch (error) {
    if (error instanceof LinalgError && error.code === 'not-positive-definite') return undefined;
    throw error;
  }
}

/** Solves `operator(x) = right` for a positive definite operator on symmetric matrices (Hestenes and Stiefel, 1952). */
function conjugateGradients(operator: (e: Matrix) => Matrix, right: Matrix): Matrix {
  let x = matrix(right.rows, right.rows);
  let residual = right;
  let direction = right;
  let size = innerProduct(residual, residual);
  const enough = 1e-20 * size;
  for (let iteration = 0; iteration < 4 * right.rows * right.rows && size > enough; iteration++) {
    const image = operator(direction);
    const curvature = innerProduct(direction, image);
    // Positive but for a direction that is all rounding.
    if (!(curvature > 0)) return x;
    const step = size / curvature;
    x = { ...x, data: addScaled(x.data, direction.data, step) };
    residual = { ...residual, data: addScaled(residual.data, image.data, -step) };
    const next = innerProduct(residual, residual);
    direction = { ...direction, data: addScaled(residual.data, direction.data, next / size) };
    size = next;
  }
  return x;
}
