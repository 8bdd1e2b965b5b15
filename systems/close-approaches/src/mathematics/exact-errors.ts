/* What one rounded operation loses, exactly. A number and what it lost together hold about 106 bits. */

/** The error of `sum`, the rounded a + b: a + b = sum + sumError(a, b, sum) (Knuth's two-sum). */
export function sumError(a: number, b: number, sum: number): number {
  const bShare = sum - a;
  return a - (sum - bShare) + (b - bShare);
}

/** 2²⁷ + 1: a product with it cuts a number into two halves of 26 bits. */
const splitter = 134_217_729;

/** The error of `product`, the rounded a·b, for factors below 2⁹⁹⁶ in size (Dekker's product). */
export function productError(a: number, b: number, product: number): number {
  const aScaled = splitter * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = splitter * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
