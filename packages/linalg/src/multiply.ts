import { expectSamePrecision } from './arithmetic.js';
import { LinalgError } from './errors.js';
import { type Matrix, precisionOf } from './matrix.js';
import { inWorkspace } from './workspace.js';

/** Which operands of a product are taken transposed. */
export interface MultiplyOptions {
  readonly transposeLeft?: boolean;
  readonly transposeRight?: boolean;
}

/**
 * `op(A)·op(B)` in the operands' precision; `2·m·n·k` flops.
 * @throws {LinalgError} `shape` where the inner extents differ, `invalid-argument` where the precisions do
 */
export function multiply(a: Matrix, b: Matrix, { transposeLeft = false, transposeRight = false }: MultiplyOptions = {}): Matrix {
  const precision = expectSamePrecision(a, b, 'multiply');
  const [m, k] = transposeLeft ? [a.columns, a.rows] : [a.rows, a.columns];
  const [inner, n] = transposeRight ? [b.columns, b.rows] : [b.rows, b.columns];
  if (k !== inner) {
    throw new LinalgError('shape', `multiply: expected equal inner extents, got ${m} × ${k} times ${inner} × ${n}; transpose an operand`);
  }
  const blocks = [[a.rows, a.columns] as const, [b.rows, b.columns] as const, [m, n] as const];
  return inWorkspace(precision, { blocks }, (workspace) => {
    const left = workspace.load(a);
    const right = workspace.load(b);
    const product = workspace.takeBlock(m, n);
    const { kernels } = workspace;
    const [ta, tb] = [Number(transposeLeft), Number(transposeRight)];
    kernels.multiply(ta, tb, m, n, k, 1, left.offset, left.stride, right.offset, right.stride, 0, product.offset, product.stride, 0);
    return workspace.read(product, m, n);
  });
}

/** Options of {@link symmetricRankUpdate}. */
export interface RankUpdateOptions {
  /** `AᵀA` instead of `AAᵀ`. */
  readonly transpose?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

/**
 * `alpha·AAᵀ + beta·C` with one triangle computed and mirrored, exactly symmetric; `n²·k` flops. Of `C`, zero when
 * absent, only the lower triangle is read.
 * @throws {LinalgError} `shape` where `C` has another order than the product, `invalid-argument` where the precisions differ
 */
export function symmetricRankUpdate(a: Matrix, c?: Matrix, { transpose = false, alpha = 1, beta = 1 }: RankUpdateOptions = {}): Matrix {
  const [n, k] = transpose ? [a.columns, a.rows] : [a.rows, a.columns];
  if (c !== undefined) {
    expectSamePrecision(a, c, 'symmetricRankUpdate');
    if (c.rows !== n || c.columns !== n) {
      throw new LinalgError('shape', `symmetricRankUpdate: expected C of ${n} × ${n}, got ${c.rows} × ${c.columns}`);
    }
  }
  const blocks = [[a.rows, a.columns] as const, [n, n] as const];
  return inWorkspace(precisionOf(a), { blocks }, (workspace) => {
    const factor = workspace.load(a);
    const sum = c === undefined ? workspace.takeBlock(n, n) : workspace.load(c);
    const { offset, stride } = factor;
    const [left, right] = transpose ? [1, 0] : [0, 1];
    const scale = c === undefined ? 0 : beta;
    workspace.kernels.multiply(left, right, n, n, k, alpha, offset, stride, offset, stride, scale, sum.offset, sum.stride, 1);
    workspace.kernels.mirrorLower(n, sum.offset, sum.stride);
    return workspace.read(sum, n, n);
  });
}
