import { f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17 } from './factorials';
import { keplerDrift } from './kepler-drift';
import { one, pair } from './layout';
import { add, div, mul, splat, sqrt2, sub } from './pairs';

const largestArgument: f64 = 0.4;
const smallCorrection: f64 = 1e-4;
const smallCurvature: f64 = 5e-5;
const mostIterations: i32 = 4;

/** `beltDrift` of the plain implementation on pairs, with its operations in its order. Lanes never look at each other. */
export function driftPairs(values: usize, stride: usize, pairs: i32, mu: f64, h: f64): void {
  const dt = splat(h);
  const gm = splat(mu);
  for (let n = 0, at = values; n < pairs; n++, at += pair) {
    const x = v128.load(at);
    const y = v128.load(at + stride);
    const z = v128.load(at + 2 * stride);
    const vx = v128.load(at + 3 * stride);
    const vy = v128.load(at + 4 * stride);
    const vz = v128.load(at + 5 * stride);
    const r0 = sqrt2(add(add(mul(x, x), mul(y, y)), mul(z, z)));
    const inverse = div(splat(1), r0);
    const beta = sub(mul(splat(2 * mu), inverse), add(add(mul(vx, vx), mul(vy, vy)), mul(vz, vz)));
    const eta = add(add(mul(x, vx), mul(y, vy)), mul(z, vz));
    const zeta = sub(gm, mul(beta, r0));

    // Where X starts: the reverted series of h/r.
    const tau = mul(dt, inverse);
    const tau2 = mul(tau, tau);
    const p = mul(mul(splat(0.5), mul(eta, inverse)), tau);
    const q = mul(mul(splat(1.0 / 6.0), mul(zeta, inverse)), tau2);
    const u = mul(beta, tau2);
    const p2 = mul(p, p);
    const fourth = mul(p, add(mul(splat(5), sub(q, p2)), mul(splat(1.0 / 12.0), u)));
    const fifth = add(
      mul(p2, sub(sub(mul(splat(14), p2), mul(splat(21), q)), mul(splat(0.5), u))),
      mul(q, add(mul(splat(3), q), mul(splat(1.0 / 20.0), u))),
    );
    let X = mul(tau, add(add(sub(splat(1), p), sub(mul(splat(2), p2), q)), add(fourth, fifth)));

    let g1End = splat(0);
    let g2End = splat(0);
    let g3End = splat(0);
    let done = splat(0);
    let open = i64x2.splat(-1);
    for (let iteration = 0; ; ) {
      const X2 = mul(X, X);
      const w = mul(beta, X2);
      let c3 = sub(splat(f15), mul(w, splat(f17)));
      c3 = sub(splat(f13), mul(w, c3));
      c3 = sub(splat(f11), mul(w, c3));
      c3 = sub(splat(f9), mul(w, c3));
      c3 = sub(splat(f7), mul(w, c3));
      c3 = sub(splat(f5), mul(w, c3));
      c3 = sub(splat(f3), mul(w, c3));
      let c2 = sub(splat(f14), mul(w, splat(f16)));
      c2 = sub(splat(f12), mul(w, c2));
      c2 = sub(splat(f10), mul(w, c2));
      c2 = sub(splat(f8), mul(w, c2));
      c2 = sub(splat(f6), mul(w, c2));
      c2 = sub(splat(f4), mul(w, c2));
      c2 = sub(splat(f2), mul(w, c2));
      const g0 = sub(splat(1), mul(w, c2));
      const g1 = mul(X, sub(splat(1), mul(w, c3)));
      const g2 = mul(X2, c2);
      const g3 = mul(mul(X2, X), c3);
      const inverseSlope = div(splat(1), add(r0, add(mul(eta, g1), mul(zeta, g2))));
      const newton = mul(sub(dt, add(mul(r0, X), add(mul(eta, g2), mul(zeta, g3)))), inverseSlope);
      const a = mul(mul(mul(splat(0.5), add(mul(eta, g0), mul(zeta, g1))), inverseSlope), newton);
      const b = mul(mul(mul(splat(1.0 / 6.0), sub(mul(zeta, g0), mul(mul(beta, eta), g1))), inverseSlope), mul(newton, newton));
      const d = mul(newton, add(sub(splat(1), a), sub(mul(mul(splat(2), a), a), b)));
      const isShort = f64x2.le(f64x2.abs(w), splat(largestArgument));
      const isSmall = v128.and(
        f64x2.le(f64x2.abs(d), mul(splat(smallCorrection), f64x2.abs(X))),
        f64x2.le(f64x2.abs(a), splat(smallCurvature)),
      );
      // G_k at X + d by their Taylor series.
      const betaD = mul(beta, d);
      const dThird = mul(mul(splat(1.0 / 3.0), d), g0);
      const dHalf = mul(splat(0.5), d);
      const first = add(g1, mul(d, sub(g0, mul(mul(splat(0.5), betaD), add(g1, dThird)))));
      const second = add(g2, mul(d, add(g1, mul(dHalf, sub(g0, mul(mul(splat(1.0 / 3.0), betaD), g1))))));
      const third = add(g3, mul(d, add(g2, mul(dHalf, add(g1, dThird)))));
      const now = v128.and(open, v128.and(isShort, isSmall));
      if (iteration == 0) {
        g1End = first;
        g2End = second;
        g3End = third;
        done = now;
        if (i64x2.all_true(now)) break;
      } else {
        g1End = v128.bitselect(first, g1End, now);
        g2End = v128.bitselect(second, g2End, now);
        g3End = v128.bitselect(third, g3End, now);
        done = v128.or(done, now);
      }
      open = v128.andnot(v128.and(open, isShort), now);
      if (!v128.any_true(open)) break;
      if (++iteration == mostIterations) break;
      X = add(X, d);
    }

    const inverseEnd = div(splat(1), add(r0, add(mul(eta, g1End), mul(zeta, g2End))));
    const muG2 = mul(gm, g2End);
    const f = mul(muG2, inverse);
    const g = sub(dt, mul(gm, g3End));
    const fDot = mul(mul(mul(gm, g1End), inverse), inverseEnd);
    const gDot = mul(muG2, inverseEnd);
    if (i64x2.all_true(done)) {
      v128.store(at, add(x, sub(mul(g, vx), mul(f, x))));
      v128.store(at + stride, add(y, sub(mul(g, vy), mul(f, y))));
      v128.store(at + 2 * stride, add(z, sub(mul(g, vz), mul(f, z))));
      v128.store(at + 3 * stride, sub(vx, add(mul(fDot, x), mul(gDot, vx))));
      v128.store(at + 4 * stride, sub(vy, add(mul(fDot, y), mul(gDot, vy))));
      v128.store(at + 5 * stride, sub(vz, add(mul(fDot, z), mul(gDot, vz))));
    } else {
      v128.store(at, v128.bitselect(add(x, sub(mul(g, vx), mul(f, x))), x, done));
      v128.store(at + stride, v128.bitselect(add(y, sub(mul(g, vy), mul(f, y))), y, done));
      v128.store(at + 2 * stride, v128.bitselect(add(z, sub(mul(g, vz), mul(f, z))), z, done));
      v128.store(at + 3 * stride, v128.bitselect(sub(vx, add(mul(fDot, x), mul(gDot, vx))), vx, done));
      v128.store(at + 4 * stride, v128.bitselect(sub(vy, add(mul(fDot, y), mul(gDot, vy))), vy, done));
      v128.store(at + 5 * stride, v128.bitselect(sub(vz, add(mul(fDot, z), mul(gDot, vz))), vz, done));
      if (i64x2.extract_lane(done, 0) == 0) keplerDrift(at, stride, mu, h);
      if (i64x2.extract_lane(done, 1) == 0) keplerDrift(at + one, stride, mu, h);
    }
  }
}
