import { arange, diag, diagonal, type DType, eye, linspace, meshgrid, trace, tril, triu } from '../../../src/index.js';
import type { HostArray, InputSpec, Suite } from '../case.js';
import { at, build } from '../reference.js';

const stackOfMatrices: InputSpec = { shape: [2, 3, 4] };

const kept =
  (keep: (row: number, column: number) => boolean) =>
  (x: HostArray): HostArray =>
    build(x.dtype, x.shape, (index) => (keep(index.at(-2)!, index.at(-1)!) ? at(x, index) : 0));

/** The diagonal of the matrices in two axes, along a new last axis. */
const diagonalOf =
  (offset: number, rowAxis: number, columnAxis: number) =>
  (x: HostArray): HostArray => {
    const outer = x.shape.filter((_, axis) => axis !== rowAxis && axis !== columnAxis);
    const [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
    const length = Math.max(0, Math.min(x.shape[rowAxis]! - row, x.shape[columnAxis]! - column));
    return build(x.dtype, [...outer, length], (index) => {
      const rest = index.slice(0, -1);
      return at(
        x,
        x.shape.map((_, axis) => (axis === rowAxis ? index.at(-1)! + row : axis === columnAxis ? index.at(-1)! + column : rest.shift()!)),
      );
    });
  };

const traceOf = (x: HostArray): HostArray => {
  const lines = diagonalOf(0, 1, 2)(x);
  return build(x.dtype, lines.shape.slice(0, -1), (index) =>
    Array.from({ length: lines.shape.at(-1)! }, (_, i) => at(lines, [...index, i])).reduce((a, b) => a + b, 0),
  );
};

const numbers = (dtype: DType, elements: readonly number[]): HostArray => ({
  dtype,
  shape: [elements.length],
  data: dtype === 'float32' ? elements.map(Math.fround) : elements,
});
const constant = { inputs: [], vmap: false } as const;
const count = (n: number, f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i));

export const triangle: Suite = {
  family: 'triangles, diagonals and sequences',
  cases: [
    {
      name: 'tril',
      inputs: [stackOfMatrices],
      call: (x) => tril(x),
      reference: kept((i, j) => j <= i),
      alsoIn: ['float64', 'int32', 'int64', 'bool'],
    },
    { name: 'tril with more diagonals', inputs: [{ shape: [4, 4] }], call: (x) => tril(x, 1), reference: kept((i, j) => j <= i + 1) },
    { name: 'tril with fewer diagonals', inputs: [{ shape: [4, 2] }], call: (x) => tril(x, -2), reference: kept((i, j) => j <= i - 2) },
    {
      name: 'triu',
      inputs: [stackOfMatrices],
      call: (x) => triu(x),
      reference: kept((i, j) => j >= i),
      alsoIn: ['float64', 'int32', 'int64', 'bool'],
    },
    { name: 'triu with more diagonals', inputs: [stackOfMatrices], call: (x) => triu(x, -1), reference: kept((i, j) => j >= i - 1) },
    { name: 'triu of an empty matrix', inputs: [{ shape: [0, 3] }], call: (x) => triu(x), reference: (x) => x },

    {
      name: 'diagonal',
      inputs: [stackOfMatrices],
      call: (x) => diagonal(x),
      reference: diagonalOf(0, 1, 2),
      alsoIn: ['float64', 'int32', 'bool'],
    },
    { name: 'diagonal above', inputs: [stackOfMatrices], call: (x) => diagonal(x, { offset: 2 }), reference: diagonalOf(2, 1, 2) },
    { name: 'diagonal below', inputs: [stackOfMatrices], call: (x) => diagonal(x, { offset: -1 }), reference: diagonalOf(-1, 1, 2) },
    { name: 'diagonal outside', inputs: [stackOfMatrices], call: (x) => diagonal(x, { offset: 4 }), reference: diagonalOf(4, 1, 2) },
    {
      name: 'diagonal of other axes',
      inputs: [stackOfMatrices],
      call: (x) => diagonal(x, { axes: [0, 1] }),
      reference: diagonalOf(0, 0, 1),
    },
    {
      name: 'diagonal of other axes, columns first',
      inputs: [stackOfMatrices],
      call: (x) => diagonal(x, { offset: 1, axes: [-1, 0] }),
      reference: diagonalOf(1, 2, 0),
    },
    { name: 'trace', inputs: [stackOfMatrices], call: (x) => trace(x), reference: traceOf, alsoIn: ['float64', 'int64'] },
    {
      name: 'diag',
      inputs: [{ shape: [3] }],
      call: (x) => diag(x),
      reference: (x) => build(x.dtype, [3, 3], ([i, j]) => (i === j ? at(x, [i!]) : 0)),
      alsoIn: ['float64', 'int32', 'bool'],
    },
    {
      name: 'diag of a batch',
      inputs: [{ shape: [2, 3] }],
      call: (x) => diag(x),
      reference: (x) => build(x.dtype, [2, 3, 3], ([b, i, j]) => (i === j ? at(x, [b!, i!]) : 0)),
    },
    { name: 'diag of nothing', inputs: [{ shape: [0] }], call: (x) => diag(x), reference: (x) => ({ ...x, shape: [0, 0] }) },

    { name: 'eye', ...constant, call: () => eye(3), reference: () => build('float32', [3, 3], ([i, j]) => Number(i === j)) },
    {
      name: 'eye of another shape',
      ...constant,
      call: () => eye(2, { columns: 4, offset: -1, dtype: 'float64' }),
      reference: () => build('float64', [2, 4], ([i, j]) => Number(j === i! - 1)),
    },
    { name: 'arange', ...constant, call: () => arange(5), reference: () => numbers('int64', [0, 1, 2, 3, 4]) },
    {
      name: 'arange between',
      ...constant,
      call: () => arange(3, 60),
      reference: () =>
        numbers(
          'int64',
          count(57, (i) => i + 3),
        ),
    },
    {
      name: 'arange backwards',
      ...constant,
      call: () => arange(100, 0, -3, { dtype: 'int32' }),
      reference: () =>
        numbers(
          'int32',
          count(34, (i) => 100 - 3 * i),
        ),
    },
    {
      name: 'arange in fractions',
      ...constant,
      call: () => arange(0, 100, 0.1),
      reference: () =>
        numbers(
          'float32',
          count(1000, (i) => i * 0.1),
        ),
    },
    {
      name: 'arange in few fractions',
      ...constant,
      call: () => arange(1, 2, 0.25, { dtype: 'float64' }),
      reference: () => numbers('float64', [1, 1.25, 1.5, 1.75]),
    },
    {
      name: 'arange of halves',
      ...constant,
      call: () => arange(0, 2, 0.5, { dtype: 'float16' }),
      reference: () => numbers('float16', [0, 0.5, 1, 1.5]),
    },
    { name: 'arange of nothing', ...constant, call: () => arange(3, 3), reference: () => numbers('int64', []) },
    {
      name: 'linspace',
      ...constant,
      call: () => linspace(-1, 1, 41, { dtype: 'float64' }),
      reference: () =>
        numbers(
          'float64',
          count(41, (i) => -1 + i * 0.05),
        ),
    },
    { name: 'linspace of one number', ...constant, call: () => linspace(2.5, 7, 1), reference: () => numbers('float32', [2.5]) },
    { name: 'linspace of no number', ...constant, call: () => linspace(0, 1, 0), reference: () => numbers('float32', []) },
    {
      name: 'meshgrid',
      inputs: [{ shape: [2] }, { shape: [3] }, { shape: [4] }],
      call: (...xs) => meshgrid(xs),
      reference: (...xs) => [1, 0, 2].map((axis, i) => build('float32', [3, 2, 4], (index) => at(xs[i]!, [index[axis]!]))),
    },
    {
      name: 'meshgrid by matrix indices',
      inputs: [{ shape: [2] }, { shape: [3] }],
      call: (...xs) => meshgrid(xs, { indexing: 'ij' }),
      reference: (...xs) => xs.map((x, i) => build('float32', [2, 3], (index) => at(x, [index[i]!]))),
    },
  ],
  bad: [
    { name: 'tril of a vector', inputs: [{ shape: [3] }], call: (x) => tril(x!), error: 'ShapeError', says: ['[3]'] },
    { name: 'triu of half a diagonal', inputs: [{ shape: [3, 3] }], call: (x) => triu(x!, 0.5), error: 'ShapeError', says: ['0.5'] },
    { name: 'tril of bytes', inputs: [{ shape: [3, 3], dtype: 'uint8' }], call: (x) => tril(x!), error: 'DTypeError', says: ['uint8'] },
    { name: 'diagonal of a vector', inputs: [{ shape: [3] }], call: (x) => diagonal(x!), error: 'ShapeError', says: ['[3]'] },
    {
      name: 'trace of one axis twice',
      inputs: [{ shape: [3, 3] }],
      call: (x) => trace(x!, { axes: [0, -2] }),
      error: 'ShapeError',
      says: ['[0, -2]'],
    },
    { name: 'diag of a scalar', inputs: [{ shape: [] }], call: (x) => diag(x!), error: 'ShapeError', says: ['scalar'] },
    { name: 'eye of negative size', inputs: [], call: () => eye(-1), error: 'ShapeError', says: ['-1'] },
    { name: 'arange in steps of zero', inputs: [], call: () => arange(0, 3, 0), error: 'ShapeError', says: ['0, 3, 0'] },
    {
      name: 'arange of fractions as integers',
      inputs: [],
      call: () => arange(0, 3, 0.5, { dtype: 'int32' }),
      error: 'DTypeError',
      says: ['0.5', 'int32'],
    },
    {
      name: 'arange of more than bytes hold',
      inputs: [],
      call: () => arange(0, 300, { dtype: 'uint8' }),
      error: 'DTypeError',
      says: ['299', 'uint8'],
    },
    { name: 'linspace of a fractional count', inputs: [], call: () => linspace(0, 1, 2.5), error: 'ShapeError', says: ['2.5'] },
    { name: 'meshgrid of a matrix', inputs: [{ shape: [2, 2] }], call: (x) => meshgrid([x!]), error: 'ShapeError', says: ['[2, 2]'] },
  ],
};
