/* IEEE 754 binary16 as bit patterns, for which JavaScript of Node 20 has no typed array. */

/** The pattern of the half nearest to x, ties to even; beyond 65504 infinity. */
export function encodeFloat16(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (magnitude >= 65520) return sign | 0x7c00;
  // The spacing of halves around x is 2^(exponent − 10), that of the subnormals 2^−24.
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  const units = roundHalfToEven(magnitude / 2 ** (exponent - 10));
  // Adding, not joining: the leading bit of a normal number counts up the exponent, and so does a carry.
  return sign | ((exponent + 14) * 1024 + units);
}

export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
