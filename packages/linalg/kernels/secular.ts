import { Float } from './float';
import { horizontalSum } from './rows';

/** `(poleᵢ − origin) − shift` for two neighbouring poles. */
function differences(pole: usize, origin: v128, shift: v128): v128 {
  return f64x2.sub(f64x2.sub(v128.load(pole), origin), shift);
}

/**
 * `Σ wᵢ/δᵢ` and `Σ wᵢ/δᵢ²` over `begin ≤ i < end` with `δᵢ = (poleᵢ − origin) − shift`, written to `out` and `out + 1`.
 * Offsets count float64 elements.
 */
export function secularSums(begin: i32, end: i32, poles: i32, weights: i32, origin: f64, shift: f64, out: i32): void {
  const o = f64x2.splat(origin);
  const t = f64x2.splat(shift);
  let pole = (<usize>(poles + begin)) << 3;
  let weight = (<usize>(weights + begin)) << 3;
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  let slope0 = sum0;
  let slope1 = sum0;
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const d0 = differences(pole, o, t);
    const d1 = differences(pole + 16, o, t);
    const q0 = f64x2.div(v128.load(weight), d0);
    const q1 = f64x2.div(v128.load(weight, 16), d1);
    sum0 = f64x2.add(sum0, q0);
    sum1 = f64x2.add(sum1, q1);
    slope0 = f64x2.add(slope0, f64x2.div(q0, d0));
    slope1 = f64x2.add(slope1, f64x2.div(q1, d1));
    pole += 32;
    weight += 32;
  }
  let sum = horizontalSum<f64>(f64x2.add(sum0, sum1));
  let slope = horizontalSum<f64>(f64x2.add(slope0, slope1));
  for (; i < end; i++) {
    const d = load<f64>(pole) - origin - shift;
    const q = load<f64>(weight) / d;
    sum += q;
    slope += q / d;
    pole += 8;
    weight += 8;
  }
  store<f64>((<usize>out) << 3, sum);
  store<f64>(((<usize>out) << 3) + 8, slope);
}

/**
 * Multiplies `productᵢ` by `(dᵢ − λⱼ)/(dᵢ − dⱼ)` for every pole `i ≠ j`, and `productⱼ` by `dⱼ − λⱼ`; the root is
 * `λⱼ = origin + shift`.
 */
export function secularProducts(k: i32, j: i32, poles: i32, origin: f64, shift: f64, products: i32): void {
  const o = f64x2.splat(origin);
  const t = f64x2.splat(shift);
  const own = load<f64>((<usize>(poles + j)) << 3);
  const before = load<f64>((<usize>(products + j)) << 3);
  const p = f64x2.splat(own);
  let pole = (<usize>poles) << 3;
  let product = (<usize>products) << 3;
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const factor = f64x2.div(differences(pole, o, t), f64x2.sub(v128.load(pole), p));
    v128.store(product, f64x2.mul(v128.load(product), factor));
    pole += 16;
    product += 16;
  }
  if (i < k) {
    const d = load<f64>(pole);
    store<f64>(product, load<f64>(product) * ((d - origin - shift) / (d - own)));
  }
  store<f64>((<usize>(products + j)) << 3, before * (own - origin - shift));
}

/**
 * The eigenvector of a diagonal plus rank-one matrix for `λ = origin + shift`: `vᵢ = weightᵢ/(dᵢ − λ)`, normalised and
 * stored at `row + placeᵢ`. `scratch` holds `k` float64.
 */
export function secularVector(k: i32, poles: i32, weights: i32, origin: f64, shift: f64, places: i32, scratch: i32, row: i32): void {
  const o = f64x2.splat(origin);
  const t = f64x2.splat(shift);
  let pole = (<usize>poles) << 3;
  let weight = (<usize>weights) << 3;
  let target = (<usize>scratch) << 3;
  let squares = f64x2.splat(0);
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const v = f64x2.div(v128.load(weight), differences(pole, o, t));
    squares = f64x2.add(squares, f64x2.mul(v, v));
    v128.store(target, v);
    pole += 16;
    weight += 16;
    target += 16;
  }
  let total = horizontalSum<f64>(squares);
  if (i < k) {
    const v = load<f64>(weight) / (load<f64>(pole) - origin - shift);
    total += v * v;
    store<f64>(target, v);
  }
  const scale = 1 / sqrt(total);
  const size = <usize>sizeof<Float>();
  for (let i = 0; i < k; i++) {
    const place = row + load<i32>((<usize>(places + i)) << 2);
    store<Float>(<usize>place * size, <Float>(load<f64>((<usize>(scratch + i)) << 3) * scale));
  }
}
