import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  cholesky,
  inverseRoot,
  kernelsInUse,
  lu,
  machineEpsilon,
  type Matrix,
  maximumNorm,
  multiply,
  polarFactor,
  qr,
  solve,
  svd,
  symmetricEigen,
  symmetricRankUpdate,
  useKernels,
} from '@sardonyx/linalg';
import { binarySource, compileKernels } from '../kernels/build.mjs';
import { inWorkspace } from '../src/workspace.js';
import { distance, thrownBy } from './distance.js';
import { logarithmicSpectrum, randomMatrix, withSpectrum } from './seeded.js';

afterEach(() => useKernels('webassembly'));

describe('compiled kernels', () => {
  it('are what their sources compile to, byte for byte', async () => {
    const committed = await readFile(new URL('../src/kernels/binary.ts', import.meta.url), 'utf8');
    expect(binarySource(await compileKernels())).toBe(committed);
  });

  it('are used where the machine runs them', () => {
    expect(kernelsInUse()).toBe('webassembly');
  });
});

const spd = (precision: 'f64' | 'f32'): Matrix => withSpectrum(logarithmicSpectrum(70, 100), 3, precision);

/** Results that do not depend on signs of vectors, of orders that reach over every block and edge. */
const computations: readonly (readonly [string, (precision: 'f64' | 'f32') => Matrix])[] = [
  ['multiply', (precision) => multiply(randomMatrix(67, 301, 1, precision), randomMatrix(301, 45, 2, precision))],
  ['symmetricRankUpdate', (precision) => symmetricRankUpdate(randomMatrix(131, 70, 1, precision))],
  ['qr', (precision) => qr(randomMatrix(110, 70, 1, precision), { positiveDiagonal: true }).r],
  ['cholesky', (precision) => cholesky(spd(precision))],
  ['lu', (precision) => lu(spd(precision)).factors],
  ['solve', (precision) => solve(spd(precision), randomMatrix(70, 3, 5, precision))],
  ['polarFactor', (precision) => polarFactor(randomMatrix(40, 50, 1, precision)).factor],
  ...(['ql', 'jacobi', 'divide-and-conquer'] as const).map(
    (eigen) => [`inverse root by ${eigen}`, (precision: 'f64' | 'f32') => inverseRoot(spd(precision), 2, { eigen }).root] as const,
  ),
  ['newton-schulz', (precision) => inverseRoot(spd(precision), 2, { method: 'newton-schulz' }).root],
];

describe.each(['f64', 'f32'] as const)('%s', (precision) => {
  it.each(computations)('%s: the compiled kernels agree with the plain ones', (_, compute) => {
    const compiled = compute(precision);
    useKernels('typescript');
    // The condition is at most 1e4 for every case, the plain kernels round float32 less often; and both round n ≤ 301 times.
    expect(distance(compute(precision), compiled)).toBeLessThan(301 * 20 * machineEpsilon[precision] * maximumNorm(compiled));
  });

  it.each(computations)('%s: equal input gives equal bits, whatever ran before', (_, compute) => {
    const first = compute(precision);
    svd(randomMatrix(33, 20, 9));
    expect(compute(precision).data).toEqual(first.data);
  });
});

describe('memory', () => {
  it('grows and is given back between computations of any size', () => {
    const small = randomMatrix(5, 5, 1);
    const before = multiply(small, small).data;
    const large = randomMatrix(2600, 2600, 2, 'f32');
    const { data } = multiply(large, randomMatrix(2600, 1, 3, 'f32'));
    expect(data.every(Number.isFinite)).toBe(true);
    expect(multiply(small, small).data).toEqual(before);
    expect(symmetricEigen(symmetricRankUpdate(small)).values).toHaveLength(5);
  });

  it.each(['webassembly', 'typescript'] as const)('refuses what 32 bits do not address, and goes on (%s)', (kernels) => {
    useKernels(kernels);
    const body = (): number => 1;
    expect(thrownBy(() => inWorkspace('f64', { scalars: 2 ** 29 }, body), 'too-large').details['bytes']).toBeGreaterThan(2 ** 32);
    expect(inWorkspace('f64', { scalars: 10 }, body)).toBe(1);
  });
});
