import { one, pair, rowAfter, rowPositions, rowVelocity } from './layout';
import { add, div, mul, splat, sqrt2, sub } from './pairs';

/** Bits of `forces`. */
const yarkovsky: i32 = 1;
const jpl: i32 = 2;
const relativistic: i32 = 4;
const oblate: i32 = 8;

/** Direction of the Sun's north pole, as in the plain implementation. */
const poleX: f64 = 0.12232136153829133;
const poleY: f64 = -0.031042943197524535;
const poleZ: f64 = 0.992004949679715;

/** `kickPairs` with the other forces after the planets' attraction: `kickBySun` of the plain implementation on pairs. */
export function kickPairsBySun(
  values: usize,
  stride: usize,
  pairs: i32,
  mu: f64,
  gm: usize,
  planets: i32,
  row: usize,
  h: f64,
  forces: i32,
  relativity: f64,
  oblateness: f64,
): void {
  const step = splat(h);
  const half = splat(0.5 * h);
  const last = gm + one * <usize>planets;
  for (let n = 0, at = values; n < pairs; n++, at += pair) {
    const x = add(v128.load(at), v128.load64_splat(row));
    const y = add(v128.load(at + stride), v128.load64_splat(row + one));
    const z = add(v128.load(at + 2 * stride), v128.load64_splat(row + 2 * one));
    let ax = splat(0);
    let ay = splat(0);
    let az = splat(0);
    for (let mass = gm, p = row + rowPositions; mass < last; mass += one, p += 3 * one) {
      const dx = sub(v128.load64_splat(p), x);
      const dy = sub(v128.load64_splat(p + one), y);
      const dz = sub(v128.load64_splat(p + 2 * one), z);
      const r2 = add(add(mul(dx, dx), mul(dy, dy)), mul(dz, dz));
      const pull = div(v128.load64_splat(mass), mul(r2, sqrt2(r2)));
      ax = add(ax, mul(pull, dx));
      ay = add(ay, mul(pull, dy));
      az = add(az, mul(pull, dz));
    }
    const wx = add(v128.load(at + 3 * stride), mul(step, ax));
    const wy = add(v128.load(at + 4 * stride), mul(step, ay));
    const wz = add(v128.load(at + 5 * stride), mul(step, az));
    const vx = add(sub(wx, mul(half, ax)), v128.load64_splat(row + rowVelocity));
    const vy = add(sub(wy, mul(half, ay)), v128.load64_splat(row + rowVelocity + one));
    const vz = add(sub(wz, mul(half, az)), v128.load64_splat(row + rowVelocity + 2 * one));
    const r2 = add(add(mul(x, x), mul(y, y)), mul(z, z));
    const r = sqrt2(r2);
    const eta = add(add(mul(x, vx), mul(y, vy)), mul(z, vz));
    const v2 = add(add(mul(vx, vx), mul(vy, vy)), mul(vz, vz));
    const h2 = sub(mul(r2, v2), mul(eta, eta));
    const isTurning = f64x2.gt(h2, splat(0));
    let alongR = splat(0);
    let alongV = splat(0);
    let alongN = splat(0);
    let alongPole = splat(0);
    if (forces & yarkovsky) {
      const energy = sub(splat(2 * mu), mul(v2, r));
      const strength = div(mul(v128.load(at + 6 * stride), mul(energy, energy)), mul(splat(2 * mu), mul(r2, h2)));
      const acts = v128.and(strength, v128.and(f64x2.gt(energy, splat(0)), isTurning));
      alongV = add(alongV, mul(acts, r2));
      alongR = sub(alongR, mul(acts, eta));
    }
    if (forces & jpl) {
      const a2 = v128.load(at + 8 * stride);
      const g = div(splat(1), mul(r2, r));
      const perH = v128.and(div(g, sqrt2(h2)), isTurning);
      alongR = add(alongR, sub(mul(v128.load(at + 7 * stride), g), mul(mul(a2, perH), eta)));
      alongV = add(alongV, mul(mul(a2, perH), r2));
      alongN = add(alongN, mul(mul(v128.load(at + 9 * stride), perH), r));
    }
    if (forces & relativistic) alongR = sub(alongR, div(splat(relativity), mul(r2, r2)));
    if (forces & oblate) {
      const s = add(add(mul(x, splat(poleX)), mul(y, splat(poleY))), mul(z, splat(poleZ)));
      const strength = div(splat(oblateness), mul(mul(r2, r2), r));
      alongR = add(alongR, mul(strength, sub(div(mul(mul(splat(5), s), s), r2), splat(1))));
      alongPole = sub(alongPole, mul(splat(2), mul(strength, s)));
    }
    const nx = sub(mul(y, vz), mul(z, vy));
    const ny = sub(mul(z, vx), mul(x, vz));
    const nz = sub(mul(x, vy), mul(y, vx));
    const restX = add(mul(alongN, nx), mul(alongPole, splat(poleX)));
    const restY = add(mul(alongN, ny), mul(alongPole, splat(poleY)));
    const restZ = add(mul(alongN, nz), mul(alongPole, splat(poleZ)));
    v128.store(at + 3 * stride, add(wx, mul(step, add(add(mul(alongR, x), mul(alongV, vx)), restX))));
    v128.store(at + 4 * stride, add(wy, mul(step, add(add(mul(alongR, y), mul(alongV, vy)), restY))));
    v128.store(at + 5 * stride, add(wz, mul(step, add(add(mul(alongR, z), mul(alongV, vz)), restZ))));
    v128.store(at, add(x, v128.load64_splat(row + rowAfter)));
    v128.store(at + stride, add(y, v128.load64_splat(row + rowAfter + one)));
    v128.store(at + 2 * stride, add(z, v128.load64_splat(row + rowAfter + 2 * one)));
  }
}
