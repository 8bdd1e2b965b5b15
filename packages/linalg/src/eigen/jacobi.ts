import { LinalgError } from '../errors.js';
import { machineEpsilon } from '../matrix.js';
import type { Block, Workspace } from '../workspace.js';

/** Sweeps over all pairs; six to ten are usual. */
const largestSweeps = 40;

/**
 * Eigenvalues, left on the diagonal, and eigenvectors, one a row of `rows`, of a symmetric matrix of order `n` with both
 * triangles filled, by two-sided cyclic Jacobi rotations; returns the number of sweeps. `rows` starts as the identity.
 *
 * A pair is rotated until `|aₚ_q| ≤ eps·√|aₚₚ·a_qq|`: for a positive definite matrix `DBD` with `B` of unit diagonal every
 * eigenvalue then has a relative error of about `eps·cond(B)`, however graded `D` is (Demmel and Veselić, SIAM J. Matrix Anal.
 * Appl. 13(4), 1992). The largest remaining diagonal element is brought forward before each row (de Rijk, SIAM J. Sci.
 * Stat. Comput. 10(2), 1989). About `6n³` flops a sweep.
 * @throws {LinalgError} `no-convergence`
 */
export function jacobi(workspace: Workspace, n: number, a: Block, rows: Block): number {
  for (let sweep = 1; sweep <= largestSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      bringLargestForward(workspace, n, a, rows, p);
      for (let q = p + 1; q < n; q++) rotated = annihilate(workspace, n, a, rows, p, q) || rotated;
    }
    if (!rotated) return sweep;
  }
  throw new LinalgError('no-convergence', `eigenvalues by Jacobi: expected convergence within ${largestSweeps} sweeps; use method "ql"`, {
    sweeps: largestSweeps,
  });
}

/** Swaps index `p` with that of the largest diagonal element from `p` on. */
function bringLargestForward({ values }: Workspace, n: number, a: Block, rows: Block, p: number): void {
  const diagonal = (i: number): number => Math.abs(values[a.offset + i * a.stride + i]!);
  let largest = p;
  for (let i = p + 1; i < n; i++) if (diagonal(i) > diagonal(largest)) largest = i;
  if (largest === p) return;
  for (let i = 0; i < n; i++) exchange(values, a.offset + p * a.stride + i, a.offset + largest * a.stride + i);
  for (let i = 0; i < n; i++) exchange(values, a.offset + i * a.stride + p, a.offset + i * a.stride + largest);
  for (let i = 0; i < n; i++) exchange(values, rows.offset + p * rows.stride + i, rows.offset + largest * rows.stride + i);
}

function exchange(values: Workspace['values'], x: number, y: number): void {
  const value = values[x]!;
  values[x] = values[y]!;
  values[y] = value;
}

/** Rotates so that element (p, q) vanishes (Golub and Van Loan, section 8.5.2); false where it is small enough already. */
function annihilate({ values, kernels, precision }: Workspace, n: number, a: Block, rows: Block, p: number, q: number): boolean {
  const rowP = a.offset + p * a.stride;
  const rowQ = a.offset + q * a.stride;
  const app = values[rowP + p]!;
  const aqq = values[rowQ + q]!;
  const apq = values[rowP + q]!;
  // The product of two roots, not the root of the product, which would under- or overflow.
  if (Math.abs(apq) <= machineEpsilon[precision] * Math.sqrt(Math.abs(app)) * Math.sqrt(Math.abs(aqq)) || apq === 0) return false;
  const theta = (aqq - app) / (2 * apq);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  kernels.rotatePair(n, rowP, rowQ, cosine, -sine);
  values[rowP + p] = app - tangent * apq;
  values[rowQ + q] = aqq + tangent * apq;
  values[rowP + q] = 0;
  values[rowQ + p] = 0;
  for (let i = 0, column = a.offset; i < n; i++, column += a.stride) {
    if (i === p || i === q) continue;
    values[column + p] = values[rowP + i]!;
    values[column + q] = values[rowQ + i]!;
  }
  kernels.rotatePair(n, rows.offset + p * rows.stride, rows.offset + q * rows.stride, cosine, -sine);
  return true;
}
