import { expect, test } from 'vitest';
import { decodeFloat16, encodeFloat16, full, tensor } from '../src/index.js';

// Patterns from the definition of binary16: 1 sign bit, 5 bits of exponent biased by 15, 10 bits of fraction.
const known: [number, number][] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -14 - 2 ** -24, 0x03ff],
  [1 / 3, 0x3555],
  [Infinity, 0x7c00],
  [-Infinity, 0xfc00],
];

test.each(known)('%d has the pattern %d', (x, bits) => {
  expect(encodeFloat16(x)).toBe(bits);
});

test('every pattern that is a number comes back', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const x = decodeFloat16(bits);
    if (!Number.isNaN(x)) expect(encodeFloat16(x)).toBe(bits);
  }
});

test('numbers between two halves go to the nearer one, ties to the even one', () => {
  expect(encodeFloat16(1 + 2 ** -11)).toBe(0x3c00);
  expect(encodeFloat16(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(encodeFloat16(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
  expect(encodeFloat16(2 ** -25)).toBe(0);
  expect(encodeFloat16(2047.9)).toBe(0x6800);
  expect(encodeFloat16(65520)).toBe(0x7c00);
});

test('tensors take numbers by value and 16-bit arrays by pattern', async () => {
  expect(await tensor([1.5], [1], 'float16').item()).toBe(1.5);
  expect(await tensor(Uint16Array.of(0x3e00)).item()).toBe(1.5);
  expect([...(await full([20], 1.5, 'float16').data())]).toEqual(new Array(20).fill(0x3e00));
});
