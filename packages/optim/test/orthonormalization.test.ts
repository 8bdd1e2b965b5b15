import { haarOrthogonal, matrix, maximumNorm, multiply, qr, subtract } from '@sardonyx/linalg';
import { type FloatDType, random, tensor } from '@sardonyx/tensor';
import { expect, test } from 'vitest';
import { onHost } from '../src/host-decompositions.js';
import { orthonormalized } from '../src/orthonormalization.js';

const draw = (seed: number, shape: number[], dtype: FloatDType) => random.normal(random.key(seed), shape, { dtype });

test.each([
  ['of one piece', 200],
  ['of whole panels', 384],
  ['with a panel of one column', 257],
  ['of panels and a rest', 300],
])('the orthonormal factor of a matrix %s is that of the host alone', async (_, n) => {
  const a = draw(1, [n, n], 'float64');
  const expected = qr(await onHost(a)).q;
  // Roundings of the reflectors, n·2⁻⁵² each, and the condition of a square normal matrix, about n.
  expect(maximumNorm(subtract(await onHost(await orthonormalized(a)), expected))).toBeLessThan(1e-10);
});

test('it is orthonormal for a matrix of low rank, in float32', async () => {
  const n = 320;
  const thin = draw(2, [n, 40], 'float32');
  const q = await onHost(await orthonormalized(thin.matmul(draw(3, [40, n], 'float32'))));
  const identity = matrix(
    n,
    n,
    Float32Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0)),
  );
  // A few roundings of 6e-8 for each of the panels.
  expect(maximumNorm(subtract(multiply(q, q, { transposeLeft: true }), identity))).toBeLessThan(2e-6);
});

test('a matrix that is orthonormal stays what it is, up to signs', async () => {
  const n = 300;
  let seed = 0;
  const normals = await draw(4, [n * n], 'float64').data();
  const given = haarOrthogonal(n, () => normals[seed++] as number);
  const q = await onHost(await orthonormalized(tensor(given.data, [n, n])));
  const signs = multiply(given, q, { transposeLeft: true });
  signs.data.forEach((x, i) => {
    const isDiagonal = i % (n + 1) === 0;
    if (Math.abs(Math.abs(x) - Number(isDiagonal)) > 1e-12) expect([i, x]).toEqual([i, Number(isDiagonal)]);
  });
});
