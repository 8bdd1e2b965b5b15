import { describe, expect, it } from 'vitest';
import {
  convergentQuintic,
  identity,
  matrix,
  matrixFromRows,
  multiply,
  muonQuintic,
  polarExpressCoefficients,
  polarFactor,
  quinticAt,
  secondOrderQuintic,
  svd,
  thirdOrderQuintic,
  transpose,
} from '@sardonyx/linalg';
import { distance, lossOfOrthogonality, thrownBy } from './distance.js';
import { randomMatrix } from './seeded.js';

const iterated = (x: number, steps: number): number => (steps === 0 ? x : iterated(quinticAt(muonQuintic, x), steps - 1));

describe('quintics', () => {
  it('take one to one, but for that of Muon', () => {
    for (const coefficients of [secondOrderQuintic, thirdOrderQuintic, convergentQuintic])
      expect(quinticAt(coefficients, 1)).toBeCloseTo(1, 14);
    expect(quinticAt(muonQuintic, 1)).toBeCloseTo(0.701, 12);
  });

  it('five steps of Muon have known images', () => {
    const images: [number, number][] = [
      [1, 0.696436],
      [0.5, 0.765439],
      [0.1, 0.71212],
      [0.01, 0.698917],
      [0.001, 0.470544],
    ];
    for (const [x, image] of images) expect(iterated(x, 5)).toBeCloseTo(image, 6);
    let [least, most] = [Infinity, 0];
    for (let x = 0.005; x <= 1; x += 1e-5) {
      least = Math.min(least, iterated(x, 5));
      most = Math.max(most, iterated(x, 5));
    }
    expect(least).toBeCloseTo(0.6818, 4);
    expect(most).toBeCloseTo(1.1544, 4);
  });
});

describe('Polar Express', () => {
  it('has the published schedule', () => {
    const [first, second] = polarExpressCoefficients(2);
    [8.28721, -23.59589, 17.3004].forEach((value, i) => expect(first![i]).toBeCloseTo(value, 4));
    [4.10706, -2.94785, 0.54484].forEach((value, i) => expect(second![i]).toBeCloseTo(value, 5));
    thirdOrderQuintic.forEach((value, i) => expect(polarExpressCoefficients(9)[8]![i]).toBeCloseTo(value, 6));
  });

  it('takes the whole interval to one', () => {
    const schedule = polarExpressCoefficients(8);
    for (let x = 1e-3; x <= 1; x *= 1.1) {
      const image = schedule.reduce((value, coefficients) => quinticAt(coefficients, value), x);
      // Third order: the eighth step starts within 1e-4 of one.
      expect(Math.abs(image - 1)).toBeLessThan(1e-9);
    }
    thrownBy(() => polarExpressCoefficients(3, { smallest: 0 }), 'invalid-argument');
    thrownBy(() => polarExpressCoefficients(1.5), 'invalid-argument');
  });
});

describe('polar factor', () => {
  const g = randomMatrix(20, 35, 1);
  const exact = polarFactor(g).factor;

  it('of the singular value decomposition is U·Vᵀ, and G = (GGᵀ)^{1/2}·factor', () => {
    const { u, v } = svd(g);
    expect(distance(exact, multiply(u, v, { transposeRight: true }))).toBeLessThan(1e-13);
    expect(lossOfOrthogonality(transpose(exact))).toBeLessThan(20 * 8 * 2 ** -52);
    const stretch = multiply(g, exact, { transposeRight: true });
    // Symmetric to the rounding of products of length 35 with elements below 10.
    expect(distance(stretch, transpose(stretch))).toBeLessThan(35 * 10 * 2 ** -52);
  });

  it('is the same for tall matrices, transposed', () => {
    for (const options of [{}, { method: 'muon' }, { method: 'newton-schulz' }, { method: 'polar-express' }] as const) {
      const wide = polarFactor(g, options).factor;
      expect(distance(polarFactor(transpose(g), options).factor, transpose(wide))).toBeLessThan(1e-13);
    }
  });

  it('by convergent coefficients reaches orthogonality', () => {
    const { factor, report } = polarFactor(g, { method: 'newton-schulz' });
    expect(report.residual).toBeLessThanOrEqual(1e-12);
    // Singular values of X differ from one by half of that, times the square root of the order.
    expect(distance(factor, exact)).toBeLessThan(1e-11);
    for (const coefficients of [secondOrderQuintic, thirdOrderQuintic]) {
      expect(distance(polarFactor(g, { method: 'newton-schulz', coefficients }).factor, exact)).toBeLessThan(1e-11);
    }
    expect(distance(polarFactor(g, { method: 'polar-express' }).factor, exact)).toBeLessThan(1e-8);
  });

  it('by Muon has singular values near one', () => {
    const { factor, report } = polarFactor(g, { method: 'muon' });
    expect(report).toMatchObject({ method: 'muon', iterations: 5 });
    for (const value of svd(factor).values) {
      expect(value).toBeGreaterThan(0.68);
      expect(value).toBeLessThan(1.16);
    }
    expect(polarFactor(randomMatrix(20, 35, 1, 'f32'), { method: 'muon' }).factor.data).toBeInstanceOf(Float32Array);
  });

  it('of low rank, zero and empty matrices', () => {
    const { factor, report } = polarFactor(
      matrixFromRows([
        [3, 4],
        [6, 8],
      ]),
    );
    expect(report.dropped).toBe(1);
    const s = 1 / Math.sqrt(5);
    expect(
      distance(
        factor,
        matrixFromRows([
          [s * 0.6, s * 0.8],
          [2 * s * 0.6, 2 * s * 0.8],
        ]),
      ),
    ).toBeLessThan(1e-14);
    expect([...polarFactor(matrix(2, 2)).factor.data]).toEqual([0, 0, 0, 0]);
    expect([...polarFactor(matrix(2, 2), { method: 'muon' }).factor.data]).toEqual([0, 0, 0, 0]);
    expect(polarFactor(matrix(0, 3)).factor).toMatchObject({ rows: 0, columns: 3 });
    const error = thrownBy(
      () =>
        polarFactor(
          matrixFromRows([
            [3, 4],
            [6, 8],
          ]),
          { method: 'newton-schulz' },
        ),
      'no-convergence',
    );
    expect(error.details['distance']).toBeCloseTo(0.8, 1);
  });

  it('refuses what is not finite', () => {
    thrownBy(() => polarFactor(matrixFromRows([[NaN]])), 'non-finite');
    thrownBy(() => polarFactor(identity(2), { method: 'muon', steps: -1 }), 'invalid-argument');
  });
});
