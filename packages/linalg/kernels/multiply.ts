import { blockColumns, blockDepth, blockRows, edgeTile, packedLeft, packedRight, tileRows } from './layout';

/** Elements of a vector register. */
function lanes<T>(): i32 {
  return 16 / <i32>sizeof<T>();
}

/**
 * Copies `rows` × `depth` of the left operand into panels of four rows, depth by depth, short panels padded with zeros.
 * Element (i, p) lies at `source + i·rowStep + p·depthStep`, all in bytes.
 */
function packLeft<T>(rows: i32, depth: i32, source: usize, rowStep: usize, depthStep: usize): void {
  const size = <usize>sizeof<T>();
  let target = packedLeft;
  for (let i = 0; i < rows; i += tileRows) {
    const panel = source + <usize>i * rowStep;
    const height = min(tileRows, rows - i);
    if (height == tileRows) {
      let from = panel;
      for (let p = 0; p < depth; p++) {
        store<T>(target, load<T>(from));
        store<T>(target + size, load<T>(from + rowStep));
        store<T>(target + 2 * size, load<T>(from + 2 * rowStep));
        store<T>(target + 3 * size, load<T>(from + 3 * rowStep));
        target += 4 * size;
        from += depthStep;
      }
    } else {
      for (let p = 0; p < depth; p++) {
        for (let r = 0; r < tileRows; r++) {
          const value = r < height ? load<T>(panel + <usize>r * rowStep + <usize>p * depthStep) : <T>0;
          store<T>(target, value);
          target += size;
        }
      }
    }
  }
}

/** Copies `depth` × `columns` of the right operand into panels two vectors wide, short panels padded with zeros. */
function packRight<T>(depth: i32, columns: i32, source: usize, depthStep: usize, columnStep: usize): void {
  const size = <usize>sizeof<T>();
  const width = 2 * lanes<T>();
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
        for (let c = 0; c < count; c++) store<T>(target + <usize>c * size, load<T>(from + <usize>c * columnStep));
        for (let c = count; c < width; c++) store<T>(target + <usize>c * size, <T>0);
        target += 32;
      }
    }
  }
}

/** One row of the register tile to memory: `c ← alpha·sum + beta·c`; with `beta` zero, `c` is not read. */
function storeRow<T>(c: usize, sum0: v128, sum1: v128, alpha: v128, beta: T): void {
  let left = v128.mul<T>(sum0, alpha);
  let right = v128.mul<T>(sum1, alpha);
  if (beta != <T>0) {
    const scale = v128.splat<T>(beta);
    left = v128.add<T>(left, v128.mul<T>(scale, v128.load(c)));
    right = v128.add<T>(right, v128.mul<T>(scale, v128.load(c, 16)));
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}

/** The register tile: four rows by two vectors of `C`, summed over `depth` packed steps. */
function tile<T>(depth: i32, left: usize, right: usize, alpha: T, beta: T, c: usize, rowStep: usize): void {
  let c00 = v128.splat<T>(<T>0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const size = sizeof<T>();
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const a0 = v128.load_splat<T>(left);
    c00 = v128.add<T>(c00, v128.mul<T>(a0, b0));
    c01 = v128.add<T>(c01, v128.mul<T>(a0, b1));
    const a1 = v128.load_splat<T>(left + size);
    c10 = v128.add<T>(c10, v128.mul<T>(a1, b0));
    c11 = v128.add<T>(c11, v128.mul<T>(a1, b1));
    const a2 = v128.load_splat<T>(left + 2 * size);
    c20 = v128.add<T>(c20, v128.mul<T>(a2, b0));
    c21 = v128.add<T>(c21, v128.mul<T>(a2, b1));
    const a3 = v128.load_splat<T>(left + 3 * size);
    c30 = v128.add<T>(c30, v128.mul<T>(a3, b0));
    c31 = v128.add<T>(c31, v128.mul<T>(a3, b1));
    left += 4 * size;
    right += 32;
  }
  const scale = v128.splat<T>(alpha);
  storeRow<T>(c, c00, c01, scale, beta);
  storeRow<T>(c + rowStep, c10, c11, scale, beta);
  storeRow<T>(c + 2 * rowStep, c20, c21, scale, beta);
  storeRow<T>(c + 3 * rowStep, c30, c31, scale, beta);
}

/** A tile that reaches over the edge of `C`: computed beside it, then the part inside is copied. */
function partialTile<T>(depth: i32, left: usize, right: usize, alpha: T, beta: T, c: usize, rowStep: usize, rows: i32, columns: i32): void {
  const size = <usize>sizeof<T>();
  tile<T>(depth, left, right, alpha, <T>0, edgeTile, 32);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) {
      const to = c + <usize>r * rowStep + <usize>j * size;
      const value = load<T>(edgeTile + <usize>r * 32 + <usize>j * size);
      store<T>(to, beta == <T>0 ? value : value + beta * load<T>(to));
    }
  }
}

/**
 * `C ← alpha·op(A)·op(B) + beta·C`, `C` of `m` × `n`, depth `k`, row-major with row strides in elements; packed blocks and
 * a register tile after Goto and van de Geijn (ACM TOMS 34(3), 2008). Only tiles that touch the lower triangle of `C` are
 * computed where `lower` is set.
 */
export function multiply<T>(
  transposeLeft: i32,
  transposeRight: i32,
  m: i32,
  n: i32,
  k: i32,
  alpha: T,
  a: i32,
  lda: i32,
  b: i32,
  ldb: i32,
  beta: T,
  c: i32,
  ldc: i32,
  lower: i32,
): void {
  const size = <usize>sizeof<T>();
  const width = 2 * lanes<T>();
  const leftRow = transposeLeft ? size : <usize>lda * size;
  const leftDepth = transposeLeft ? <usize>lda * size : size;
  const rightDepth = transposeRight ? size : <usize>ldb * size;
  const rightColumn = transposeRight ? <usize>ldb * size : size;
  const rowStep = <usize>ldc * size;
  for (let jc = 0; jc < n; jc += blockColumns) {
    const columns = min(blockColumns, n - jc);
    for (let pc = 0; pc < k || pc == 0; pc += blockDepth) {
      const depth = min(blockDepth, k - pc);
      const scale = pc == 0 ? beta : <T>1;
      packRight<T>(depth, columns, <usize>b * size + <usize>pc * rightDepth + <usize>jc * rightColumn, rightDepth, rightColumn);
      const firstRow = lower ? (jc / tileRows) * tileRows : 0;
      for (let ic = firstRow; ic < m; ic += blockRows) {
        const rows = min(blockRows, m - ic);
        packLeft<T>(rows, depth, <usize>a * size + <usize>ic * leftRow + <usize>pc * leftDepth, leftRow, leftDepth);
        for (let jr = 0; jr < columns; jr += width) {
          const right = packedRight + <usize>(jr * depth) * size;
          const tileColumns = min(width, columns - jr);
          for (let ir = 0; ir < rows; ir += tileRows) {
            const height = min(tileRows, rows - ir);
            if (lower && ic + ir + height <= jc + jr) continue;
            const left = packedLeft + <usize>(ir * depth) * size;
            const to = <usize>c * size + <usize>(ic + ir) * rowStep + <usize>(jc + jr) * size;
            if (height == tileRows && tileColumns == width) tile<T>(depth, left, right, alpha, scale, to, rowStep);
            else partialTile<T>(depth, left, right, alpha, scale, to, rowStep, height, tileColumns);
          }
        }
      }
    }
  }
}
