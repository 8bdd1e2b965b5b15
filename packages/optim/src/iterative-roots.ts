import { abs, add, div, eye, matmul, max, mul, pow, sqrt, square, sub, sum, type Tensor, trace } from '@sardonyx/tensor';
import { polarSchedule } from './polar-factor.js';

/* Inverse roots of symmetric positive definite tensors [n, n] by matrix products alone, for the compiled step. */

/** `newton`: coupled inverse Newton. `higher`: the same of third order. `ns`: coupled Newton–Schulz. */
export type IterativeRoot = 'newton' | 'higher' | 'ns';

export interface IterativeRootOptions {
  /** Iterations, all of which are done: a compiled step does not stop early. */
  readonly iterations: number;
  /** Added to the diagonal, as a share of the largest row sum: what makes the number of iterations enough. */
  readonly relativeRidge: number;
}

/** A^{−1/p}; `ns` for p = 2 and p = 4 only. */
export function iterativeRoot(a: Tensor, p: number, method: IterativeRoot, { iterations, relativeRidge }: IterativeRootOptions): Tensor {
  const symmetric = mul(add(a, a.transpose()), 0.5);
  const identity = eye(a.shape[0]!, { dtype: a.dtype as 'float32' });
  const ridged = add(symmetric, mul(identity, mul(max(sum(abs(symmetric), 1)), relativeRidge)));
  if (method !== 'ns') return coupledNewton(ridged, identity, p, method === 'newton' ? 2 : 3, iterations);
  const root = newtonSchulz(ridged, identity, iterations);
  // (A·A^{−1/2})^{−1/2} = A^{−1/4}
  return p === 2 ? root : newtonSchulz(matmul(ridged, root), identity, iterations);
}

/**
 * X ← X·Y, N ← Yᵖ·N from N = z·A, X = z^{1/p}·I until N = I, with Y the first terms of N^{−1/p} about I:
 * Y = Σ_{i<order} bᵢ·(I − N)ⁱ, b₀ = 1, bᵢ = bᵢ₋₁·(1 + (i − 1)p)/(ip). Order 2 is Newton's iteration (Guo, Higham 2006,
 * doi:10.1137/050643374), whose first step goes before those of higher order.
 */
function coupledNewton(a: Tensor, identity: Tensor, p: number, order: number, iterations: number): Tensor {
  const z = order === 2 ? div((p + 1) / 2, sqrt(sum(square(a)))) : div(1, trace(a));
  let x = mul(identity, pow(z, 1 / p));
  let n = mul(a, z);
  for (let i = 0; i < iterations; i++) {
    const y = seriesOfRoot(sub(identity, n), identity, p, i === 0 ? 2 : order);
    x = matmul(x, y);
    n = matmul(power(y, p), n);
  }
  return x;
}

function seriesOfRoot(e: Tensor, identity: Tensor, p: number, order: number): Tensor {
  const coefficients = [1];
  for (let i = 1; i < order; i++) coefficients.push((coefficients[i - 1]! * (1 + (i - 1) * p)) / (i * p));
  // Horner from the highest term.
  let y = add(mul(e, coefficients[order - 1]!), mul(identity, coefficients[order - 2]!));
  for (let i = order - 3; i >= 0; i--) y = add(matmul(e, y), mul(identity, coefficients[i]!));
  return y;
}

/** yᵖ by squarings. */
function power(y: Tensor, p: number): Tensor {
  if (p === 1) return y;
  const half = power(y, Math.floor(p / 2));
  const even = matmul(half, half);
  return p % 2 === 0 ? even : matmul(even, y);
}

/**
 * A^{−1/2} by the coupled iteration W = Z·Y, Y ← Y·p(W), Z ← p(W)·Z with p(w) = a + b·w + c·w², from Y = A/‖A‖_F and Z = I
 * (Higham 2008, section 6.7): the quintics of the polar factor, that take √w to 1.
 */
function newtonSchulz(a: Tensor, identity: Tensor, iterations: number): Tensor {
  const norm = sqrt(sum(square(a)));
  let y = div(a, norm);
  let z = identity;
  for (const [c0, c1, c2] of polarSchedule('polar-express', iterations)) {
    const w = matmul(z, y);
    const p = add(add(mul(w, c1), matmul(w, w, { scale: c2 })), mul(identity, c0));
    y = matmul(y, p);
    z = matmul(p, z);
  }
  return div(z, sqrt(norm));
}
