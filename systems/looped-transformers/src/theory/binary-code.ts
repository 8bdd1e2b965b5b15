import { TheoryError } from './theory-error.js';

/** Bits that tell `count` things apart: ⌈log2 count⌉, at least one. */
export const codeLength = (count: number): number => Math.max(1, ceilLog2(count));

/** ⌈log2 x⌉ of a whole number x ≥ 1. */
export const ceilLog2 = (x: number): number => (x <= 1 ? 0 : 32 - Math.clz32(x - 1));

/** ⌊log2 x⌋ of a whole number x ≥ 1. */
export const floorLog2 = (x: number): number => 31 - Math.clz32(x);

/** The bits of a whole number, least first, as −1 and +1: ⟨code(a), code(b)⟩ = length where a = b, else at most length − 2. */
export function signedCode(value: number, length: number): number[] {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** length) {
    throw new TheoryError(
      'argument',
      `signedCode: expected a whole number from 0 to ${2 ** length - 1}, given ${value}; use a longer code`,
    );
  }
  return Array.from({ length }, (_, bit) => (Math.floor(value / 2 ** bit) % 2 === 1 ? 1 : -1));
}
