import { add, full, ones, onesLike, zeros, zerosLike } from '../../../src/index.js';
import type { Suite } from '../case.js';
import { build, elementwise } from '../reference.js';

export const fullSuite: Suite = {
  family: 'full',
  cases: [
    { name: 'full small', inputs: [], call: () => full([2, 3], 2.5), reference: () => build('float32', [2, 3], () => 2.5), vmap: false },
    { name: 'full large', inputs: [], call: () => full([5, 7], -1, 'int64'), reference: () => build('int64', [5, 7], () => -1), vmap: false },
    { name: 'full scalar of not a number', inputs: [], call: () => full([], Number.NaN, 'float64'), reference: () => build('float64', [], () => Number.NaN), vmap: false },
    { name: 'zeros empty', inputs: [], call: () => zeros([0, 2]), reference: () => build('float32', [0, 2], () => 0), vmap: false },
    { name: 'ones of bool', inputs: [], call: () => ones([3], 'bool'), reference: () => build('bool', [3], () => 1), vmap: false },
    { name: 'zerosLike and onesLike', inputs: [{ shape: [4, 5] }], call: (x) => add(x, add(zerosLike(x), onesLike(x))), reference: elementwise((x) => x + 1), alsoIn: ['float64', 'int32'] },
  ],
  bad: [],
};
