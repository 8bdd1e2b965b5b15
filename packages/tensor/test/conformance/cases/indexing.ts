import { gatherND, oneHot, scatterAdd, scatterAddAlongAxis, scatterAlongAxis, take, takeAlongAxis } from '../../../src/index.js';
import type { HostArray, InputSpec, Suite } from '../case.js';
import { at, broadcastShape, build, indicesOf } from '../reference.js';

const everyDType = ['float64', 'float16', 'int32', 'int64', 'bool', 'uint8'] as const;
const numericDTypes = ['float64', 'int32', 'int64', 'uint8'] as const;
const cube: InputSpec = { shape: [2, 4, 3] };
const indices = (shape: readonly number[], values: readonly number[], dtype: 'int32' | 'int64' = 'int64'): InputSpec => ({
  shape,
  dtype,
  draw: { values },
});

const wrap = (i: number, n: number): number => {
  if (i < -n || i >= n) throw new Error('index out of range');
  return i < 0 ? i + n : i;
};

const taken =
  (axis: number) =>
  (x: HostArray, i: HostArray): HostArray => {
    const rank = i.shape.length;
    return build(x.dtype, x.shape.toSpliced(axis, 1, ...i.shape), (index) =>
      at(x, index.toSpliced(axis, rank, wrap(at(i, index.slice(axis, axis + rank)), x.shape[axis]!))),
    );
  };

/** Calls `put` with the flat place in x and the update for every index of the updates. */
function scattered(
  x: HostArray,
  updates: HostArray,
  placeOf: (index: number[]) => number[],
  put: (old: number, update: number) => number,
): HostArray {
  const data = [...x.data];
  for (const index of indicesOf(updates.shape)) {
    const flat = placeOf(index).reduce((total, i, axis) => total * x.shape[axis]! + i, 0);
    data[flat] = put(data[flat]!, at(updates, index));
  }
  return { ...x, data };
}

const added =
  (axis: number) =>
  (x: HostArray, i: HostArray, updates: HostArray): HostArray =>
    scattered(
      x,
      updates,
      (index) => index.toSpliced(axis, i.shape.length, wrap(at(i, index.slice(axis, axis + i.shape.length)), x.shape[axis]!)),
      (old, update) => old + update,
    );

const takenAlong =
  (axis: number) =>
  (x: HostArray, i: HostArray): HostArray => {
    const shape = broadcastShape(x.shape.with(axis, 1), i.shape.with(axis, 1)).with(axis, i.shape[axis]!);
    return build(x.dtype, shape, (index) => at(x, index.with(axis, wrap(at(i, index), x.shape[axis]!))));
  };

const putAlong =
  (axis: number, put: (old: number, update: number) => number) =>
  (x: HostArray, i: HostArray, updates: HostArray): HostArray =>
    scattered(x, updates, (index) => index.with(axis, wrap(at(i, index), x.shape[axis]!)), put);
const replace = (_: number, update: number) => update;
const sum = (old: number, update: number) => old + update;

const oneHots =
  (depth: number, dtype: HostArray['dtype']) =>
  (i: HostArray): HostArray =>
    build(dtype, [...i.shape, depth], (index) => Number(at(i, index.slice(0, -1)) === index.at(-1)));

const tuples = (x: HostArray, i: HostArray): HostArray => {
  const k = i.shape.at(-1)!;
  const outer = i.shape.slice(0, -1);
  return build(x.dtype, [...outer, ...x.shape.slice(k)], (index) => {
    const first = index.slice(0, outer.length);
    const tuple = Array.from({ length: k }, (_, j) => wrap(at(i, [...first, j]), x.shape[j]!));
    return at(x, [...tuple, ...index.slice(outer.length)]);
  });
};

export const indexing: Suite = {
  family: 'indexing',
  cases: [
    {
      name: 'take',
      inputs: [{ shape: [5, 3] }, indices([4], [3, 0, 3, 4])],
      call: (x, i) => take(x, i),
      reference: taken(0),
      alsoIn: everyDType,
    },
    {
      name: 'take by int32',
      inputs: [{ shape: [5, 3] }, indices([4], [3, 0, 3, 4], 'int32')],
      call: (x, i) => take(x, i),
      reference: taken(0),
    },
    { name: 'take from the end', inputs: [{ shape: [5] }, indices([3], [-1, -5, 2])], call: (x, i) => take(x, i), reference: taken(0) },
    {
      name: 'take along the middle axis by a matrix',
      inputs: [cube, indices([2, 2], [3, -1, 0, 3])],
      call: (x, i) => take(x, i, 1),
      reference: taken(1),
    },
    {
      name: 'take along the last axis',
      inputs: [cube, indices([5], [2, 2, 2, 0, -3])],
      call: (x, i) => take(x, i, -1),
      reference: taken(2),
      alsoIn: ['float64'],
    },
    { name: 'take of one slice', inputs: [cube, indices([], [-2])], call: (x, i) => take(x, i, 1), reference: taken(1) },
    { name: 'take of nothing', inputs: [cube, indices([0], [])], call: (x, i) => take(x, i, 1), reference: taken(1) },
    { name: 'take of empty slices', inputs: [{ shape: [3, 0] }, indices([2], [1, 0])], call: (x, i) => take(x, i), reference: taken(0) },
    // 300 slices: more than a product with a one-hot matrix is used for.
    {
      name: 'take from many slices',
      inputs: [{ shape: [300, 2] }, indices([6], [299, 7, 7, -1, 0, 7], 'int32')],
      call: (x, i) => take(x, i),
      reference: taken(0),
    },

    {
      name: 'scatterAdd',
      inputs: [{ shape: [5, 3] }, indices([4], [3, 0, 3, -1]), { shape: [4, 3] }],
      call: (x, i, u) => scatterAdd(x, i, u),
      reference: added(0),
      alsoIn: numericDTypes,
    },
    {
      name: 'scatterAdd along the middle axis by a matrix',
      inputs: [cube, indices([2, 2], [3, -1, 0, 3], 'int32'), { shape: [2, 2, 2, 3] }],
      call: (x, i, u) => scatterAdd(x, i, u, 1),
      reference: added(1),
    },
    {
      name: 'scatterAdd along the last axis',
      inputs: [cube, indices([2], [1, 1]), { shape: [2, 4, 2] }],
      call: (x, i, u) => scatterAdd(x, i, u, -1),
      reference: added(2),
    },
    {
      name: 'scatterAdd of one slice',
      inputs: [{ shape: [4] }, indices([], [-2]), { shape: [] }],
      call: (x, i, u) => scatterAdd(x, i, u),
      reference: added(0),
    },
    {
      name: 'scatterAdd of nothing',
      inputs: [{ shape: [4, 2] }, indices([0], []), { shape: [0, 2] }],
      call: (x, i, u) => scatterAdd(x, i, u),
      reference: added(0),
    },
    {
      name: 'scatterAdd into many slices',
      inputs: [{ shape: [300] }, indices([5], [299, 7, 7, -1, 0]), { shape: [5] }],
      call: (x, i, u) => scatterAdd(x, i, u),
      reference: added(0),
      alsoIn: numericDTypes,
    },
    // Halves are added up in float32 and rounded once: one half unit in the last place, 2⁻¹¹, over a tolerance scaled to 2⁻⁸.
    {
      name: 'scatterAdd of halves',
      inputs: [{ shape: [4], dtype: 'float16' }, indices([3], [1, 3, 1]), { shape: [3], dtype: 'float16' }],
      call: (x, i, u) => scatterAdd(x, i, u),
      reference: added(0),
      gradient: [],
    },

    {
      name: 'takeAlongAxis',
      inputs: [{ shape: [3, 4] }, indices([3, 2], [0, 3, -1, 1, 2, 2])],
      call: (x, i) => takeAlongAxis(x, i, 1),
      reference: takenAlong(1),
      alsoIn: everyDType,
    },
    {
      name: 'takeAlongAxis along the first axis',
      inputs: [cube, indices([1, 4, 3], [0, 1, -1], 'int32')],
      call: (x, i) => takeAlongAxis(x, i, 0),
      reference: takenAlong(0),
    },
    {
      name: 'takeAlongAxis with broadcast indices',
      inputs: [cube, indices([1, 3, 1], [1, 1, -4])],
      call: (x, i) => takeAlongAxis(x, i, -2),
      reference: takenAlong(1),
    },
    {
      name: 'takeAlongAxis with broadcast elements',
      inputs: [{ shape: [1, 4] }, indices([3, 2], [1, 1, 0, 3, 2, 2])],
      call: (x, i) => takeAlongAxis(x, i, -1),
      reference: takenAlong(1),
    },
    {
      name: 'takeAlongAxis of nothing',
      inputs: [{ shape: [3, 4] }, indices([3, 0], [])],
      call: (x, i) => takeAlongAxis(x, i, 1),
      reference: takenAlong(1),
    },
    {
      name: 'scatterAlongAxis',
      inputs: [{ shape: [3, 4] }, indices([3, 2], [0, 3, -1, 1, 2, 0]), { shape: [3, 2] }],
      call: (x, i, u) => scatterAlongAxis(x, i, u, 1),
      reference: putAlong(1, replace),
      alsoIn: everyDType,
    },
    {
      name: 'scatterAlongAxis along the first axis',
      inputs: [{ shape: [3, 2] }, indices([1, 2], [2, -3]), { shape: [1, 2] }],
      call: (x, i, u) => scatterAlongAxis(x, i, u, 0),
      reference: putAlong(0, replace),
    },
    {
      name: 'scatterAlongAxis of nothing',
      inputs: [{ shape: [3, 2] }, indices([0, 2], []), { shape: [0, 2] }],
      call: (x, i, u) => scatterAlongAxis(x, i, u, 0),
      reference: putAlong(0, replace),
    },
    {
      name: 'scatterAddAlongAxis',
      inputs: [{ shape: [3, 4] }, indices([3, 2], [0, 0, -1, 1, 2, 2]), { shape: [3, 2] }],
      call: (x, i, u) => scatterAddAlongAxis(x, i, u, 1),
      reference: putAlong(1, sum),
      alsoIn: numericDTypes,
    },

    { name: 'gatherND of elements', inputs: [cube, indices([2, 3], [0, 3, -1, 1, -4, 2])], call: gatherND, reference: tuples },
    { name: 'gatherND of slices', inputs: [cube, indices([2, 2, 2], [0, 3, 1, -1, 1, 2, 0, 3])], call: gatherND, reference: tuples },
    { name: 'gatherND of one slice', inputs: [cube, indices([1], [-1], 'int32')], call: gatherND, reference: tuples },

    { name: 'oneHot', inputs: [indices([2, 3], [0, 3, 2, 1, 1, 0])], call: (i) => oneHot(i, 4), reference: oneHots(4, 'float32') },
    {
      name: 'oneHot outside the range',
      inputs: [indices([4], [-1, 4, 2, 99], 'int32')],
      call: (i) => oneHot(i, 4, 'float64'),
      reference: oneHots(4, 'float64'),
    },
    { name: 'oneHot of a scalar', inputs: [indices([], [2])], call: (i) => oneHot(i, 3, 'bool'), reference: oneHots(3, 'bool') },
    { name: 'oneHot of nothing', inputs: [indices([0, 2], [])], call: (i) => oneHot(i, 3, 'int32'), reference: oneHots(3, 'int32') },
    { name: 'oneHot without depth', inputs: [indices([2], [0, 1])], call: (i) => oneHot(i, 0), reference: oneHots(0, 'float32') },
  ],
  bad: [
    {
      name: 'take by floats',
      inputs: [{ shape: [3] }, { shape: [2] }],
      call: (x, i) => take(x!, i!),
      error: 'DTypeError',
      says: ['int32 or int64', 'float32', 'cast'],
    },
    {
      name: 'take from a scalar',
      inputs: [{ shape: [] }, indices([1], [0])],
      call: (x, i) => take(x!, i!),
      error: 'ShapeError',
      says: ['scalar'],
    },
    {
      name: 'take along an axis there is not',
      inputs: [{ shape: [3] }, indices([1], [0])],
      call: (x, i) => take(x!, i!, 1),
      error: 'ShapeError',
      says: ['axis 1'],
    },
    {
      name: 'scatterAdd of updates that do not fit',
      inputs: [{ shape: [5, 3] }, indices([4], [0]), { shape: [4, 2] }],
      call: (x, i, u) => scatterAdd(x!, i!, u!),
      error: 'ShapeError',
      says: ['[4]', '[5, 3]', '[4, 3]', '[4, 2]'],
    },
    {
      name: 'scatterAdd of another dtype',
      inputs: [{ shape: [5] }, indices([1], [0]), { shape: [1], dtype: 'float64' }],
      call: (x, i, u) => scatterAdd(x!, i!, u!),
      error: 'DTypeError',
      says: ['float32 and float64'],
    },
    {
      name: 'scatterAdd to booleans',
      inputs: [{ shape: [5], dtype: 'bool' }, indices([1], [0]), { shape: [1], dtype: 'bool' }],
      call: (x, i, u) => scatterAdd(x!, i!, u!),
      error: 'DTypeError',
      says: ['bool'],
    },
    {
      name: 'takeAlongAxis by indices of another rank',
      inputs: [{ shape: [3, 4] }, indices([3], [0])],
      call: (x, i) => takeAlongAxis(x!, i!, 1),
      error: 'ShapeError',
      says: ['rank 2', '[3, 4]', '[3]'],
    },
    {
      name: 'takeAlongAxis by indices that do not broadcast',
      inputs: [{ shape: [3, 4] }, indices([2, 4], [0])],
      call: (x, i) => takeAlongAxis(x!, i!, 1),
      error: 'ShapeError',
      says: ['broadcast'],
    },
    {
      name: 'scatterAlongAxis of updates that do not fit',
      inputs: [{ shape: [3, 4] }, indices([3, 1], [0]), { shape: [3, 2] }],
      call: (x, i, u) => scatterAlongAxis(x!, i!, u!, 1),
      error: 'ShapeError',
      says: ['[3, 1]', '[3, 2]'],
    },
    {
      name: 'scatterAddAlongAxis of more lines than there are',
      inputs: [{ shape: [1, 4] }, indices([3, 1], [0]), { shape: [3, 1] }],
      call: (x, i, u) => scatterAddAlongAxis(x!, i!, u!, 1),
      error: 'ShapeError',
      says: ['[3, 4]', '[1, 4]'],
    },
    {
      name: 'gatherND by tuples that are too long',
      inputs: [{ shape: [3, 4] }, indices([3], [0])],
      call: (x, i) => gatherND(x!, i!),
      error: 'ShapeError',
      says: ['1 to 2', '[3, 4]', '[3]'],
    },
    { name: 'oneHot of floats', inputs: [{ shape: [3] }], call: (i) => oneHot(i!, 2), error: 'DTypeError', says: ['float32'] },
    { name: 'oneHot of negative depth', inputs: [indices([1], [0])], call: (i) => oneHot(i!, -1), error: 'ShapeError', says: ['-1'] },
  ],
};
