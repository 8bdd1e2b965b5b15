import { broadcastTo, sum } from '../../../src/index.js';
import type { InputSpec, Suite } from '../case.js';
import { at, build, reduce, sumOf } from '../reference.js';

const cube: InputSpec = { shape: [2, 3, 4] };

export const broadcast: Suite = {
  family: 'broadcast',
  cases: [
    {
      name: 'sum of everything',
      inputs: [cube],
      call: (x) => sum(x),
      reference: (x) => reduce(x, [0, 1, 2], false, sumOf),
      alsoIn: ['float64', 'int32', 'int64'],
    },
    {
      name: 'sum over two axes, keepDims',
      inputs: [cube],
      call: (x) => sum(x, [0, -1], { keepDims: true }),
      reference: (x) => reduce(x, [0, 2], true, sumOf),
    },
    { name: 'sum over the middle axis', inputs: [cube], call: (x) => sum(x, 1), reference: (x) => reduce(x, [1], false, sumOf) },
    { name: 'sum over an empty axis', inputs: [{ shape: [2, 0] }], call: (x) => sum(x, 1), reference: (x) => reduce(x, [1], false, sumOf) },
    { name: 'sum of a scalar', inputs: [{ shape: [] }], call: (x) => sum(x), reference: (x) => x },
    {
      name: 'broadcastTo along inner and new axes',
      inputs: [{ shape: [3, 1] }],
      call: (x) => broadcastTo(x, [2, 3, 4]),
      reference: (x) => build(x.dtype, [2, 3, 4], (i) => at(x, i)),
      alsoIn: ['float64', 'int32', 'bool'],
    },
    {
      name: 'broadcastTo from a scalar',
      inputs: [{ shape: [] }],
      call: (x) => broadcastTo(x, [2, 2]),
      reference: (x) => build(x.dtype, [2, 2], (i) => at(x, i)),
    },
    {
      name: 'broadcastTo an empty shape',
      inputs: [{ shape: [1, 3] }],
      call: (x) => broadcastTo(x, [0, 3]),
      reference: (x) => build(x.dtype, [0, 3], (i) => at(x, i)),
    },
  ],
  bad: [
    {
      name: 'broadcastTo a smaller shape',
      inputs: [{ shape: [2, 3] }],
      call: (x) => broadcastTo(x!, [3]),
      error: 'ShapeError',
      says: ['[2, 3]', '[3]'],
    },
    {
      name: 'broadcastTo another size',
      inputs: [{ shape: [3] }],
      call: (x) => broadcastTo(x!, [2, 4]),
      error: 'ShapeError',
      says: ['[3]', '[2, 4]'],
    },
    {
      name: 'sum over an axis there is not',
      inputs: [cube],
      call: (x) => sum(x!, 3),
      error: 'ShapeError',
      says: ['axis 3', 'rank 3', '-3 to 2'],
    },
    { name: 'sum over one axis twice', inputs: [cube], call: (x) => sum(x!, [2, -1]), error: 'ShapeError', says: ['twice'] },
    { name: 'sum of booleans', inputs: [{ shape: [2], dtype: 'bool' }], call: (x) => sum(x!), error: 'DTypeError', says: ['bool', 'cast'] },
  ],
};
