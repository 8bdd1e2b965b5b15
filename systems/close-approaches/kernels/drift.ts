import { f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13 } from './factorials';
import { chunk, one, pair, slot } from './layout';
import { longDrift } from './long-drift';
import { add, div, mul, splat, sqrt2, sub } from './pairs';

/** Squares of the largest |βX²| and of the largest corrections, as in the plain implementation. */
const largestArgument2: f64 = 0.01;
const smallCorrection2: f64 = 1e-12;

/* Where in the scratch space the quantities of a chunk's pairs are. */
const radiusSlot: usize = 0;
const inverseSlot: usize = slot;
const betaSlot: usize = 2 * slot;
const etaSlot: usize = 3 * slot;
const zetaSlot: usize = 4 * slot;
const anomalySlot: usize = 5 * slot;
const g0Slot: usize = 6 * slot;
const g1Slot: usize = 7 * slot;
const g2Slot: usize = 8 * slot;
const g3Slot: usize = 9 * slot;
const argumentSlot: usize = 10 * slot;
const slopeSlot: usize = 11 * slot;
const solvedSlot: usize = 12 * slot;

/**
 * `beltDrift` of the plain implementation on pairs, with its operations in its order. Lanes never look at each other. The work is
 * cut into short loops over a chunk, for a processor looks ahead less far than one pair's chain of operations is long.
 */
export function driftPairs(values: usize, stride: usize, pairs: i32, mu: f64, h: f64, scratch: usize): void {
  for (let n = 0; n < pairs; n += chunk) {
    const at = values + pair * <usize>n;
    const bytes = pair * <usize>min(chunk, pairs - n);
    findInvariants(at, stride, bytes, mu, scratch);
    guessAnomalies(bytes, h, scratch);
    evaluateSeries(bytes, scratch);
    correct(bytes, h, scratch);
    move(at, stride, bytes, mu, h, scratch);
  }
}

/** r, 1/r, β, η and ζ. */
function findInvariants(values: usize, stride: usize, bytes: usize, mu: f64, scratch: usize): void {
  const gm = splat(mu);
  const twice = splat(2 * mu);
  for (let at = values, to = scratch; to < scratch + bytes; at += pair, to += pair) {
    const x = v128.load(at);
    const y = v128.load(at + stride);
    const z = v128.load(at + 2 * stride);
    const vx = v128.load(at + 3 * stride);
    const vy = v128.load(at + 4 * stride);
    const vz = v128.load(at + 5 * stride);
    const r2 = add(add(mul(x, x), mul(y, y)), mul(z, z));
    const r0 = sqrt2(r2);
    const inverse = mul(r0, div(splat(1), r2));
    const beta = sub(mul(twice, inverse), add(add(mul(vx, vx), mul(vy, vy)), mul(vz, vz)));
    v128.store(to, r0, radiusSlot);
    v128.store(to, inverse, inverseSlot);
    v128.store(to, beta, betaSlot);
    v128.store(to, add(add(mul(x, vx), mul(y, vy)), mul(z, vz)), etaSlot);
    v128.store(to, sub(gm, mul(beta, r0)), zetaSlot);
  }
}

/** Where X starts: the reverted series of h/r. */
function guessAnomalies(bytes: usize, h: f64, scratch: usize): void {
  const dt = splat(h);
  for (let to = scratch; to < scratch + bytes; to += pair) {
    const inverse = v128.load(to, inverseSlot);
    const tau = mul(dt, inverse);
    const perR = mul(inverse, tau);
    const p = mul(v128.load(to, etaSlot), perR);
    const q = mul(mul(v128.load(to, zetaSlot), perR), tau);
    const u = mul(v128.load(to, betaSlot), mul(tau, tau));
    const p2 = mul(p, p);
    const third = sub(mul(splat(0.5), p2), mul(splat(1.0 / 6.0), q));
    const fourth = mul(p, add(sub(mul(splat(5.0 / 12.0), q), mul(splat(5.0 / 8.0), p2)), mul(splat(1.0 / 24.0), u)));
    const fifth = add(
      mul(p2, sub(mul(splat(7.0 / 8.0), sub(p2, q)), mul(splat(1.0 / 8.0), u))),
      mul(q, add(mul(splat(1.0 / 12.0), q), mul(splat(1.0 / 120.0), u))),
    );
    v128.store(to, mul(tau, add(add(sub(splat(1), mul(splat(0.5), p)), third), add(fourth, fifth))), anomalySlot);
  }
}

/** G_0 … G_3, (βX²)² and the inverse of the slope. */
function evaluateSeries(bytes: usize, scratch: usize): void {
  for (let to = scratch; to < scratch + bytes; to += pair) {
    const X = v128.load(to, anomalySlot);
    const beta = v128.load(to, betaSlot);
    const X2 = mul(X, X);
    const w = mul(beta, X2);
    const w2 = mul(w, w);
    const c3 = add(
      sub(splat(f3), mul(w, splat(f5))),
      mul(w2, add(sub(splat(f7), mul(w, splat(f9))), mul(w2, sub(splat(f11), mul(w, splat(f13)))))),
    );
    const c2 = add(
      sub(splat(f2), mul(w, splat(f4))),
      mul(w2, add(sub(splat(f6), mul(w, splat(f8))), mul(w2, sub(splat(f10), mul(w, splat(f12)))))),
    );
    const g2 = mul(X2, c2);
    const g3 = mul(mul(X2, X), c3);
    const g1 = sub(X, mul(beta, g3));
    const slope = add(v128.load(to, radiusSlot), add(mul(v128.load(to, etaSlot), g1), mul(v128.load(to, zetaSlot), g2)));
    v128.store(to, sub(splat(1), mul(beta, g2)), g0Slot);
    v128.store(to, g1, g1Slot);
    v128.store(to, g2, g2Slot);
    v128.store(to, g3, g3Slot);
    v128.store(to, w2, argumentSlot);
    v128.store(to, div(splat(1), slope), slopeSlot);
  }
}

/** Brings G_1 … G_3 and the inverse of the slope to the corrected X, and tells which lanes are solved by that. */
function correct(bytes: usize, h: f64, scratch: usize): void {
  const dt = splat(h);
  for (let to = scratch; to < scratch + bytes; to += pair) {
    const r0 = v128.load(to, radiusSlot);
    const eta = v128.load(to, etaSlot);
    const zeta = v128.load(to, zetaSlot);
    const X = v128.load(to, anomalySlot);
    const g0 = v128.load(to, g0Slot);
    const g1 = v128.load(to, g1Slot);
    const g2 = v128.load(to, g2Slot);
    const g3 = v128.load(to, g3Slot);
    const inverseSlope = v128.load(to, slopeSlot);
    const newton = mul(sub(dt, add(mul(r0, X), add(mul(eta, g2), mul(zeta, g3)))), inverseSlope);
    const a = mul(mul(splat(0.5), mul(add(mul(eta, g0), mul(zeta, g1)), inverseSlope)), newton);
    const d = sub(newton, mul(newton, a));
    const isShort = f64x2.le(v128.load(to, argumentSlot), splat(largestArgument2));
    const isNear = f64x2.le(mul(d, d), mul(splat(smallCorrection2), mul(X, X)));
    const isStraight = f64x2.le(mul(a, a), splat(smallCorrection2));
    // G_k at X + d by their Taylor series.
    const half = mul(splat(0.5), d);
    const g1End = add(g1, mul(d, sub(g0, mul(half, mul(v128.load(to, betaSlot), g1)))));
    const g2End = add(g2, mul(d, add(g1, mul(half, g0))));
    v128.store(to, g1End, g1Slot);
    v128.store(to, g2End, g2Slot);
    v128.store(to, add(g3, mul(d, add(g2, mul(half, g1)))), g3Slot);
    v128.store(to, div(splat(1), add(r0, add(mul(eta, g1End), mul(zeta, g2End)))), slopeSlot);
    v128.store(to, v128.and(isShort, v128.and(isNear, isStraight)), solvedSlot);
  }
}

function move(values: usize, stride: usize, bytes: usize, mu: f64, h: f64, scratch: usize): void {
  const gm = splat(mu);
  const dt = splat(h);
  for (let at = values, from = scratch; from < scratch + bytes; at += pair, from += pair) {
    const x = v128.load(at);
    const y = v128.load(at + stride);
    const z = v128.load(at + 2 * stride);
    const vx = v128.load(at + 3 * stride);
    const vy = v128.load(at + 4 * stride);
    const vz = v128.load(at + 5 * stride);
    const inverse = v128.load(from, inverseSlot);
    const inverseEnd = v128.load(from, slopeSlot);
    const muG2 = mul(gm, v128.load(from, g2Slot));
    const f = mul(muG2, inverse);
    const g = sub(dt, mul(gm, v128.load(from, g3Slot)));
    const fDot = mul(mul(mul(gm, v128.load(from, g1Slot)), inverse), inverseEnd);
    const gDot = mul(muG2, inverseEnd);
    const solved = v128.load(from, solvedSlot);
    const lanes = i64x2.bitmask(solved);
    if (lanes == 3) {
      v128.store(at, add(x, sub(mul(g, vx), mul(f, x))));
      v128.store(at + stride, add(y, sub(mul(g, vy), mul(f, y))));
      v128.store(at + 2 * stride, add(z, sub(mul(g, vz), mul(f, z))));
      v128.store(at + 3 * stride, sub(vx, add(mul(fDot, x), mul(gDot, vx))));
      v128.store(at + 4 * stride, sub(vy, add(mul(fDot, y), mul(gDot, vy))));
      v128.store(at + 5 * stride, sub(vz, add(mul(fDot, z), mul(gDot, vz))));
    } else {
      v128.store(at, v128.bitselect(add(x, sub(mul(g, vx), mul(f, x))), x, solved));
      v128.store(at + stride, v128.bitselect(add(y, sub(mul(g, vy), mul(f, y))), y, solved));
      v128.store(at + 2 * stride, v128.bitselect(add(z, sub(mul(g, vz), mul(f, z))), z, solved));
      v128.store(at + 3 * stride, v128.bitselect(sub(vx, add(mul(fDot, x), mul(gDot, vx))), vx, solved));
      v128.store(at + 4 * stride, v128.bitselect(sub(vy, add(mul(fDot, y), mul(gDot, vy))), vy, solved));
      v128.store(at + 5 * stride, v128.bitselect(sub(vz, add(mul(fDot, z), mul(gDot, vz))), vz, solved));
      if ((lanes & 1) == 0) longDrift(at, stride, mu, h, load<f64>(from + anomalySlot));
      if ((lanes & 2) == 0) longDrift(at + one, stride, mu, h, load<f64>(from + anomalySlot + one));
    }
  }
}
