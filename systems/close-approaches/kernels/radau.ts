import { one, pair } from './layout';
import { add, div, mul, splat, sub } from './pairs';

/* The sweeps of IAS15 over columns of components, `width` bytes each, two components at once: `PlainRadau` with its operations. */

const terms: i32 = 7;

/** Kahan's summation of `value` to the column `sum`, whose lost parts are in `rest`. */
function addCompensated(sum: usize, rest: usize, value: v128): void {
  const old = v128.load(sum);
  const y = sub(value, v128.load(rest));
  const t = add(old, y);
  v128.store(rest, sub(sub(t, old), y));
  v128.store(sum, t);
}

/** Positions at the fraction `h` of a step to `out`; `b` is the first of seven columns. */
export function radauPositions(h: f64, dt: f64, x: usize, v: usize, a: usize, b: usize, rest: usize, out: usize, width: usize): void {
  const time = splat(h * dt);
  const half = splat((h * dt) / 2);
  const f0 = splat(h / 3);
  const f1 = splat(h / 2);
  const f2 = splat((3 * h) / 5);
  const f3 = splat((2 * h) / 3);
  const f4 = splat((5 * h) / 7);
  const f5 = splat((3 * h) / 4);
  const f6 = splat((7 * h) / 9);
  for (let i: usize = 0; i < width; i += pair) {
    const inner = add(v128.load(a + i), mul(f0, polynomial(b + i, width, f1, f2, f3, f4, f5, f6)));
    const shift = mul(time, add(v128.load(v + i), mul(half, inner)));
    v128.store(out + i, sub(add(v128.load(x + i), shift), v128.load(rest + i)));
  }
}

/** Velocities in the same way. */
export function radauVelocities(h: f64, dt: f64, v: usize, a: usize, b: usize, rest: usize, out: usize, width: usize): void {
  const time = splat(h * dt);
  const f0 = splat(h / 2);
  const f1 = splat((2 * h) / 3);
  const f2 = splat((3 * h) / 4);
  const f3 = splat((4 * h) / 5);
  const f4 = splat((5 * h) / 6);
  const f5 = splat((6 * h) / 7);
  const f6 = splat((7 * h) / 8);
  for (let i: usize = 0; i < width; i += pair) {
    const inner = add(v128.load(a + i), mul(f0, polynomial(b + i, width, f1, f2, f3, f4, f5, f6)));
    v128.store(out + i, sub(add(v128.load(v + i), mul(time, inner)), v128.load(rest + i)));
  }
}

/** b_0 + f_1·(b_1 + f_2·(b_2 + … f_6·b_6)). */
function polynomial(b: usize, width: usize, f1: v128, f2: v128, f3: v128, f4: v128, f5: v128, f6: v128): v128 {
  const tail = add(v128.load(b + 4 * width), mul(f5, add(v128.load(b + 5 * width), mul(f6, v128.load(b + 6 * width)))));
  const middle = add(v128.load(b + width), mul(f2, add(v128.load(b + 2 * width), mul(f3, add(v128.load(b + 3 * width), mul(f4, tail))))));
  return add(v128.load(b), mul(f1, middle));
}

/**
 * Corrects g_{n−1} and b by the accelerations `at` of node `n`; gives the largest change of g_{n−1}. `inverses` are 1/(h_n − h_k),
 * `monomials` the coefficients of h(h − h_1)…(h − h_{n−1}); `change` is a column to write to.
 */
export function radauCorrect(
  n: i32,
  at: usize,
  a0: usize,
  b: usize,
  g: usize,
  rest: usize,
  change: usize,
  inverses: usize,
  monomials: usize,
  width: usize,
): f64 {
  let largest = splat(0);
  const last = g + width * <usize>(n - 1);
  for (let i: usize = 0; i < width; i += pair) {
    let difference = mul(sub(v128.load(at + i), v128.load(a0 + i)), v128.load64_splat(inverses));
    for (let k = 1; k < n; k++) {
      const before = v128.load(g + width * <usize>(k - 1) + i);
      difference = mul(sub(difference, before), v128.load64_splat(inverses + one * <usize>k));
    }
    const step = sub(difference, v128.load(last + i));
    v128.store(last + i, difference);
    v128.store(change + i, step);
    largest = f64x2.pmax(largest, f64x2.abs(step));
  }
  for (let k = 0; k < n; k++) {
    const factor = v128.load64_splat(monomials + one * <usize>k);
    const column = width * <usize>k;
    for (let i: usize = 0; i < width; i += pair) addCompensated(b + column + i, rest + column + i, mul(v128.load(change + i), factor));
  }
  const left = f64x2.extract_lane(largest, 0);
  const right = f64x2.extract_lane(largest, 1);
  return right > left ? right : left;
}

/** g from b; `newtons` is the table of its coefficients, seven a row. */
export function radauNewton(b: usize, g: usize, newtons: usize, width: usize): void {
  for (let k = 0; k < terms; k++) {
    for (let i: usize = 0; i < width; i += pair) {
      let value = v128.load(b + width * <usize>k + i);
      for (let j = k + 1; j < terms; j++) {
        value = add(value, mul(v128.load64_splat(newtons + one * <usize>(terms * j + k)), v128.load(b + width * <usize>j + i)));
      }
      v128.store(g + width * <usize>k + i, value);
    }
  }
}

/** b of the next step from those of the last one, `from`; `shifts` is the table of binomials, `powers` are those of the steps' ratio. */
export function radauPredict(from: usize, b: usize, predicted: usize, shifts: usize, powers: usize, width: usize): void {
  for (let k = 0; k < terms; k++) {
    const power = v128.load64_splat(powers + one * <usize>k);
    const column = width * <usize>k;
    for (let i: usize = 0; i < width; i += pair) {
      let value = splat(0);
      for (let j = k; j < terms; j++) {
        value = add(value, mul(v128.load64_splat(shifts + one * <usize>(terms * j + k)), v128.load(from + width * <usize>j + i)));
      }
      const error = sub(v128.load(from + column + i), v128.load(predicted + column + i));
      const next = mul(power, value);
      v128.store(b + column + i, add(next, error));
      v128.store(predicted + column + i, next);
    }
  }
}

/** Positions and velocities at a step's end, smallest terms first. */
export function radauCommit(dt: f64, x: usize, v: usize, a: usize, b: usize, restX: usize, restV: usize, width: usize): void {
  const step = splat(dt);
  for (let i: usize = 0; i < width; i += pair) {
    for (let k = terms - 1; k >= 0; k--) {
      const term = div(v128.load(b + width * <usize>k + i), splat(<f64>((k + 2) * (k + 3))));
      addCompensated(x + i, restX + i, mul(mul(term, step), step));
    }
    const acceleration = v128.load(a + i);
    addCompensated(x + i, restX + i, mul(mul(mul(splat(0.5), acceleration), step), step));
    addCompensated(x + i, restX + i, mul(v128.load(v + i), step));
    addCompensated(x + i, restX + i, mul(f64x2.neg(v128.load(restV + i)), step));
    for (let k = terms - 1; k >= 0; k--) {
      addCompensated(v + i, restV + i, mul(div(v128.load(b + width * <usize>k + i), splat(<f64>(k + 2))), step));
    }
    addCompensated(v + i, restV + i, mul(acceleration, step));
  }
}
