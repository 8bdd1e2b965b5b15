import { one, pair, rowAfter, rowPositions } from './layout';
import { add, div, mul, splat, sqrt2, sub } from './pairs';

/** `beltKick` of the plain implementation on pairs: jump, the planets' attraction, jump. */
export function kickPairs(values: usize, stride: usize, pairs: i32, gm: usize, planets: i32, row: usize, h: f64): void {
  const step = splat(h);
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
    v128.store(at + 3 * stride, add(v128.load(at + 3 * stride), mul(step, ax)));
    v128.store(at + 4 * stride, add(v128.load(at + 4 * stride), mul(step, ay)));
    v128.store(at + 5 * stride, add(v128.load(at + 5 * stride), mul(step, az)));
    v128.store(at, add(x, v128.load64_splat(row + rowAfter)));
    v128.store(at + stride, add(y, v128.load64_splat(row + rowAfter + one)));
    v128.store(at + 2 * stride, add(z, v128.load64_splat(row + rowAfter + 2 * one)));
  }
}
