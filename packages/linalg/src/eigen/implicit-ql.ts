import { LinalgError } from '../errors.js';
import type { Block, Workspace } from '../workspace.js';

/** Sweeps for one eigenvalue; two or three are usual. */
const largestSweeps = 60;

/** float64 elements that {@link implicitQl} takes as scratch: rotations of one sweep. */
export const rotationElements = (n: number): number => 2 * n;

/**
 * Eigenvalues of a symmetric tridiagonal matrix by the QL iteration with implicit Wilkinson shifts, in float64, unsorted, in
 * place of the diagonal (Golub and Van Loan, section 8.3.5; Dubrulle, Martin and Wilkinson, Handbook II/4). `begin` to
 * `end` delimit the matrix within `diagonal` and `coupling`, `coupling[end − 1]` counts as zero.
 * With `rows`, the rotations are applied to its rows `begin` to `end`, over `columns` columns from `rows.offset`.
 * @throws {LinalgError} `no-convergence`
 */
export function implicitQl(
  { kernels, doubles }: Workspace,
  diagonal: number,
  coupling: number,
  begin: number,
  end: number,
  pairs: number,
  rows?: Block & { readonly columns: number },
): void {
  const d = doubles.subarray(diagonal, diagonal + end);
  const e = doubles.subarray(coupling, coupling + end);
  e[end - 1] = 0;
  for (let l = begin; l < end; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = firstNegligible(d, e, l, end);
      if (m === l) break;
      if (sweep === largestSweeps) throw notConverged(sweep, l - begin);
      const count = qlSweep(d, e, l, m, doubles, pairs);
      if (rows) kernels.rotateRows(count, pairs, rows.offset + (m - count) * rows.stride, rows.stride, rows.columns);
    }
  }
}

/** The first index from `l` on whose coupling to the next is zero to rounding. */
function firstNegligible(d: Float64Array, e: Float64Array, l: number, end: number): number {
  for (let m = l; m < end - 1; m++) {
    const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
    if (Math.abs(e[m]!) <= Number.EPSILON * size) {
      e[m] = 0;
      return m;
    }
  }
  return end - 1;
}

/** One sweep from `m` up to `l`; writes cosine and sine of each rotation to `pairs` and returns how many there are. */
function qlSweep(d: Float64Array, e: Float64Array, l: number, m: number, doubles: Float64Array, pairs: number): number {
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(half, 1);
  let g = d[m]! - d[l]! + e[l]! / (half + (half < 0 ? -root : root));
  let s = 1;
  let c = 1;
  let p = 0;
  let count = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // A rotation by underflow: the matrix splits here and the sweep ends.
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return count;
    }
    s = f / r;
    c = g / r;
    const shifted = d[i + 1]! - p;
    const t = (d[i]! - shifted) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = shifted + p;
    g = c * t - b;
    doubles[pairs + 2 * count] = c;
    doubles[pairs + 2 * count + 1] = s;
    count++;
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
  return count;
}

function notConverged(sweeps: number, index: number): LinalgError {
  return new LinalgError(
    'no-convergence',
    `eigenvalues by QL: expected eigenvalue ${index} within ${largestSweeps} sweeps; use method "jacobi"`,
    { sweeps, index },
  );
}
