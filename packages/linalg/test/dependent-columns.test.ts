import { matrix, multiply, type Precision, svd, zeros } from '@sardonyx/linalg';
import { expect, test } from 'vitest';
import { distance } from './distance.js';

test.each(['f64', 'f32'] as const)(
  'columns that depend on others shrink to nothing, and the singular values come out: %s',
  (precision: Precision) => {
    for (let n = 2; n <= 12; n++) {
      const constant = matrix(n, n, zeros(n * n, precision).fill(1 / 3));
      const { u, values, v } = svd(constant);
      const scaled = { ...u, data: u.data.map((value: number, at: number) => value * values[at % n]!) };
      // A small multiple of n·eps.
      const tolerance = 10 * n * (precision === 'f64' ? 2 ** -52 : 2 ** -23);
      expect(distance(multiply(scaled, v, { transposeRight: true }), constant)).toBeLessThan(tolerance);
      expect(values[0]! / (n / 3)).toBeCloseTo(1, precision === 'f64' ? 13 : 5);
      expect(values[1]!).toBeLessThan(tolerance * values[0]!);
    }
  },
);
