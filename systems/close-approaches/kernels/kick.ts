import { one, pair, rowStates, stateBytes } from './layout';
import { add, div, mul, splat, sqrt2, sub } from './pairs';

/** Parts of a kick at a node: the one that ends a step, and the one that begins the next. */
export const ending: i32 = 1;
export const beginning: i32 = 2;

/** `beltKick` of the plain implementation on pairs: jump and half a kick, half a kick and jump. */
export function kickPairs(values: usize, stride: usize, pairs: i32, gm: usize, planets: i32, row: usize, h: f64, parts: i32): void {
  const half = splat(0.5 * h);
  const last = gm + one * <usize>planets;
  const shiftX = mul(half, v128.load64_splat(row));
  const shiftY = mul(half, v128.load64_splat(row + one));
  const shiftZ = mul(half, v128.load64_splat(row + 2 * one));
  for (let n = 0, at = values; n < pairs; n++, at += pair) {
    let x = v128.load(at);
    let y = v128.load(at + stride);
    let z = v128.load(at + 2 * stride);
    if (parts & ending) {
      x = add(x, shiftX);
      y = add(y, shiftY);
      z = add(z, shiftZ);
    }
    let ax = splat(0);
    let ay = splat(0);
    let az = splat(0);
    for (let mass = gm, p = row + rowStates; mass < last; mass += one, p += stateBytes) {
      const dx = sub(v128.load64_splat(p), x);
      const dy = sub(v128.load64_splat(p + one), y);
      const dz = sub(v128.load64_splat(p + 2 * one), z);
      const r2 = add(add(mul(dx, dx), mul(dy, dy)), mul(dz, dz));
      const pull = div(v128.load64_splat(mass), mul(r2, sqrt2(r2)));
      ax = add(ax, mul(pull, dx));
      ay = add(ay, mul(pull, dy));
      az = add(az, mul(pull, dz));
    }
    ax = mul(half, ax);
    ay = mul(half, ay);
    az = mul(half, az);
    let vx = add(v128.load(at + 3 * stride), ax);
    let vy = add(v128.load(at + 4 * stride), ay);
    let vz = add(v128.load(at + 5 * stride), az);
    if (parts == ending + beginning) {
      vx = add(vx, ax);
      vy = add(vy, ay);
      vz = add(vz, az);
    }
    if (parts & beginning) {
      x = add(x, shiftX);
      y = add(y, shiftY);
      z = add(z, shiftZ);
    }
    v128.store(at, x);
    v128.store(at + stride, y);
    v128.store(at + 2 * stride, z);
    v128.store(at + 3 * stride, vx);
    v128.store(at + 4 * stride, vy);
    v128.store(at + 5 * stride, vz);
  }
}
