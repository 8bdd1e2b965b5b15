/**
 * The 16-bit floating-point formats binary16 (IEEE 754-2019, 5 exponent and 10 fraction bits) and bfloat16 (8 and 7), kept
 * as their bits in integers. Converting to a number is exact; converting from one rounds once, to the nearest value with
 * ties to even, beyond the largest finite value to infinity. The bits of a NaN are canonical: its payload is not kept.
 */
interface HalfFormat {
  readonly fractionBits: number;
  readonly exponentBias: number;
  /** Bits of +∞; every larger magnitude is a NaN. */
  readonly infinity: number;
  readonly notANumber: number;
}

const float16: HalfFormat = { fractionBits: 10, exponentBias: 15, infinity: 0x7c00, notANumber: 0x7e00 };
const bfloat16: HalfFormat = { fractionBits: 7, exponentBias: 127, infinity: 0x7f80, notANumber: 0x7fc0 };

const signBit = 0x8000;

/** The number that 16 bits of binary16 stand for. */
export function float16ToNumber(bits: number): number {
  return decode(bits, float16);
}

/** The bits of the binary16 value nearest to `value`. */
export function numberToFloat16(value: number): number {
  return encode(value, float16);
}

/** The number that 16 bits of bfloat16 stand for. */
export function bfloat16ToNumber(bits: number): number {
  return decode(bits, bfloat16);
}

/** The bits of the bfloat16 value nearest to `value`. */
export function numberToBfloat16(value: number): number {
  return encode(value, bfloat16);
}

/** Elementwise {@link float16ToNumber}; exact, as every binary16 value is a float32. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  float16Values ??= Float32Array.from({ length: 65536 }, (_, pattern) => decode(pattern, float16));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = float16Values[bits[i]!]!;
  return values;
}

/** All binary16 values by their bits, made on first use. */
let float16Values: Float32Array | undefined;

/** Elementwise {@link numberToFloat16}. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  return encodeAll(values, float16);
}

/** Elementwise {@link bfloat16ToNumber}; exact, as bfloat16 is the upper half of float32. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/** Elementwise {@link numberToBfloat16}. */
export function float32ToBfloat16(values: Float32Array): Uint16Array {
  return encodeAll(values, bfloat16);
}

function decode(bits: number, { fractionBits, exponentBias, infinity }: HalfFormat): number {
  const sign = bits & signBit ? -1 : 1;
  const magnitude = bits & 0x7fff;
  if (magnitude === infinity) return sign * Infinity;
  if (magnitude > infinity) return NaN;
  const exponent = magnitude >> fractionBits;
  const fraction = magnitude & ((1 << fractionBits) - 1);
  // Subnormals lack the implicit leading bit and share the exponent of the smallest normal numbers.
  const significand = exponent === 0 ? fraction : fraction + (1 << fractionBits);
  return sign * significand * powerOfTwo(Math.max(exponent, 1) - exponentBias - fractionBits);
}

function encodeAll(values: Float32Array, format: HalfFormat): Uint16Array {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = encode(values[i]!, format);
  return bits;
}

function encode(value: number, { fractionBits, exponentBias, infinity, notANumber }: HalfFormat): number {
  if (Number.isNaN(value)) return notANumber;
  const sign = value < 0 || Object.is(value, -0) ? signBit : 0;
  const magnitude = Math.abs(value);
  const exponent = binaryExponent(magnitude);
  if (exponent > exponentBias) return sign | infinity;
  const smallestExponent = 1 - exponentBias;
  const unitExponent = Math.max(exponent, smallestExponent);
  // The value in units of its last place: scaling by a power of two is exact, so this is the only rounding.
  const significand = roundHalfToEven(magnitude * powerOfTwo(fractionBits - unitExponent));
  // A significand rounded up to the next power of two carries into the exponent, at the top into infinity.
  return sign | (((unitExponent - smallestExponent) << fractionBits) + significand);
}

const float64 = new Float64Array(1);
const float64Words = new Uint32Array(float64.buffer);

/** ⌊log₂ magnitude⌋; −1023 for zero and float64 subnormals, 1024 for infinity. */
function binaryExponent(magnitude: number): number {
  float64[0] = magnitude;
  return (float64Words[1]! >>> 20) - 1023;
}

/** 2^exponent for −1023 < exponent < 1024, from its bits: many times faster than the general power. */
function powerOfTwo(exponent: number): number {
  float64Words[0] = 0;
  float64Words[1] = (exponent + 1023) << 20;
  return float64[0]!;
}

/** Nearest integer of 0 ≤ value < 2⁵¹: from 2⁵² on, float64 addition itself rounds to integers, ties to even. */
function roundHalfToEven(value: number): number {
  return value + 2 ** 52 - 2 ** 52;
}
