import { expandDims, flattenElements, mul, moveAxis, reshape, squeeze, stopGradient, swapAxes, transpose } from '../../../src/index.js';
import type { HostArray, InputSpec, Suite } from '../case.js';
import { at, build } from '../reference.js';

const cube: InputSpec = { shape: [2, 3, 4] };
const ofShape =
  (shape: readonly number[]) =>
  (x: HostArray): HostArray => ({ ...x, shape });
/** Axis i of the result is axis order[i] of x. */
const permuted =
  (order: readonly number[]) =>
  (x: HostArray): HostArray =>
    build(
      x.dtype,
      order.map((axis) => x.shape[axis]!),
      (index) =>
        at(
          x,
          order.map((_, axis) => index[order.indexOf(axis)]!),
        ),
    );

export const structure: Suite = {
  family: 'structure',
  cases: [
    {
      name: 'reshape',
      inputs: [cube],
      call: (x) => reshape(x, [4, 6]),
      reference: ofShape([4, 6]),
      alsoIn: ['float64', 'float16', 'int32', 'bool', 'uint8'],
    },
    { name: 'reshape with what is left', inputs: [cube], call: (x) => reshape(x, [3, -1]), reference: ofShape([3, 8]) },
    { name: 'reshape of nothing', inputs: [{ shape: [0, 3] }], call: (x) => reshape(x, [3, 0, 2]), reference: ofShape([3, 0, 2]) },
    { name: 'reshape to a scalar', inputs: [{ shape: [1, 1] }], call: (x) => reshape(x, []), reference: ofShape([]) },
    {
      name: 'transpose reversing',
      inputs: [cube],
      call: (x) => transpose(x),
      reference: permuted([2, 1, 0]),
      alsoIn: ['float64', 'float16', 'int64', 'bool'],
    },
    { name: 'transpose by a cycle', inputs: [cube], call: (x) => transpose(x, [1, -1, 0]), reference: permuted([1, 2, 0]) },
    { name: 'swapAxes', inputs: [cube], call: (x) => swapAxes(x, 0, -1), reference: permuted([2, 1, 0]) },
    { name: 'moveAxis to the end', inputs: [cube], call: (x) => moveAxis(x, 0, -1), reference: permuted([1, 2, 0]) },
    { name: 'moveAxis to the front', inputs: [cube], call: (x) => moveAxis(x, -1, 0), reference: permuted([2, 0, 1]) },
    { name: 'expandDims at the end', inputs: [cube], call: (x) => expandDims(x, -1), reference: ofShape([2, 3, 4, 1]) },
    { name: 'expandDims of a scalar', inputs: [{ shape: [] }], call: (x) => expandDims(x, 0), reference: ofShape([1]) },
    { name: 'squeeze all', inputs: [{ shape: [1, 3, 1] }], call: (x) => squeeze(x), reference: ofShape([3]), alsoIn: ['float64'] },
    { name: 'squeeze one', inputs: [{ shape: [1, 3, 1] }], call: (x) => squeeze(x, -1), reference: ofShape([1, 3]) },
    { name: 'flattenElements', inputs: [cube], call: flattenElements, reference: ofShape([24]) },
    // d/dx of x · stop(x) is x, not 2x, so differences (which see through the stop) cannot check it: see vjp tests.
    {
      name: 'stopGradient',
      inputs: [cube],
      call: (x) => mul(x, stopGradient(x)),
      reference: (x) => ({ ...x, data: x.data.map((v) => v * v) }),
      gradient: [],
    },
  ],
  bad: [
    {
      name: 'reshape to another size',
      inputs: [cube],
      call: (x) => reshape(x!, [5, 5]),
      error: 'ShapeError',
      says: ['[2, 3, 4]', '24', '[5, 5]'],
    },
    { name: 'reshape with two unknown sizes', inputs: [cube], call: (x) => reshape(x!, [-1, -1]), error: 'ShapeError', says: ['[-1, -1]'] },
    {
      name: 'transpose by no permutation',
      inputs: [cube],
      call: (x) => transpose(x!, [0, 1, 1]),
      error: 'ShapeError',
      says: ['[0, 1, 1]', '3 axes'],
    },
    { name: 'swapAxes outside', inputs: [cube], call: (x) => swapAxes(x!, 0, 5), error: 'ShapeError', says: ['axis 5'] },
    {
      name: 'squeeze of an axis larger than 1',
      inputs: [cube],
      call: (x) => squeeze(x!, 1),
      error: 'ShapeError',
      says: ['size 3', 'expected 1'],
    },
  ],
};
