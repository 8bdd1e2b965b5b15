import { add, div, full, ones, onesLike, zeros, zerosLike } from '../../../src/index.js';
import type { Suite } from '../case.js';
import { build, elementwise } from '../reference.js';

export const fullSuite: Suite = {
  family: 'full',
  cases: [
    { name: 'full small', inputs: [], call: () => full([2, 3], 2.5), reference: () => build('float32', [2, 3], () => 2.5), vmap: false },
    {
      name: 'full large',
      inputs: [],
      call: () => full([5, 7], -1, 'int64'),
      reference: () => build('int64', [5, 7], () => -1),
      vmap: false,
    },
    {
      name: 'full scalar of not a number',
      inputs: [],
      call: () => full([], Number.NaN, 'float64'),
      reference: () => build('float64', [], () => Number.NaN),
      vmap: false,
    },
    { name: 'zeros empty', inputs: [], call: () => zeros([0, 2]), reference: () => build('float32', [0, 2], () => 0), vmap: false },
    { name: 'ones of bool', inputs: [], call: () => ones([3], 'bool'), reference: () => build('bool', [3], () => 1), vmap: false },
    {
      name: 'zerosLike and onesLike',
      inputs: [{ shape: [4, 5] }],
      call: (x) => add(x, add(zerosLike(x), onesLike(x))),
      reference: elementwise((x) => x + 1),
      alsoIn: ['float64', 'int32'],
    },
    // Infinities, not-a-number and negative zero must stay apart where equal subexpressions are shared.
    {
      name: 'full of infinities, nan and zeros side by side',
      inputs: [],
      call: () => [Infinity, -Infinity, Number.NaN, 0, -0].map((value) => div(full([], 1), full([20], value))),
      reference: () => [0, -0, Number.NaN, Infinity, -Infinity].map((value) => build('float32', [20], () => value)),
      vmap: false,
    },
  ],
  bad: [
    {
      name: 'full of a fraction in integers',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => add(x!, 1.5),
      error: 'DTypeError',
      says: ['1.5', 'int32', 'cast'],
    },
    {
      name: 'full of a negative number in unsigned integers',
      inputs: [],
      call: () => full([2], -1, 'uint32'),
      error: 'DTypeError',
      says: ['-1', 'uint32'],
    },
    { name: 'full of two in booleans', inputs: [], call: () => full([2], 2, 'bool'), error: 'DTypeError', says: ['2', 'bool'] },
  ],
};
