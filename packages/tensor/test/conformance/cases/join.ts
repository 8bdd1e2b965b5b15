import { concat, split, stack, unstack } from '../../../src/index.js';
import type { HostArray, InputSpec, Suite } from '../case.js';
import { at, build } from '../reference.js';

const everyDType = ['float64', 'float16', 'int32', 'int64', 'bool', 'uint8'] as const;
const cube: InputSpec = { shape: [2, 6, 3] };

const joined =
  (axis: number) =>
  (...parts: HostArray[]): HostArray => {
    const length = parts.reduce((total, part) => total + part.shape[axis]!, 0);
    return build(parts[0]!.dtype, parts[0]!.shape.with(axis, length), (index) => {
      let i = index[axis]!;
      const part = parts.find((x) => i < x.shape[axis]! || ((i -= x.shape[axis]!), false))!;
      return at(part, index.with(axis, i));
    });
  };

const stacked =
  (axis: number) =>
  (...parts: HostArray[]): HostArray =>
    build(parts[0]!.dtype, parts[0]!.shape.toSpliced(axis, 0, parts.length), (index) => at(parts[index[axis]!]!, index.toSpliced(axis, 1)));

const parted =
  (axis: number, sizes: readonly number[]) =>
  (x: HostArray): HostArray[] => {
    let start = 0;
    return sizes.map((size) => {
      const from = start;
      start += size;
      return build(x.dtype, x.shape.with(axis, size), (index) => at(x, index.with(axis, index[axis]! + from)));
    });
  };

export const join: Suite = {
  family: 'joining and splitting',
  cases: [
    {
      name: 'concat',
      inputs: [{ shape: [2, 3] }, { shape: [1, 3] }, { shape: [4, 3] }],
      call: (...xs) => concat(xs),
      reference: joined(0),
      alsoIn: everyDType,
    },
    {
      name: 'concat along the last axis',
      inputs: [{ shape: [2, 3] }, { shape: [2, 1] }],
      call: (...xs) => concat(xs, -1),
      reference: joined(1),
    },
    {
      name: 'concat with an empty tensor',
      inputs: [{ shape: [2, 0] }, { shape: [2, 2] }],
      call: (...xs) => concat(xs, 1),
      reference: joined(1),
    },
    { name: 'concat of one tensor', inputs: [{ shape: [2, 3] }], call: (x) => concat([x]), reference: (x) => x },
    { name: 'concat of a tensor with itself', inputs: [{ shape: [3] }], call: (x) => concat([x, x]), reference: (x) => joined(0)(x, x) },
    {
      name: 'stack',
      inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
      call: (...xs) => stack(xs),
      reference: stacked(0),
      alsoIn: everyDType,
    },
    {
      name: 'stack along the last axis',
      inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
      call: (...xs) => stack(xs, -1),
      reference: stacked(2),
    },
    { name: 'stack of scalars', inputs: [{ shape: [] }, { shape: [] }, { shape: [] }], call: (...xs) => stack(xs), reference: stacked(0) },
    { name: 'split into sizes', inputs: [cube], call: (x) => split(x, [1, 3, 2], 1), reference: parted(1, [1, 3, 2]), alsoIn: everyDType },
    { name: 'split with an empty part', inputs: [cube], call: (x) => split(x, [0, 2, 0], 0), reference: parted(0, [0, 2, 0]) },
    { name: 'split into equal parts', inputs: [cube], call: (x) => split(x, 3, -1), reference: parted(2, [1, 1, 1]) },
    {
      name: 'split of which one part is used',
      inputs: [cube],
      call: (x) => split(x, 3, 1)[1]!,
      reference: (x) => parted(1, [2, 2, 2])(x)[1]!,
    },
    {
      name: 'unstack',
      inputs: [{ shape: [3, 2] }],
      call: (x) => unstack(x),
      reference: (x) => parted(0, [1, 1, 1])(x).map((part) => ({ ...part, shape: [2] })),
    },
    {
      name: 'unstack of the last axis',
      inputs: [{ shape: [3, 2] }],
      call: (x) => unstack(x, -1),
      reference: (x) => parted(1, [1, 1])(x).map((part) => ({ ...part, shape: [3] })),
    },
  ],
  bad: [
    {
      name: 'concat of other shapes',
      inputs: [{ shape: [2, 3] }, { shape: [2, 4] }],
      call: (...xs) => concat(xs, 0),
      error: 'ShapeError',
      says: ['[2, 3]', '[2, 4]', 'axis 0'],
    },
    {
      name: 'concat of other ranks',
      inputs: [{ shape: [2, 3] }, { shape: [2] }],
      call: (...xs) => concat(xs, 0),
      error: 'ShapeError',
      says: ['[2, 3]', '[2]'],
    },
    {
      name: 'concat of scalars',
      inputs: [{ shape: [] }, { shape: [] }],
      call: (...xs) => concat(xs),
      error: 'ShapeError',
      says: ['scalar'],
    },
    {
      name: 'concat of other dtypes',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'int32' }],
      call: (...xs) => concat(xs),
      error: 'DTypeError',
      says: ['float32', 'int32', 'cast'],
    },
    { name: 'concat of nothing', inputs: [], call: () => concat([]), error: 'ShapeError', says: ['none'] },
    {
      name: 'stack of other shapes',
      inputs: [{ shape: [2] }, { shape: [3] }],
      call: (...xs) => stack(xs),
      error: 'ShapeError',
      says: ['[2]', '[3]'],
    },
    { name: 'stack of nothing', inputs: [], call: () => stack([]), error: 'ShapeError', says: ['none'] },
    {
      name: 'split into sizes that do not add up',
      inputs: [cube],
      call: (x) => split(x!, [2, 2], 1),
      error: 'ShapeError',
      says: ['[2, 6, 3]', '[2, 2]'],
    },
    {
      name: 'split into unequal parts',
      inputs: [cube],
      call: (x) => split(x!, 4, 1),
      error: 'ShapeError',
      says: ['[2, 6, 3]', '4 equal parts'],
    },
    { name: 'split into no parts', inputs: [cube], call: (x) => split(x!, 0, 1), error: 'ShapeError', says: ['0 equal parts'] },
    { name: 'unstack of a scalar', inputs: [{ shape: [] }], call: (x) => unstack(x!), error: 'ShapeError', says: ['scalar'] },
  ],
};
