import { Float } from './float';

/** The sum of a vector's elements, the upper half first added to the lower. */
export function horizontalSum<T>(x: v128): T {
  if (sizeof<T>() == 8) return <T>(f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1));
  return <T>(f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 2) + (f32x4.extract_lane(x, 1) + f32x4.extract_lane(x, 3)));
}

/** `x·y`. */
export function dot(n: i32, x: i32, y: i32): Float {
  const size = <usize>sizeof<Float>();
  let from = <usize>x * size;
  let other = <usize>y * size;
  let sum0 = v128.splat<Float>(<Float>0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  const step = 64 / <i32>size;
  let i = 0;
  for (; i + step <= n; i += step) {
    sum0 = v128.add<Float>(sum0, v128.mul<Float>(v128.load(from), v128.load(other)));
    sum1 = v128.add<Float>(sum1, v128.mul<Float>(v128.load(from, 16), v128.load(other, 16)));
    sum2 = v128.add<Float>(sum2, v128.mul<Float>(v128.load(from, 32), v128.load(other, 32)));
    sum3 = v128.add<Float>(sum3, v128.mul<Float>(v128.load(from, 48), v128.load(other, 48)));
    from += 64;
    other += 64;
  }
  let sum = horizontalSum<Float>(v128.add<Float>(v128.add<Float>(sum0, sum1), v128.add<Float>(sum2, sum3)));
  for (; i < n; i++) {
    sum += load<Float>(from) * load<Float>(other);
    from += size;
    other += size;
  }
  return sum;
}

/** `outᵣ = Mᵣ·x` for `m` rows of length `n`. */
export function rowDots(m: i32, n: i32, matrix: i32, stride: i32, x: i32, out: i32): void {
  const size = <usize>sizeof<Float>();
  const step = <usize>stride * size;
  const vectors = 16 / <i32>size;
  let r = 0;
  for (; r + 4 <= m; r += 4) {
    let row = <usize>(matrix + r * stride) * size;
    let from = <usize>x * size;
    let sum0 = v128.splat<Float>(<Float>0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let j = 0;
    for (; j + vectors <= n; j += vectors) {
      const value = v128.load(from);
      sum0 = v128.add<Float>(sum0, v128.mul<Float>(value, v128.load(row)));
      sum1 = v128.add<Float>(sum1, v128.mul<Float>(value, v128.load(row + step)));
      sum2 = v128.add<Float>(sum2, v128.mul<Float>(value, v128.load(row + 2 * step)));
      sum3 = v128.add<Float>(sum3, v128.mul<Float>(value, v128.load(row + 3 * step)));
      row += 16;
      from += 16;
    }
    let total0 = horizontalSum<Float>(sum0);
    let total1 = horizontalSum<Float>(sum1);
    let total2 = horizontalSum<Float>(sum2);
    let total3 = horizontalSum<Float>(sum3);
    for (; j < n; j++) {
      const value = load<Float>(from);
      total0 += value * load<Float>(row);
      total1 += value * load<Float>(row + step);
      total2 += value * load<Float>(row + 2 * step);
      total3 += value * load<Float>(row + 3 * step);
      row += size;
      from += size;
    }
    const to = <usize>(out + r) * size;
    store<Float>(to, total0);
    store<Float>(to + size, total1);
    store<Float>(to + 2 * size, total2);
    store<Float>(to + 3 * size, total3);
  }
  for (; r < m; r++) store<Float>(<usize>(out + r) * size, dot(n, matrix + r * stride, x));
}

/** `y ← y + alpha·Σᵣ coefficientᵣ·Mᵣ` for `m` rows of length `n`. */
export function addRows(m: i32, n: i32, alpha: Float, coefficients: i32, matrix: i32, stride: i32, y: i32): void {
  const size = <usize>sizeof<Float>();
  const step = <usize>stride * size;
  const vectors = 16 / <i32>size;
  let r = 0;
  for (; r + 4 <= m; r += 4) {
    const factors = <usize>(coefficients + r) * size;
    const f0 = alpha * load<Float>(factors);
    const f1 = alpha * load<Float>(factors + size);
    const f2 = alpha * load<Float>(factors + 2 * size);
    const f3 = alpha * load<Float>(factors + 3 * size);
    const s0 = v128.splat<Float>(f0);
    const s1 = v128.splat<Float>(f1);
    const s2 = v128.splat<Float>(f2);
    const s3 = v128.splat<Float>(f3);
    let row = <usize>(matrix + r * stride) * size;
    let to = <usize>y * size;
    let j = 0;
    for (; j + vectors <= n; j += vectors) {
      const left = v128.add<Float>(v128.mul<Float>(s0, v128.load(row)), v128.mul<Float>(s1, v128.load(row + step)));
      const right = v128.add<Float>(v128.mul<Float>(s2, v128.load(row + 2 * step)), v128.mul<Float>(s3, v128.load(row + 3 * step)));
      v128.store(to, v128.add<Float>(v128.load(to), v128.add<Float>(left, right)));
      row += 16;
      to += 16;
    }
    for (; j < n; j++) {
      const left = f0 * load<Float>(row) + f1 * load<Float>(row + step);
      store<Float>(to, load<Float>(to) + (left + (f2 * load<Float>(row + 2 * step) + f3 * load<Float>(row + 3 * step))));
      row += size;
      to += size;
    }
  }
  for (; r < m; r++) addRow(n, alpha * load<Float>(<usize>(coefficients + r) * size), matrix + r * stride, y);
}

/** `y ← y + factor·x`. */
function addRow(n: i32, factor: Float, x: i32, y: i32): void {
  const size = <usize>sizeof<Float>();
  const vectors = 16 / <i32>size;
  const scale = v128.splat<Float>(factor);
  let row = <usize>x * size;
  let to = <usize>y * size;
  let j = 0;
  for (; j + vectors <= n; j += vectors) {
    v128.store(to, v128.add<Float>(v128.load(to), v128.mul<Float>(scale, v128.load(row))));
    row += 16;
    to += 16;
  }
  for (; j < n; j++) {
    store<Float>(to, load<Float>(to) + factor * load<Float>(row));
    row += size;
    to += size;
  }
}

/** `y = A·x`, `A` symmetric of order `n`, of which only the lower triangle is read; every element of it is read once. */
export function symmetricTimesVector(n: i32, a: i32, stride: i32, x: i32, y: i32): void {
  const size = <usize>sizeof<Float>();
  const step = <usize>stride * size;
  const vectors = 16 / <i32>size;
  memory.fill(<usize>y * size, 0, <usize>n * size);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    let row = <usize>(a + i * stride) * size;
    let from = <usize>x * size;
    let to = <usize>y * size;
    const own = <usize>(x + i) * size;
    const x0 = v128.load_splat<Float>(own);
    const x1 = v128.load_splat<Float>(own + size);
    const x2 = v128.load_splat<Float>(own + 2 * size);
    const x3 = v128.load_splat<Float>(own + 3 * size);
    let sum0 = v128.splat<Float>(<Float>0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    for (let j = 0; j < i; j += vectors) {
      const a0 = v128.load(row);
      const a1 = v128.load(row + step);
      const a2 = v128.load(row + 2 * step);
      const a3 = v128.load(row + 3 * step);
      const value = v128.load(from);
      sum0 = v128.add<Float>(sum0, v128.mul<Float>(a0, value));
      sum1 = v128.add<Float>(sum1, v128.mul<Float>(a1, value));
      sum2 = v128.add<Float>(sum2, v128.mul<Float>(a2, value));
      sum3 = v128.add<Float>(sum3, v128.mul<Float>(a3, value));
      const left = v128.add<Float>(v128.mul<Float>(x0, a0), v128.mul<Float>(x1, a1));
      const right = v128.add<Float>(v128.mul<Float>(x2, a2), v128.mul<Float>(x3, a3));
      v128.store(to, v128.add<Float>(v128.load(to), v128.add<Float>(left, right)));
      row += 16;
      from += 16;
      to += 16;
    }
    const target = <usize>(y + i) * size;
    store<Float>(target, load<Float>(target) + horizontalSum<Float>(sum0));
    store<Float>(target + size, load<Float>(target + size) + horizontalSum<Float>(sum1));
    store<Float>(target + 2 * size, load<Float>(target + 2 * size) + horizontalSum<Float>(sum2));
    store<Float>(target + 3 * size, load<Float>(target + 3 * size) + horizontalSum<Float>(sum3));
    for (let r = 0; r < 4; r++) triangleRow(i + r, i, a, stride, x, y);
  }
  const first = i;
  for (; i < n; i++) {
    const target = <usize>(y + i) * size;
    store<Float>(target, load<Float>(target) + dot(first, a + i * stride, x));
    addRow(first, load<Float>(<usize>(x + i) * size), a + i * stride, y);
    triangleRow(i, first, a, stride, x, y);
  }
}

/** Adds what row `i` contributes from column `first` to the diagonal. */
function triangleRow(i: i32, first: i32, a: i32, stride: i32, x: i32, y: i32): void {
  const size = <usize>sizeof<Float>();
  const own = load<Float>(<usize>(x + i) * size);
  let sum = load<Float>(<usize>(a + i * stride + i) * size) * own;
  for (let j = first; j < i; j++) {
    const value = load<Float>(<usize>(a + i * stride + j) * size);
    sum += value * load<Float>(<usize>(x + j) * size);
    const to = <usize>(y + j) * size;
    store<Float>(to, load<Float>(to) + value * own);
  }
  const target = <usize>(y + i) * size;
  store<Float>(target, load<Float>(target) + sum);
}
