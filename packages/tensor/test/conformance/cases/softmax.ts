import { logSoftmax, softmax } from '../../../src/index.js';
import type { InputSpec, Suite } from '../case.js';
import { alongAxis, sumOf } from '../reference.js';

const cube: InputSpec = { shape: [2, 3, 4] };
const extreme: InputSpec = { shape: [3, 3], draw: { values: [1000, 999, -1000, -Infinity, 0, 1, -2000, -2001, -Infinity] } };

const soft = (line: number[]) => {
  const top = Math.max(...line);
  const powers = line.map((x) => Math.exp(x - top));
  return powers.map((p) => p / sumOf(powers));
};
const logSoft = (line: number[]) => {
  const top = Math.max(...line);
  return line.map((x) => x - top - Math.log(sumOf(line.map((v) => Math.exp(v - top)))));
};

export const softmaxSuite: Suite = {
  family: 'softmax',
  cases: [
    { name: 'softmax', inputs: [cube], call: (x) => softmax(x), reference: (x) => alongAxis(x, 2, soft), alsoIn: ['float64', 'float16'] },
    { name: 'softmax along the first axis', inputs: [cube], call: (x) => softmax(x, 0), reference: (x) => alongAxis(x, 0, soft) },
    { name: 'softmax along the middle axis', inputs: [cube], call: (x) => softmax(x, -2), reference: (x) => alongAxis(x, 1, soft) },
    {
      name: 'softmax of extremes',
      inputs: [extreme],
      call: (x) => softmax(x),
      reference: (x) => alongAxis(x, 1, soft),
      alsoIn: ['float64'],
      gradient: [],
    },
    { name: 'softmax of nothing', inputs: [{ shape: [0, 3] }], call: (x) => softmax(x), reference: (x) => x },
    {
      name: 'logSoftmax',
      inputs: [cube],
      call: (x) => logSoftmax(x),
      reference: (x) => alongAxis(x, 2, logSoft),
      alsoIn: ['float64', 'float16'],
    },
    { name: 'logSoftmax along the first axis', inputs: [cube], call: (x) => logSoftmax(x, 0), reference: (x) => alongAxis(x, 0, logSoft) },
    {
      name: 'logSoftmax of extremes',
      inputs: [extreme],
      call: (x) => logSoftmax(x),
      reference: (x) => alongAxis(x, 1, logSoft),
      alsoIn: ['float64'],
      gradient: [],
    },
    { name: 'logSoftmax of nothing', inputs: [{ shape: [2, 0] }], call: (x) => logSoftmax(x), reference: (x) => x },
  ],
  bad: [
    { name: 'softmax of a scalar', inputs: [{ shape: [] }], call: (x) => softmax(x!), error: 'ShapeError', says: ['scalar'] },
    {
      name: 'softmax of integers',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => softmax(x!),
      error: 'DTypeError',
      says: ['int32'],
    },
    {
      name: 'logSoftmax along an axis there is not',
      inputs: [cube],
      call: (x) => logSoftmax(x!, 3),
      error: 'ShapeError',
      says: ['axis 3'],
    },
  ],
};
