import { f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15 } from './factorials';

/** The functions at the last argument. */
export let c0: f64 = 0;
export let c1: f64 = 0;
export let c2: f64 = 0;
export let c3: f64 = 0;

const largestDirectArgument: f64 = 0.1;

/** `stumpff` of the plain implementation, with its operations in its order. */
export function stumpff(z: f64): void {
  if (!isFinite(z)) {
    c0 = c1 = c2 = c3 = NaN;
    return;
  }
  let quarters = 0;
  let x = z;
  while (x > largestDirectArgument || x < -largestDirectArgument) {
    x *= 0.25;
    quarters++;
  }
  c3 = f3 - x * (f5 - x * (f7 - x * (f9 - x * (f11 - x * (f13 - x * f15)))));
  c2 = f2 - x * (f4 - x * (f6 - x * (f8 - x * (f10 - x * (f12 - x * f14)))));
  c1 = 1 - x * c3;
  c0 = 1 - x * c2;
  for (; quarters > 0; quarters--) {
    c3 = 0.25 * (c2 + c0 * c3);
    c2 = 0.5 * c1 * c1;
    c1 = c0 * c1;
    c0 = 2 * c0 * c0 - 1;
  }
}
