import { dot, matmul, type MatmulOptions, outer } from '../../../src/index.js';
import type { HostArray, OpCase, Suite } from '../case.js';
import { at, broadcastShape, build, elementwise, sumOf } from '../reference.js';

/** Σ_k A[…, i, k] B[…, k, j] for inputs of rank 2 or more. */
function product({ transposeA = false, transposeB = false, scale = 1 }: MatmulOptions) {
  return (a: HostArray, b: HostArray): HostArray => {
    const [rows, inner] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
    const columns = b.shape.at(transposeB ? -2 : -1)!;
    const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return build(a.dtype, [...batch, rows!, columns], (index) => {
      const [i, j] = index.slice(-2) as [number, number];
      const term = (k: number) =>
        at(a, [...index.slice(0, -2), ...(transposeA ? [k, i] : [i, k])]) *
        at(b, [...index.slice(0, -2), ...(transposeB ? [j, k] : [k, j])]);
      return scale * sumOf(Array.from({ length: inner! }, (_, k) => term(k)));
    });
  };
}

const matmulCase = (
  what: string,
  shapes: readonly (readonly number[])[],
  options: MatmulOptions = {},
  more: Partial<OpCase> = {},
): OpCase => ({
  name: `matmul ${what}`,
  inputs: shapes.map((shape) => ({ shape })),
  call: (a, b) => matmul(a, b, options),
  reference: product(options),
  alsoIn: ['float64'],
  ...more,
});

export const matmulSuite: Suite = {
  family: 'matmul',
  cases: [
    matmulCase(
      'of matrices',
      [
        [2, 3],
        [3, 4],
      ],
      {},
      { alsoIn: ['float64', 'int32', 'int64', 'uint32'] },
    ),
    matmulCase(
      'with the left transposed',
      [
        [3, 2],
        [3, 4],
      ],
      { transposeA: true },
    ),
    matmulCase(
      'with the right transposed',
      [
        [2, 3],
        [4, 3],
      ],
      { transposeB: true },
    ),
    matmulCase(
      'with both transposed',
      [
        [3, 2],
        [4, 3],
      ],
      { transposeA: true, transposeB: true },
    ),
    matmulCase(
      'with a scale',
      [
        [2, 3],
        [3, 4],
      ],
      { scale: 0.25 },
    ),
    matmulCase(
      'with a scale and a transpose',
      [
        [2, 2, 3],
        [2, 4, 3],
      ],
      { scale: -2, transposeB: true },
    ),
    ...(['int32', 'int64', 'uint32', 'uint64', 'uint8'] as const).map(
      (dtype): OpCase => ({
        name: `matmul of ${dtype}, transposed and scaled`,
        inputs: [
          { shape: [2, 3, 2], dtype, draw: { integersBelow: 4 } },
          { shape: [4, 3], dtype, draw: { integersBelow: 4 } },
        ],
        call: (a, b) => matmul(a, b, { transposeA: true, transposeB: true, scale: 3 }),
        reference: product({ transposeA: true, transposeB: true, scale: 3 }),
      }),
    ),
    matmulCase('with batches', [
      [2, 2, 3],
      [2, 3, 2],
    ]),
    matmulCase('with broadcast batches', [
      [2, 1, 2, 3],
      [3, 3, 2],
    ]),
    matmulCase(
      'with broadcast batches, left transposed',
      [
        [2, 1, 3, 2],
        [3, 3, 2],
      ],
      { transposeA: true },
    ),
    matmulCase('with a shared right matrix', [
      [2, 2, 3],
      [3, 4],
    ]),
    matmulCase(
      'with a shared right matrix, transposed',
      [
        [2, 2, 3],
        [4, 3],
      ],
      { transposeB: true },
    ),
    matmulCase('with a shared left matrix', [
      [2, 3],
      [2, 3, 2],
    ]),
    matmulCase('with no rows', [
      [0, 3],
      [3, 2],
    ]),
    matmulCase('with nothing to sum', [
      [2, 0],
      [0, 3],
    ]),
    {
      name: 'matmul of a vector and a matrix',
      inputs: [{ shape: [3] }, { shape: [3, 2] }],
      call: (a, b) => matmul(a, b),
      reference: (a, b) => ({ ...product({})({ ...a, shape: [1, 3] }, b), shape: [2] }),
    },
    {
      name: 'matmul of a matrix and a vector',
      inputs: [{ shape: [2, 2, 3] }, { shape: [3] }],
      call: (a, b) => matmul(a, b),
      reference: (a, b) => ({ ...product({})(a, { ...b, shape: [3, 1] }), shape: [2, 2] }),
    },
    {
      name: 'dot',
      inputs: [{ shape: [5] }, { shape: [5] }],
      call: dot,
      reference: (a, b) => build(a.dtype, [], () => sumOf(elementwise((x, y) => x! * y!)(a, b).data as number[])),
    },
    {
      name: 'outer',
      inputs: [{ shape: [3] }, { shape: [4] }],
      call: outer,
      reference: (a, b) => build(a.dtype, [3, 4], ([i, j]) => a.data[i!]! * b.data[j!]!),
    },
  ],
  bad: [
    {
      name: 'matmul of shapes that do not chain',
      inputs: [{ shape: [2, 3] }, { shape: [4, 5] }],
      call: (a, b) => matmul(a!, b!),
      error: 'ShapeError',
      says: ['[2, 3]', '[4, 5]', '3 and 4'],
    },
    {
      name: 'matmul of batches that do not broadcast',
      inputs: [{ shape: [2, 2, 3] }, { shape: [3, 3, 5] }],
      call: (a, b) => matmul(a!, b!),
      error: 'ShapeError',
      says: ['[2]', '[3]'],
    },
    {
      name: 'matmul of integers with a fractional scale',
      inputs: [
        { shape: [2, 2], dtype: 'int32' },
        { shape: [2, 2], dtype: 'int32' },
      ],
      call: (a, b) => matmul(a!, b!, { scale: 0.5 }),
      error: 'DTypeError',
      says: ['int32', '0.5'],
    },
    {
      name: 'matmul of a scalar',
      inputs: [{ shape: [] }, { shape: [2, 2] }],
      call: (a, b) => matmul(a!, b!),
      error: 'ShapeError',
      says: ['rank 1 or more'],
    },
    {
      name: 'matmul of two dtypes',
      inputs: [{ shape: [2, 2] }, { shape: [2, 2], dtype: 'float64' }],
      call: (a, b) => matmul(a!, b!),
      error: 'DTypeError',
      says: ['float32', 'float64'],
    },
  ],
};
