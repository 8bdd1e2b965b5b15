/** What the host calls: every kernel once in float64 and once in float32. Offsets and strides count elements. */
import { multiply } from './multiply';
import { addRows, dot, rowDots, symmetricTimesVector } from './rows';
import { rotatePair, rotateRows, transposeRows } from './rotations';
import { secularVector } from './secular';
import { choleskyRows, mirrorLower, solveRows } from './triangles';

export { workspaceStart } from './layout';
export { secularProducts, secularSums } from './secular';

export function multiply64(
  transposeLeft: i32,
  transposeRight: i32,
  m: i32,
  n: i32,
  k: i32,
  alpha: f64,
  a: i32,
  lda: i32,
  b: i32,
  ldb: i32,
  beta: f64,
  c: i32,
  ldc: i32,
  lower: i32,
): void {
  multiply<f64>(transposeLeft, transposeRight, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, lower);
}

export function multiply32(
  transposeLeft: i32,
  transposeRight: i32,
  m: i32,
  n: i32,
  k: i32,
  alpha: f32,
  a: i32,
  lda: i32,
  b: i32,
  ldb: i32,
  beta: f32,
  c: i32,
  ldc: i32,
  lower: i32,
): void {
  multiply<f32>(transposeLeft, transposeRight, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, lower);
}

export function dot64(n: i32, x: i32, y: i32): f64 {
  return dot<f64>(n, x, y);
}

export function dot32(n: i32, x: i32, y: i32): f32 {
  return dot<f32>(n, x, y);
}

export function rowDots64(m: i32, n: i32, matrix: i32, stride: i32, x: i32, out: i32): void {
  rowDots<f64>(m, n, matrix, stride, x, out);
}

export function rowDots32(m: i32, n: i32, matrix: i32, stride: i32, x: i32, out: i32): void {
  rowDots<f32>(m, n, matrix, stride, x, out);
}

export function addRows64(m: i32, n: i32, alpha: f64, coefficients: i32, matrix: i32, stride: i32, y: i32): void {
  addRows<f64>(m, n, alpha, coefficients, matrix, stride, y);
}

export function addRows32(m: i32, n: i32, alpha: f32, coefficients: i32, matrix: i32, stride: i32, y: i32): void {
  addRows<f32>(m, n, alpha, coefficients, matrix, stride, y);
}

export function symmetricTimesVector64(n: i32, a: i32, stride: i32, x: i32, y: i32): void {
  symmetricTimesVector<f64>(n, a, stride, x, y);
}

export function symmetricTimesVector32(n: i32, a: i32, stride: i32, x: i32, y: i32): void {
  symmetricTimesVector<f32>(n, a, stride, x, y);
}

export function rotatePair64(n: i32, x: i32, y: i32, cosine: f64, sine: f64): void {
  rotatePair<f64>(n, x, y, cosine, sine);
}

export function rotatePair32(n: i32, x: i32, y: i32, cosine: f32, sine: f32): void {
  rotatePair<f32>(n, x, y, cosine, sine);
}

export function rotateRows64(count: i32, pairs: i32, top: i32, stride: i32, n: i32): void {
  rotateRows<f64>(count, pairs, top, stride, n);
}

export function rotateRows32(count: i32, pairs: i32, top: i32, stride: i32, n: i32): void {
  rotateRows<f32>(count, pairs, top, stride, n);
}

export function transposeRows64(m: i32, n: i32, order: i32, matrix: i32, stride: i32, out: i32, outStride: i32): void {
  transposeRows<f64>(m, n, order, matrix, stride, out, outStride);
}

export function transposeRows32(m: i32, n: i32, order: i32, matrix: i32, stride: i32, out: i32, outStride: i32): void {
  transposeRows<f32>(m, n, order, matrix, stride, out, outStride);
}

export function secularVector64(k: i32, poles: i32, weights: i32, origin: f64, shift: f64, places: i32, scratch: i32, row: i32): void {
  secularVector<f64>(k, poles, weights, origin, shift, places, scratch, row);
}

export function secularVector32(k: i32, poles: i32, weights: i32, origin: f64, shift: f64, places: i32, scratch: i32, row: i32): void {
  secularVector<f32>(k, poles, weights, origin, shift, places, scratch, row);
}

export function choleskyRows64(n: i32, a: i32, stride: i32): i32 {
  return choleskyRows<f64>(n, a, stride);
}

export function choleskyRows32(n: i32, a: i32, stride: i32): i32 {
  return choleskyRows<f32>(n, a, stride);
}

export function solveRows64(m: i32, n: i32, l: i32, lStride: i32, b: i32, bStride: i32): void {
  solveRows<f64>(m, n, l, lStride, b, bStride);
}

export function solveRows32(m: i32, n: i32, l: i32, lStride: i32, b: i32, bStride: i32): void {
  solveRows<f32>(m, n, l, lStride, b, bStride);
}

export function mirrorLower64(n: i32, a: i32, stride: i32): void {
  mirrorLower<f64>(n, a, stride);
}

export function mirrorLower32(n: i32, a: i32, stride: i32): void {
  mirrorLower<f32>(n, a, stride);
}
