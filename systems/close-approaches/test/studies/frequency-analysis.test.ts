import { describe, expect, test } from 'vitest';
import { dominantFrequency } from '../../src/studies/frequency-analysis.js';
import { laplaceCoefficient, perihelionModes } from '../../src/studies/secular-modes.js';

const lines = (parts: readonly (readonly [amplitude: number, frequency: number, phase: number])[], count: number, spacing: number) => {
  const sum = (f: (x: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, k) =>
      parts.reduce((all, [a, frequency, phase]) => all + a * f(frequency * k * spacing + phase), 0),
    );
  return { real: sum(Math.cos), imaginary: sum(Math.sin), spacing };
};

describe('dominant frequency', () => {
  test.each([0.731, -0.4, 0.05])('of one line at %d is exact', (frequency) => {
    expect(dominantFrequency(lines([[2, frequency, 0.3]], 1000, 1), 1)).toBeCloseTo(frequency, 8);
  });

  test('is that of the strongest of several lines, which hardly pull beyond the resolution', () => {
    const found = dominantFrequency(
      lines(
        [
          [1, 0.3, 1],
          [0.7, 0.36, 2],
          [0.4, -0.2, 0],
        ],
        2000,
        1,
      ),
      1,
    );
    // Sidelobes of Hann's window fall with the cube of the distance, here 19 times 2π/T.
    expect(Math.abs(found - 0.3)).toBeLessThan(1e-5);
  });
});

test("Laplace's coefficients agree with their series", () => {
  // b_{3/2}^{(1)} = 3α·(1 + 15/8·α² + 175/64·α⁴ + …)
  const alpha = 0.1;
  expect(laplaceCoefficient(alpha, 1)).toBeCloseTo(3 * alpha * (1 + (15 / 8) * alpha ** 2 + (175 / 64) * alpha ** 4), 5);
  // b_{3/2}^{(2)} begins with 15/4·α².
  expect(laplaceCoefficient(1e-3, 1) / laplaceCoefficient(1e-3, 2)).toBeCloseTo(4 / (5 * 1e-3), 2);
});

test('modes of the linear theory: the frequencies of textbooks', () => {
  const perYear = (name: 'g3' | 'g4' | 'g6'): number => (perihelionModes()[name].frequency * 180 * 3600) / Math.PI;
  // Murray and Dermott, table 7.1 (Brouwer and van Woerkom): 17.33, 18.00, with g6 22.3 without terms of second order.
  expect(Math.abs(perYear('g3') / 17.33 - 1)).toBeLessThan(0.03);
  expect(Math.abs(perYear('g4') / 18.0 - 1)).toBeLessThan(0.03);
  expect(Math.abs(perYear('g6') / 22.3 - 1)).toBeLessThan(0.03);
});
