import { add, addAll, div, mul, neg, sub } from '../../../src/index.js';
import type { InputSpec, Suite } from '../case.js';
import { elementwise } from '../reference.js';

const matrix: InputSpec = { shape: [2, 3] };
const scalar: InputSpec = { shape: [] };
const integers: InputSpec = { shape: [2, 3], dtype: 'int32', draw: { values: [7, -7, 9, -1, 0, 4] } };
const divisors: InputSpec = { shape: [3], dtype: 'int32', draw: { values: [2, -3, 4] } };
/** A batch of shapes each side has to broadcast along: leading axis, inner axis. */
const broadcasting: readonly InputSpec[] = [{ shape: [4, 1, 3] }, { shape: [2, 1] }];

export const arithmetic: Suite = {
  family: 'arithmetic',
  cases: [
    {
      name: 'add',
      inputs: [matrix, matrix],
      call: add,
      reference: elementwise((a, b) => a + b),
      alsoIn: ['float64', 'int32', 'int64', 'uint32', 'uint64'],
    },
    { name: 'add broadcast both ways', inputs: broadcasting, call: add, reference: elementwise((a, b) => a + b) },
    { name: 'add a number', inputs: [matrix], call: (x) => add(x, 1.5), reference: elementwise((x) => x + 1.5) },
    { name: 'add empty', inputs: [{ shape: [0, 3] }, { shape: [3] }], call: add, reference: elementwise((a, b) => a + b) },
    {
      name: 'sub broadcast both ways',
      inputs: broadcasting,
      call: sub,
      reference: elementwise((a, b) => a - b),
      alsoIn: ['float64', 'int32'],
    },
    { name: 'sub from a number', inputs: [matrix], call: (x) => sub(2, x), reference: elementwise((x) => 2 - x) },
    {
      name: 'mul broadcast both ways',
      inputs: broadcasting,
      call: mul,
      reference: elementwise((a, b) => a * b),
      alsoIn: ['float64', 'int32', 'int64'],
    },
    { name: 'mul scalars', inputs: [scalar, scalar], call: mul, reference: elementwise((a, b) => a * b) },
    { name: 'mul by itself', inputs: [matrix], call: (x) => mul(x, x), reference: elementwise((x) => x * x) },
    {
      name: 'div broadcast both ways',
      inputs: [{ shape: [4, 1, 3] }, { shape: [2, 1], draw: 'positive' }],
      call: div,
      reference: elementwise((a, b) => a / b),
      alsoIn: ['float64'],
    },
    { name: 'div integers towards zero', inputs: [integers, divisors], call: div, reference: elementwise((a, b) => Math.trunc(a / b)) },
    { name: 'div of a number', inputs: [{ shape: [3], draw: 'positive' }], call: (x) => div(1, x), reference: elementwise((x) => 1 / x) },
    { name: 'neg', inputs: [matrix], call: neg, reference: elementwise((x) => -x), alsoIn: ['float64', 'int32', 'int64'] },
    {
      name: 'addAll three',
      inputs: [matrix, matrix, matrix],
      call: (...xs) => addAll(xs),
      reference: elementwise((a, b, c) => a! + b! + c!),
      alsoIn: ['float64'],
    },
  ],
  bad: [
    {
      name: 'add of shapes that do not broadcast',
      inputs: [{ shape: [2, 3] }, { shape: [2] }],
      call: (a, b) => add(a!, b!),
      error: 'ShapeError',
      says: ['[2, 3]', '[2]', 'axis -1'],
    },
    {
      name: 'mul of two dtypes',
      inputs: [matrix, integers],
      call: (a, b) => mul(a!, b!),
      error: 'DTypeError',
      says: ['float32', 'int32', 'cast'],
    },
    {
      name: 'neg of an unsigned integer',
      inputs: [{ shape: [2], dtype: 'uint32' }],
      call: (x) => neg(x!),
      error: 'DTypeError',
      says: ['uint32'],
    },
    {
      name: 'sub of booleans',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      call: (a, b) => sub(a!, b!),
      error: 'DTypeError',
      says: ['bool'],
    },
    {
      name: 'addAll of two shapes',
      inputs: [matrix, matrix, scalar],
      call: (...xs) => addAll(xs),
      error: 'ShapeError',
      says: ['one shape'],
    },
  ],
};
