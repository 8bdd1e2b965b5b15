import { expectSamePrecision, transpose as transposed } from './arithmetic.js';
import { LinalgError } from './errors.js';
import { type Matrix, orderOf } from './matrix.js';
import { inWorkspace } from './workspace.js';

/** Which triangular matrix {@link solveTriangular} takes its operand for; the other triangle is not read. */
export interface TriangularOptions {
  readonly triangle: 'lower' | 'upper';
  /** Solves with the transpose of that triangle. */
  readonly transpose?: boolean;
  /** Takes the diagonal for ones; default false. */
  readonly unitDiagonal?: boolean;
}

/**
 * The solution `X` of `op(T)·X = B` with a triangular `T` of order `n`, by substitution; `n²` flops a column of `B`.
 * @throws {LinalgError} `singular` with `index` of a zero on the diagonal; `shape`, `not-square`, `invalid-argument`
 */
export function solveTriangular(t: Matrix, b: Matrix, { triangle, transpose = false, unitDiagonal = false }: TriangularOptions): Matrix {
  const n = orderOf(t, 'solveTriangular');
  if (b.rows !== n) throw new LinalgError('shape', `solveTriangular: expected a right-hand side of ${n} rows, got ${b.rows}`);
  const precision = expectSamePrecision(t, b, 'solveTriangular');
  const rows = transpose ? transposed(t) : t;
  const forward = (triangle === 'lower') !== transpose;
  const blocks = [[n, n] as const, [n, b.columns] as const];
  return inWorkspace(precision, { blocks }, (workspace) => {
    const { kernels, values } = workspace;
    const factor = workspace.load(rows);
    const solution = workspace.load(b);
    for (let step = 0; step < n; step++) {
      const i = forward ? step : n - 1 - step;
      const row = factor.offset + i * factor.stride;
      const target = solution.offset + i * solution.stride;
      const first = forward ? 0 : i + 1;
      kernels.addRows(step, b.columns, -1, row + first, solution.offset + first * solution.stride, solution.stride, target);
      if (unitDiagonal) continue;
      const pivot = values[row + i]!;
      if (pivot === 0)
        throw new LinalgError('singular', `solveTriangular: expected no zero on the diagonal, got one in row ${i}`, { index: i });
      for (let j = 0; j < b.columns; j++) values[target + j] = values[target + j]! / pivot;
    }
    return workspace.read(solution, n, b.columns);
  });
}
