import { einsum } from '../../../src/index.js';
import type { HostArray, InputSpec, OpCase, Suite } from '../case.js';
import { einsumByLoops } from '../../einsum-reference.js';

const contraction = (equation: string, ...shapes: (readonly number[])[]): OpCase => ({
  name: `einsum ${equation}`,
  inputs: shapes.map((shape): InputSpec => ({ shape })),
  call: (...xs) => einsum(equation, ...xs),
  reference: (...xs: HostArray[]) => einsumByLoops(equation, xs),
});

const matrix: InputSpec = { shape: [2, 3] };

export const einsumSuite: Suite = {
  family: 'einsum',
  cases: [
    { ...contraction('ij,jk->ik', [2, 3], [3, 4]), alsoIn: ['float64'] },
    contraction('ij->ji', [2, 3]),
    contraction('ij->', [2, 3]),
    contraction('ii->i', [3, 3]),
    contraction('iij,jkk->ik', [2, 2, 3], [3, 2, 2]),
    contraction('i,i', [3], [3]),
    contraction('i,j->ji', [2], [3]),
    contraction('bqhd,bkhd->bhqk', [2, 3, 2, 4], [2, 5, 2, 4]),
    contraction('bi,bi->b', [4, 3], [4, 3]),
    contraction('...ij,...jk->...ik', [2, 1, 2, 3], [4, 3, 2]),
    contraction('i...,i...->...', [2, 3], [2, 1]),
    contraction('ab,bc,cd,da->', [2, 3], [3, 2], [2, 3], [3, 2]),
    contraction('i,ij->j', [1], [3, 2]),
    contraction('ij,jk->ik', [2, 0], [0, 3]),
    contraction(',i->i', [], [3]),
  ],
  bad: [
    {
      name: 'einsum of too few labels',
      inputs: [matrix],
      call: (x) => einsum('i->i', x!),
      error: 'ShapeError',
      says: ['"i->i"', '1 labels', '[2, 3]'],
    },
    {
      name: 'einsum of too many operands',
      inputs: [matrix, matrix],
      call: (x, y) => einsum('ij->ij', x!, y!),
      error: 'ShapeError',
      says: ['1 operands', 'given 2'],
    },
    {
      name: 'einsum of sizes that differ',
      inputs: [matrix, matrix],
      call: (x, y) => einsum('ij,jk->ik', x!, y!),
      error: 'ShapeError',
      says: ['"j"', '3 and 2', '[2, 3]'],
    },
    {
      name: 'einsum to an unknown label',
      inputs: [matrix],
      call: (x) => einsum('ij->ik', x!),
      error: 'ShapeError',
      says: ['"k"', 'no operand'],
    },
    { name: 'einsum to a label twice', inputs: [matrix], call: (x) => einsum('ij->ii', x!), error: 'ShapeError', says: ['"i" twice'] },
    { name: 'einsum by strange labels', inputs: [matrix], call: (x) => einsum('i1->i', x!), error: 'ShapeError', says: ['"1"'] },
    { name: 'einsum by two arrows', inputs: [matrix], call: (x) => einsum('ij->i->', x!), error: 'ShapeError', says: ['more than one'] },
    { name: 'einsum by stray dots', inputs: [matrix], call: (x) => einsum('.ij->ij', x!), error: 'ShapeError', says: ['dots'] },
    {
      name: 'einsum that loses its ellipsis',
      inputs: [matrix],
      call: (x) => einsum('...j->j', x!),
      error: 'ShapeError',
      says: ['ellipsis'],
    },
    {
      name: 'einsum of other dtypes',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'float64' }],
      call: (x, y) => einsum('i,i', x!, y!),
      error: 'DTypeError',
      says: ['float32 and float64'],
    },
    { name: 'einsum of nothing', inputs: [], call: () => einsum(''), error: 'ShapeError', says: ['none'] },
  ],
};
