import { argsort, sort, type Tensor, topK } from '../../../src/index.js';
import type { HostArray, InputSpec, Suite } from '../case.js';
import { alongAxis, build, at } from '../reference.js';

const cube: InputSpec = { shape: [2, 5, 3], draw: 'distinct' };
const orderedDTypes = ['float64', 'int32', 'int64'] as const;
/** 40 numbers of which many are equal. */
const ties: InputSpec = { shape: [2, 40], dtype: 'float32', draw: { integersBelow: 4 } };

/** Places of a line's elements in order, equal ones as they stand. */
const orderOf = (line: readonly number[], descending: boolean): number[] =>
  line.map((_, i) => i).sort((i, j) => (descending ? line[j]! - line[i]! : line[i]! - line[j]!) || i - j);

const placesAlong =
  (axis: number, descending: boolean) =>
  (x: HostArray): HostArray => ({
    ...alongAxis(x, axis, (line) => orderOf(line, descending)),
    dtype: 'int64',
  });
const sortedAlong =
  (axis: number, descending: boolean) =>
  (x: HostArray): HostArray =>
    alongAxis(x, axis, (line) => orderOf(line, descending).map((i) => line[i]!));
const firstAlong =
  (axis: number, k: number) =>
  (x: HostArray): HostArray =>
    build(x.dtype, x.shape.with(axis, k), (index) => at(x, index));
const topAlong =
  (axis: number, k: number, largest: boolean) =>
  (x: HostArray): HostArray[] =>
    [sortedAlong(axis, largest)(x), placesAlong(axis, largest)(x)].map(firstAlong(axis, k));

const both = (x: Tensor, k: number, axis?: number, largest?: boolean): Tensor[] => {
  const { values, indices } = topK(x, k, axis, largest === undefined ? {} : { largest });
  return [values, indices];
};

export const sortSuite: Suite = {
  family: 'order',
  cases: [
    {
      name: 'topK',
      inputs: [{ shape: [3, 6], draw: 'distinct' }],
      call: (x) => both(x, 2),
      reference: topAlong(1, 2, true),
      alsoIn: orderedDTypes,
    },
    {
      name: 'topK of the smallest',
      inputs: [cube],
      call: (x) => both(x, 3, 1, false),
      reference: topAlong(1, 3, false),
      alsoIn: orderedDTypes,
    },
    {
      name: 'topK of all along the first axis',
      inputs: [{ shape: [4, 2], draw: 'distinct' }],
      call: (x) => both(x, 4, 0),
      reference: topAlong(0, 4, true),
    },
    { name: 'topK of none', inputs: [cube], call: (x) => both(x, 0), reference: topAlong(2, 0, true) },
    { name: 'topK of equal elements', inputs: [ties], call: (x) => both(x, 7), reference: topAlong(1, 7, true), gradient: [] },
    { name: 'topK of one of equal elements', inputs: [ties], call: (x) => both(x, 1), reference: topAlong(1, 1, true), gradient: [] },
    {
      name: 'topK of the smallest of equal elements',
      inputs: [ties],
      call: (x) => both(x, 30, -1, false),
      reference: topAlong(1, 30, false),
      gradient: [],
    },
    {
      name: 'topK of few of many',
      inputs: [{ shape: [2000], draw: { integersBelow: 50 } }],
      call: (x) => both(x, 5),
      reference: topAlong(0, 5, true),
      gradient: [],
    },
    { name: 'sort', inputs: [cube], call: (x) => sort(x), reference: sortedAlong(2, false), alsoIn: orderedDTypes },
    {
      name: 'sort descending along the middle axis',
      inputs: [cube],
      call: (x) => sort(x, 1, { descending: true }),
      reference: sortedAlong(1, true),
    },
    { name: 'sort of an empty axis', inputs: [{ shape: [2, 0] }], call: (x) => sort(x), reference: (x) => x },
    {
      name: 'sort of infinities',
      inputs: [{ shape: [4], draw: { values: [Infinity, 0, -Infinity, 1] } }],
      call: (x) => sort(x),
      reference: sortedAlong(0, false),
      gradient: [],
      vmap: false,
    },
    {
      name: 'argsort of equal elements',
      inputs: [ties],
      call: (x) => argsort(x),
      reference: placesAlong(1, false),
      alsoIn: orderedDTypes,
      gradient: [],
    },
    {
      name: 'argsort of equal elements descending',
      inputs: [ties],
      call: (x) => argsort(x, -1, { descending: true }),
      reference: placesAlong(1, true),
      gradient: [],
    },
    {
      name: 'argsort of many equal elements',
      inputs: [{ shape: [3000], draw: { integersBelow: 7 } }],
      call: (x) => argsort(x, 0),
      reference: placesAlong(0, false),
      gradient: [],
    },
  ],
  bad: [
    {
      name: 'topK of more than there are',
      inputs: [cube],
      call: (x) => topK(x!, 4),
      error: 'ShapeError',
      says: ['[2, 5, 3]', '4', '0 to 3'],
    },
    { name: 'topK of half an element', inputs: [cube], call: (x) => topK(x!, 0.5), error: 'ShapeError', says: ['0.5'] },
    { name: 'topK of a scalar', inputs: [{ shape: [] }], call: (x) => topK(x!, 0), error: 'ShapeError', says: ['scalar'] },
    {
      name: 'topK of booleans',
      inputs: [{ shape: [3], dtype: 'bool' }],
      call: (x) => topK(x!, 1),
      error: 'DTypeError',
      says: ['bool', 'cast'],
    },
    {
      name: 'sort of booleans',
      inputs: [{ shape: [3], dtype: 'bool' }],
      call: (x) => sort(x!),
      error: 'DTypeError',
      says: ['bool', 'cast'],
    },
    { name: 'argsort of a scalar', inputs: [{ shape: [] }], call: (x) => argsort(x!), error: 'ShapeError', says: ['scalar'] },
  ],
};
