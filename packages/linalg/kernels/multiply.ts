import { Float } from './float';
import { blockColumns, blockDepth, blockRows, edgeTile, packedLeft, packedRight, tileRows } from './layout';

/** Elements of a vector register. */
function lanes(): i32 {
  return 16 / <i32>sizeof<Float>();
}

/**
 * Copies `rows` × `depth` of the left operand into panels of four rows, depth by depth, short panels padded with zeros.
 * Element (i, p) lies at `source + i·rowStep + p·depthStep`, all in bytes.
 */
function packLeft(rows: i32, depth: i32, source: usize, rowStep: usize, depthStep: usize): void {
  const size = <usize>sizeof<Float>();
  let target = packedLeft;
  for (let i = 0; i < rows; i += tileRows) {
    const panel = source + <usize>i * rowStep;
    const height = min(tileRows, rows - i);
    if (height == tileRows) {
      let from = panel;
      for (let p = 0; p < depth; p++) {
        store<Float>(target, load<Float>(from));
        store<Float>(target + size, load<Float>(from + rowStep));
        store<Float>(target + 2 * size, load<Float>(from + 2 * rowStep));
        store<Float>(target + 3 * size, load<Float>(from + 3 * rowStep));
        target += 4 * size;
        from += depthStep;
      }
    } else {
      for (let p = 0; p < depth; p++) {
        for (let r = 0; r < tileRows; r++) {
          const value = r < height ? load<Float>(panel + <usize>r * rowStep + <usize>p * depthStep) : <Float>0;
          store<Float>(target, value);
          target += size;
        }
      }
    }
  }
}

/** Copies `depth` × `columns` of the right operand into panels two vectors wide, short panels padded with zeros. */
function packRight(depth: i32, columns: i32, source: usize, depthStep: usize, columnStep: usize): void {
  const size = <usize>sizeof<Float>();
  const width = 2 * lanes();
  let target = packedRight;
  for (let j = 0; j < columns; j += width) {
    const panel = source + <usize>j * columnStep;
    const count = min(width, columns - j);
    if (count == width && columnStep == size) {
      let from = panel;
      for (let p = 0; p < depth; p++) {
        v128.store(target, v128.load(from));
        v128.store(target, v128.load(from, 16), 16);
        target += 32;
        from += depthStep;
      }
    } else {
      for (let p = 0; p < depth; p++) {
        const from = panel + <usize>p * depthStep;
        for (let c = 0; c < count; c++) store<Float>(target + <usize>c * size, load<Float>(from + <usize>c * columnStep));
        for (let c = count; c < width; c++) store<Float>(target + <usize>c * size, <Float>0);
        target += 32;
      }
    }
  }
}

/** One row of the register tile to memory: `c ← alpha·sum + beta·c`; with `beta` zero, `c` is not read. */
function storeRow(c: usize, sum0: v128, sum1: v128, alpha: v128, beta: Float): void {
  let left = v128.mul<Float>(sum0, alpha);
  let right = v128.mul<Float>(sum1, alpha);
  if (beta != <Float>0) {
    const scale = v128.splat<Float>(beta);
    left = v128.add<Float>(left, v128.mul<Float>(scale, v128.load(c)));
    right = v128.add<Float>(right, v128.mul<Float>(scale, v128.load(c, 16)));
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}

/** The register tile: four rows by two vectors of `C`, summed over `depth` packed steps. */
function tile(depth: i32, left: usize, right: usize, alpha: Float, beta: Float, c: usize, rowStep: usize): void {
  let c00 = v128.splat<Float>(<Float>0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const size = sizeof<Float>();
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const a0 = v128.load_splat<Float>(left);
    c00 = v128.add<Float>(c00, v128.mul<Float>(a0, b0));
    c01 = v128.add<Float>(c01, v128.mul<Float>(a0, b1));
    const a1 = v128.load_splat<Float>(left + size);
    c10 = v128.add<Float>(c10, v128.mul<Float>(a1, b0));
    c11 = v128.add<Float>(c11, v128.mul<Float>(a1, b1));
    const a2 = v128.load_splat<Float>(left + 2 * size);
    c20 = v128.add<Float>(c20, v128.mul<Float>(a2, b0));
    c21 = v128.add<Float>(c21, v128.mul<Float>(a2, b1));
    const a3 = v128.load_splat<Float>(left + 3 * size);
    c30 = v128.add<Float>(c30, v128.mul<Float>(a3, b0));
    c31 = v128.add<Float>(c31, v128.mul<Float>(a3, b1));
    left += 4 * size;
    right += 32;
  }
  const scale = v128.splat<Float>(alpha);
  storeRow(c, c00, c01, scale, beta);
  storeRow(c + rowStep, c10, c11, scale, beta);
  storeRow(c + 2 * rowStep, c20, c21, scale, beta);
  storeRow(c + 3 * rowStep, c30, c31, scale, beta);
}

/** A tile that reaches over the edge of `C`: computed beside it, then the part inside is copied. */
function partialTile(
  depth: i32,
  left: usize,
  right: usize,
  alpha: Float,
  beta: Float,
  c: usize,
  rowStep: usize,
  rows: i32,
  columns: i32,
): void {
  const size = <usize>sizeof<Float>();
  tile(depth, left, right, alpha, <Float>0, edgeTile, 32);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) {
      const to = c + <usize>r * rowStep + <usize>j * size;
      const value = load<Float>(edgeTile + <usize>r * 32 + <usize>j * size);
      store<Float>(to, beta == <Float>0 ? value : value + beta * load<Float>(to));
    }
  }
}

/**
 * `C ← alpha·op(A)·op(B) + beta·C`, `C` of `m` × `n`, depth `k`, row-major with row strides in elements; packed blocks and
 * a register tile after Goto and van de Geijn (ACM TOMS 34(3), 2008). Only tiles that touch the lower triangle of `C` are
 * computed where `lower` is set.
 */
export function multiply(
  transposeLeft: i32,
  transposeRight: i32,
  m: i32,
  n: i32,
  k: i32,
  alpha: Float,
  a: i32,
  lda: i32,
  b: i32,
  ldb: i32,
  beta: Float,
  c: i32,
  ldc: i32,
  lower: i32,
): void {
  const size = <usize>sizeof<Float>();
  const width = 2 * lanes();
  const leftRow = transposeLeft ? size : <usize>lda * size;
  const leftDepth = transposeLeft ? <usize>lda * size : size;
  const rightDepth = transposeRight ? size : <usize>ldb * size;
  const rightColumn = transposeRight ? <usize>ldb * size : size;
  const rowStep = <usize>ldc * size;
  for (let jc = 0; jc < n; jc += blockColumns) {
    const columns = min(blockColumns, n - jc);
    for (let pc = 0; pc < k || pc == 0; pc += blockDepth) {
      const depth = min(blockDepth, k - pc);
      const scale = pc == 0 ? beta : <Float>1;
      packRight(depth, columns, <usize>b * size + <usize>pc * rightDepth + <usize>jc * rightColumn, rightDepth, rightColumn);
      const firstRow = lower ? (jc / tileRows) * tileRows : 0;
      for (let ic = firstRow; ic < m; ic += blockRows) {
        const rows = min(blockRows, m - ic);
        packLeft(rows, depth, <usize>a * size + <usize>ic * leftRow + <usize>pc * leftDepth, leftRow, leftDepth);
        for (let jr = 0; jr < columns; jr += width) {
          const right = packedRight + <usize>(jr * depth) * size;
          const tileColumns = min(width, columns - jr);
          for (let ir = 0; ir < rows; ir += tileRows) {
            const height = min(tileRows, rows - ir);
            if (lower && ic + ir + height <= jc + jr) continue;
            const left = packedLeft + <usize>(ir * depth) * size;
            const to = <usize>c * size + <usize>(ic + ir) * rowStep + <usize>(jc + jr) * size;
            if (height == tileRows && tileColumns == width) tile(depth, left, right, alpha, scale, to, rowStep);
            else partialTile(depth, left, right, alpha, scale, to, rowStep, height, tileColumns);
          }
        }
      }
    }
  }
}
