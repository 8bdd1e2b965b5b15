/** 1/k!, rounded once. */
export const f2: f64 = 1.0 / 2.0;
export const f3: f64 = 1.0 / 6.0;
export const f4: f64 = 1.0 / 24.0;
export const f5: f64 = 1.0 / 120.0;
export const f6: f64 = 1.0 / 720.0;
export const f7: f64 = 1.0 / 5040.0;
export const f8: f64 = 1.0 / 40320.0;
export const f9: f64 = 1.0 / 362880.0;
export const f10: f64 = 1.0 / 3628800.0;
export const f11: f64 = 1.0 / 39916800.0;
export const f12: f64 = 1.0 / 479001600.0;
export const f13: f64 = 1.0 / 6227020800.0;
export const f14: f64 = 1.0 / 87178291200.0;
export const f15: f64 = 1.0 / 1307674368000.0;
export const f16: f64 = 1.0 / 20922789888000.0;
export const f17: f64 = 1.0 / 355687428096000.0;
