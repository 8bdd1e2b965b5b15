import { flip, pad, repeat, roll, slice, sliceAxis, tile } from '../../../src/index.js';
import type { HostArray, InputSpec, Suite } from '../case.js';
import { at, build } from '../reference.js';

const cube: InputSpec = { shape: [3, 4, 5] };
const line: InputSpec = { shape: [7] };
const everyDType = ['float64', 'float16', 'int32', 'int64', 'bool', 'uint8'] as const;

/** The elements whose places along each axis are listed. */
const picked =
  (...places: (readonly number[] | null)[]) =>
  (x: HostArray): HostArray => {
    const along = x.shape.map((n, axis) => places[axis] ?? Array.from({ length: n }, (_, i) => i));
    return build(
      x.dtype,
      along.map((list) => list.length),
      (index) =>
        at(
          x,
          index.map((i, axis) => along[axis]![i]!),
        ),
    );
  };

/** Where an index beyond the ends of n elements points to in each mode; undefined outside a constant border. */
const sources = {
  constant: (i: number, n: number) => (i >= 0 && i < n ? i : undefined),
  edge: (i: number, n: number) => Math.min(Math.max(i, 0), n - 1),
  reflect: (i: number, n: number) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i),
};

const padded =
  (widths: readonly (readonly [number, number])[], mode: keyof typeof sources, value = 0) =>
  (x: HostArray): HostArray => {
    const shape = x.shape.map((n, axis) => n + (widths[axis]?.[0] ?? 0) + (widths[axis]?.[1] ?? 0));
    return build(x.dtype, shape, (index) => {
      const from = index.map((i, axis) => sources[mode](i - (widths[axis]?.[0] ?? 0), x.shape[axis]!));
      return from.every((i) => i !== undefined) ? at(x, from) : value;
    });
  };

/** Element i along an axis of the result comes from place `from(i)` of x. */
const moved =
  (shape: readonly number[], from: (index: number[], x: HostArray) => number[]) =>
  (x: HostArray): HostArray =>
    build(x.dtype, shape, (index) => at(x, from(index, x)));

export const sliceSuite: Suite = {
  family: 'slices',
  cases: [
    {
      name: 'slice',
      inputs: [cube],
      call: (x) => slice(x, [1, 0, 2], [3, 2, 5]),
      reference: picked([1, 2], [0, 1], [2, 3, 4]),
      alsoIn: everyDType,
    },
    {
      name: 'slice from the end',
      inputs: [cube],
      call: (x) => slice(x, [-2, null, -4], [null, -1, -1]),
      reference: picked([1, 2], [0, 1, 2], [1, 2, 3]),
    },
    { name: 'slice beyond the end', inputs: [cube], call: (x) => slice(x, [-9, 2], [9, 99]), reference: picked(null, [2, 3]) },
    { name: 'slice of nothing', inputs: [cube], call: (x) => slice(x, [0, 3], [3, 2]), reference: picked(null, []) },
    { name: 'slice in steps', inputs: [line], call: (x) => slice(x, [1], [6], [2]), reference: picked([1, 3, 5]), alsoIn: everyDType },
    { name: 'slice in steps to the very end', inputs: [line], call: (x) => slice(x, [0], [], [3]), reference: picked([0, 3, 6]) },
    {
      name: 'slice in steps that divide the axis',
      inputs: [{ shape: [2, 6] }],
      call: (x) => slice(x, [0, 1], [], [1, 2]),
      reference: picked(null, [1, 3, 5]),
    },
    { name: 'slice in a step longer than the axis', inputs: [line], call: (x) => slice(x, [2], [], [20]), reference: picked([2]) },
    { name: 'slice backwards', inputs: [line], call: (x) => slice(x, [5], [1], [-1]), reference: picked([5, 4, 3, 2]) },
    {
      name: 'slice backwards in steps to the first',
      inputs: [{ shape: [2, 7] }],
      call: (x) => slice(x, [null, 5], [], [-1, -2]),
      reference: picked([1, 0], [5, 3, 1]),
    },
    { name: 'slice backwards in steps past the first', inputs: [line], call: (x) => slice(x, [], [], [-3]), reference: picked([6, 3, 0]) },
    { name: 'slice of a scalar', inputs: [{ shape: [] }], call: (x) => slice(x, []), reference: (x) => x },
    { name: 'slice of an empty tensor', inputs: [{ shape: [0, 3] }], call: (x) => slice(x, [0, 1]), reference: picked([], [1, 2]) },
    { name: 'sliceAxis', inputs: [cube], call: (x) => sliceAxis(x, -2, 1, -1), reference: picked(null, [1, 2]) },
    { name: 'sliceAxis backwards', inputs: [cube], call: (x) => sliceAxis(x, 1, null, null, -1), reference: picked(null, [3, 2, 1, 0]) },

    {
      name: 'pad with zeros',
      inputs: [{ shape: [2, 3] }],
      call: (x) =>
        pad(x, [
          [1, 0],
          [2, 1],
        ]),
      reference: padded(
        [
          [1, 0],
          [2, 1],
        ],
        'constant',
      ),
      alsoIn: everyDType,
    },
    {
      name: 'pad with a number',
      inputs: [{ shape: [2, 3] }],
      call: (x) => pad(x, [[0, 2]], { value: -1.5 }),
      reference: padded([[0, 2]], 'constant', -1.5),
      alsoIn: ['float64', 'float16'],
    },
    {
      name: 'pad with −∞',
      inputs: [{ shape: [2] }],
      call: (x) => pad(x, [[1, 1]], { value: -Infinity }),
      reference: padded([[1, 1]], 'constant', -Infinity),
      gradient: [],
    },
    {
      name: 'pad of integers with a number',
      inputs: [{ shape: [2, 3], dtype: 'int32' }],
      call: (x) => pad(x, [[1, 1]], { value: 7 }),
      reference: padded([[1, 1]], 'constant', 7),
    },
    {
      name: 'pad of nothing',
      inputs: [{ shape: [0, 2] }],
      call: (x) => pad(x, [[1, 1]], { value: 2 }),
      reference: padded([[1, 1]], 'constant', 2),
    },
    { name: 'pad by nothing', inputs: [{ shape: [2] }], call: (x) => pad(x, [[0, 0]], { mode: 'reflect' }), reference: (x) => x },
    {
      name: 'pad with the edge',
      inputs: [{ shape: [2, 3] }],
      call: (x) =>
        pad(
          x,
          [
            [2, 1],
            [0, 4],
          ],
          { mode: 'edge' },
        ),
      reference: padded(
        [
          [2, 1],
          [0, 4],
        ],
        'edge',
      ),
      alsoIn: everyDType,
    },
    {
      name: 'pad by reflection',
      inputs: [{ shape: [3, 4] }],
      call: (x) =>
        pad(
          x,
          [
            [2, 1],
            [0, 3],
          ],
          { mode: 'reflect' },
        ),
      reference: padded(
        [
          [2, 1],
          [0, 3],
        ],
        'reflect',
      ),
      alsoIn: everyDType,
    },

    {
      name: 'flip of everything',
      inputs: [{ shape: [2, 3] }],
      call: (x) => flip(x),
      reference: picked([1, 0], [2, 1, 0]),
      alsoIn: everyDType,
    },
    { name: 'flip of one axis', inputs: [cube], call: (x) => flip(x, -2), reference: picked(null, [3, 2, 1, 0]) },
    { name: 'flip of a scalar', inputs: [{ shape: [] }], call: (x) => flip(x), reference: (x) => x },
    { name: 'roll onwards', inputs: [cube], call: (x) => roll(x, 2, 1), reference: picked(null, [2, 3, 0, 1]), alsoIn: everyDType },
    { name: 'roll back, more than once around', inputs: [line], call: (x) => roll(x, -8, -1), reference: picked([1, 2, 3, 4, 5, 6, 0]) },
    { name: 'roll of nothing', inputs: [{ shape: [0] }], call: (x) => roll(x, 3, 0), reference: (x) => x },
    {
      name: 'tile',
      inputs: [{ shape: [2, 3] }],
      call: (x) => tile(x, [2, 1]),
      reference: moved([4, 3], ([i, j]) => [i! % 2, j!]),
      alsoIn: everyDType,
    },
    { name: 'tile along new axes', inputs: [{ shape: [2] }], call: (x) => tile(x, [3, 2]), reference: moved([3, 4], ([, j]) => [j! % 2]) },
    {
      name: 'tile along the last axes',
      inputs: [{ shape: [2, 2] }],
      call: (x) => tile(x, [3]),
      reference: moved([2, 6], ([i, j]) => [i!, j! % 2]),
    },
    { name: 'tile no times', inputs: [{ shape: [2] }], call: (x) => tile(x, [0]), reference: moved([0], () => []) },
    {
      name: 'repeat',
      inputs: [{ shape: [2, 3] }],
      call: (x) => repeat(x, 2, 0),
      reference: moved([4, 3], ([i, j]) => [Math.floor(i! / 2), j!]),
      alsoIn: everyDType,
    },
    {
      name: 'repeat along the last axis',
      inputs: [{ shape: [2, 3] }],
      call: (x) => repeat(x, 3, -1),
      reference: moved([2, 9], ([i, j]) => [i!, Math.floor(j! / 3)]),
    },
  ],
  bad: [
    {
      name: 'slice of more axes than there are',
      inputs: [line],
      call: (x) => slice(x!, [0, 0]),
      error: 'ShapeError',
      says: ['[7]', 'at most 1', 'given 2'],
    },
    { name: 'slice in steps of zero', inputs: [line], call: (x) => slice(x!, [0], [7], [0]), error: 'ShapeError', says: ['0:7:0'] },
    { name: 'slice from half a place', inputs: [line], call: (x) => slice(x!, [0.5]), error: 'ShapeError', says: ['0.5'] },
    { name: 'sliceAxis of an axis there is not', inputs: [line], call: (x) => sliceAxis(x!, 1, 0), error: 'ShapeError', says: ['axis 1'] },
    {
      name: 'pad by less than nothing',
      inputs: [line],
      call: (x) => pad(x!, [[-1, 0]]),
      error: 'ShapeError',
      says: ['[7]', '[-1, 0]', 'constant'],
    },
    {
      name: 'pad by too long a reflection',
      inputs: [{ shape: [3] }],
      call: (x) => pad(x!, [[0, 3]], { mode: 'reflect' }),
      error: 'ShapeError',
      says: ['[3]', 'reflect', 'to 2'],
    },
    {
      name: 'pad with the edge of nothing',
      inputs: [{ shape: [0] }],
      call: (x) => pad(x!, [[1, 0]], { mode: 'edge' }),
      error: 'ShapeError',
      says: ['[0]', 'edge'],
    },
    {
      name: 'pad of more axes than there are',
      inputs: [line],
      call: (x) =>
        pad(x!, [
          [0, 0],
          [1, 1],
        ]),
      error: 'ShapeError',
      says: ['at most 1'],
    },
    {
      name: 'pad of integers with a fraction',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => pad(x!, [[1, 1]], { value: 0.5 }),
      error: 'DTypeError',
      says: ['0.5', 'int32'],
    },
    { name: 'flip of an axis there is not', inputs: [line], call: (x) => flip(x!, 1), error: 'ShapeError', says: ['axis 1'] },
    { name: 'roll by half a place', inputs: [line], call: (x) => roll(x!, 0.5, 0), error: 'ShapeError', says: ['0.5'] },
    { name: 'roll of a scalar', inputs: [{ shape: [] }], call: (x) => roll(x!, 1, 0), error: 'ShapeError', says: ['scalar'] },
    { name: 'tile a negative number of times', inputs: [line], call: (x) => tile(x!, [-1]), error: 'ShapeError', says: ['[-1]'] },
    { name: 'repeat half a time', inputs: [line], call: (x) => repeat(x!, 0.5, 0), error: 'ShapeError', says: ['0.5'] },
  ],
};
