import { Float } from './float';

/** `x ← cosine·x + sine·y`, `y ← cosine·y − sine·x` over `n` elements. */
export function rotatePair(n: i32, x: i32, y: i32, cosine: Float, sine: Float): void {
  const size = <usize>sizeof<Float>();
  const vectors = 16 / <i32>size;
  const c = v128.splat<Float>(cosine);
  const s = v128.splat<Float>(sine);
  let first = <usize>x * size;
  let second = <usize>y * size;
  let j = 0;
  for (; j + vectors <= n; j += vectors) {
    const u = v128.load(first);
    const w = v128.load(second);
    v128.store(first, v128.add<Float>(v128.mul<Float>(c, u), v128.mul<Float>(s, w)));
    v128.store(second, v128.sub<Float>(v128.mul<Float>(c, w), v128.mul<Float>(s, u)));
    first += 16;
    second += 16;
  }
  for (; j < n; j++) {
    const u = load<Float>(first);
    const w = load<Float>(second);
    store<Float>(first, cosine * u + sine * w);
    store<Float>(second, cosine * w - sine * u);
    first += size;
    second += size;
  }
}

/**
 * Applies `count` rotations of neighbouring rows, upwards from the pair (`top + count − 1`, `top + count`): the new lower
 * row is `sine·upper + cosine·lower`, the new upper one `cosine·upper − sine·lower`. Cosine and sine of each are float64
 * pairs at `pairs`. Columns are done in strips whose running row stays in registers.
 */
export function rotateRows(count: i32, pairs: i32, top: i32, stride: i32, n: i32): void {
  const size = <usize>sizeof<Float>();
  const step = <usize>stride * size;
  const strip = 64 / <i32>size;
  const bottom = <usize>top * size + <usize>count * step;
  let j = 0;
  for (; j + strip <= n; j += strip) {
    let row = bottom + <usize>j * size;
    let r0 = v128.load(row);
    let r1 = v128.load(row, 16);
    let r2 = v128.load(row, 32);
    let r3 = v128.load(row, 48);
    let pair = <usize>pairs * 8;
    for (let k = 0; k < count; k++) {
      const c = v128.splat<Float>(<Float>load<f64>(pair));
      const s = v128.splat<Float>(<Float>load<f64>(pair + 8));
      const upper = row - step;
      const u0 = v128.load(upper);
      const u1 = v128.load(upper, 16);
      const u2 = v128.load(upper, 32);
      const u3 = v128.load(upper, 48);
      v128.store(row, v128.add<Float>(v128.mul<Float>(s, u0), v128.mul<Float>(c, r0)));
      v128.store(row, v128.add<Float>(v128.mul<Float>(s, u1), v128.mul<Float>(c, r1)), 16);
      v128.store(row, v128.add<Float>(v128.mul<Float>(s, u2), v128.mul<Float>(c, r2)), 32);
      v128.store(row, v128.add<Float>(v128.mul<Float>(s, u3), v128.mul<Float>(c, r3)), 48);
      r0 = v128.sub<Float>(v128.mul<Float>(c, u0), v128.mul<Float>(s, r0));
      r1 = v128.sub<Float>(v128.mul<Float>(c, u1), v128.mul<Float>(s, r1));
      r2 = v128.sub<Float>(v128.mul<Float>(c, u2), v128.mul<Float>(s, r2));
      r3 = v128.sub<Float>(v128.mul<Float>(c, u3), v128.mul<Float>(s, r3));
      row = upper;
      pair += 16;
    }
    v128.store(row, r0);
    v128.store(row, r1, 16);
    v128.store(row, r2, 32);
    v128.store(row, r3, 48);
  }
  for (; j < n; j++) {
    let row = bottom + <usize>j * size;
    let running = load<Float>(row);
    let pair = <usize>pairs * 8;
    for (let k = 0; k < count; k++) {
      const c = <Float>load<f64>(pair);
      const s = <Float>load<f64>(pair + 8);
      const u = load<Float>(row - step);
      store<Float>(row, s * u + c * running);
      running = c * u - s * running;
      row -= step;
      pair += 16;
    }
    store<Float>(row, running);
  }
}

/** `out[j, i] = matrix[order[i], j]`: the transpose of `m` rows of length `n` taken in the given order. */
export function transposeRows(m: i32, n: i32, order: i32, matrix: i32, stride: i32, out: i32, outStride: i32): void {
  const size = <usize>sizeof<Float>();
  for (let i0 = 0; i0 < m; i0 += 8) {
    const iEnd = min(i0 + 8, m);
    for (let j0 = 0; j0 < n; j0 += 8) {
      const jEnd = min(j0 + 8, n);
      for (let i = i0; i < iEnd; i++) {
        const row = matrix + load<i32>((<usize>order + <usize>i) << 2) * stride;
        for (let j = j0; j < jEnd; j++) store<Float>(<usize>(out + j * outStride + i) * size, load<Float>(<usize>(row + j) * size));
      }
    }
  }
}
