import {
  cast,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  mul,
  notEqual,
  type Tensor,
  where,
} from '../../../src/index.js';
import type { DType } from '../../../src/index.js';
import type { HostArray, InputSpec, OpCase, Suite } from '../case.js';
import { roundTo } from '../host.js';
import { broadcastShape, build, at, elementwise } from '../reference.js';

/** Values that often coincide, so that ties occur. */
const few: InputSpec = { shape: [3, 4], draw: { values: [1, -2, 0, 2.5, 7] } };
const row: InputSpec = { shape: [4], draw: { values: [1, 2.5, -2, Number.NaN] } };
const whole: InputSpec = { shape: [2, 3], dtype: 'int32', draw: { integersBelow: 3 } };
const flags: InputSpec = { shape: [2, 3], dtype: 'bool' };
const moreFlags: InputSpec = { shape: [3], dtype: 'bool', draw: { values: [1, 0, 1] } };

type Compare = (a: number, b: number) => boolean;
const comparison = (name: string, call: (a: Tensor | number, b: Tensor | number) => Tensor, holds: Compare): OpCase[] => {
  const reference = elementwise((a, b) => Number(holds(a!, b!)), 'bool');
  return [
    { name: `${name} with ties and nan`, inputs: [few, row], call, reference, alsoIn: ['float64'], gradient: [] },
    { name: `${name} of integers`, inputs: [whole, whole], call, reference, gradient: [] },
    {
      name: `${name} to a number`,
      inputs: [few],
      call: (x) => call(x, 1),
      reference: elementwise((x) => Number(holds(x!, 1)), 'bool'),
      gradient: [],
    },
    { name: `${name} of nothing`, inputs: [{ shape: [0, 2] }, { shape: [2] }], call, reference, gradient: [] },
  ];
};

const logic = (name: string, call: (a: Tensor, b: Tensor) => Tensor, holds: (a: number, b: number) => number): OpCase => ({
  name,
  inputs: [flags, moreFlags],
  call,
  reference: elementwise(holds as (...x: number[]) => number),
});

const chosen = (condition: HostArray, a: HostArray, b: HostArray): HostArray =>
  build(a.dtype, broadcastShape(condition.shape, a.shape, b.shape), (index) => (at(condition, index) ? at(a, index) : at(b, index)));

const castCase = (from: DType, to: DType, values: readonly number[], convert: (x: number) => number): OpCase => ({
  name: `cast ${from} to ${to}`,
  inputs: [{ shape: [values.length], dtype: from, draw: { values } }],
  call: (x) => cast(x, to),
  reference: (x) => ({ dtype: to, shape: x.shape, data: x.data.map(convert) }),
  // Differences in float64 see the whole tensor converted, not the rounding of the narrower float.
  gradient: [],
});

const floats: readonly DType[] = ['float32', 'float64', 'float16'];
const integers: readonly DType[] = ['int32', 'int64', 'uint32', 'uint64', 'uint8'];
const casts: OpCase[] = [
  ...floats.flatMap((from) => [
    ...floats.map((to) => castCase(from, to, [0, -1.5, 0.1, 1000.123, Infinity, -Infinity, Number.NaN], (x) => roundTo(to, x))),
    ...integers.map((to) => castCase(from, to, [0, 1.9, 2.5, 100.99], Math.trunc)),
    castCase(from, 'bool', [0, 0.25, -3, -0], (x) => Number(x !== 0)),
  ]),
  ...integers.flatMap((from) => [
    ...floats.map((to) => castCase(from, to, [0, 1, 200], (x) => x)),
    ...integers.map((to) => castCase(from, to, [0, 1, 200], (x) => x)),
    castCase(from, 'bool', [0, 1, 200], (x) => Number(x !== 0)),
  ]),
  ...[...floats, ...integers].map((to) => castCase('bool', to, [0, 1], (x) => x)),
  castCase('int32', 'int64', [-1, -(2 ** 31)], (x) => x),
  castCase('float32', 'int32', [-1.9, -2.5], Math.trunc),
  castCase('uint32', 'float64', [2 ** 32 - 1], (x) => x),
];

export const compareSuite: Suite = {
  family: 'compare',
  cases: [
    ...comparison('equal', equal, (a, b) => a === b),
    ...comparison('notEqual', notEqual, (a, b) => a !== b),
    ...comparison('less', less, (a, b) => a < b),
    ...comparison('lessEqual', lessEqual, (a, b) => a <= b),
    ...comparison('greater', greater, (a, b) => a > b),
    ...comparison('greaterEqual', greaterEqual, (a, b) => a >= b),
    { name: 'equal of booleans', inputs: [flags, moreFlags], call: equal, reference: elementwise((a, b) => Number(a === b)) },
    logic('logicalAnd', logicalAnd, (a, b) => a & b),
    logic('logicalOr', logicalOr, (a, b) => a | b),
    logic('logicalXor', logicalXor, (a, b) => a ^ b),
    { name: 'logicalNot', inputs: [flags], call: logicalNot, reference: elementwise((x) => 1 - x!) },
    {
      name: 'where',
      inputs: [{ shape: [2, 3], dtype: 'bool' }, { shape: [2, 3] }, { shape: [2, 3] }],
      call: where,
      reference: chosen,
      alsoIn: ['float64', 'float16'],
    },
    {
      name: 'where broadcasting all three',
      inputs: [{ shape: [3, 1], dtype: 'bool' }, { shape: [2, 1, 1] }, { shape: [4] }],
      call: where,
      reference: chosen,
    },
    {
      name: 'where with a number',
      inputs: [flags, { shape: [2, 3] }],
      call: (c, a) => where(c, a, -1),
      reference: elementwise((c, a) => (c ? a! : -1), 'float32'),
    },
    ...(['int32', 'int64', 'uint32', 'uint64', 'uint8', 'bool'] as const).map(
      (dtype): OpCase => ({
        name: `where of ${dtype}`,
        inputs: [flags, { shape: [2, 3], dtype }, { shape: [3], dtype }],
        call: where,
        reference: chosen,
      }),
    ),
    ...casts,
    {
      name: 'cast within a gradient',
      inputs: [{ shape: [3], draw: 'positive' }],
      call: (x) => mul(cast(cast(mul(x, x), 'float64'), x.dtype), x),
      reference: elementwise((x) => x! ** 3),
    },
  ],
  bad: [
    {
      name: 'where of a condition that is no bool',
      inputs: [whole, few, few],
      call: (c, a, b) => where(c!, a!, b!),
      error: 'DTypeError',
      says: ['int32', 'notEqual'],
    },
    {
      name: 'where of two dtypes',
      inputs: [flags, whole, { shape: [3] }],
      call: (c, a, b) => where(c!, a!, b!),
      error: 'DTypeError',
      says: ['int32', 'float32'],
    },
    {
      name: 'where of shapes that do not broadcast',
      inputs: [flags, { shape: [4] }, { shape: [4] }],
      call: (c, a, b) => where(c!, a!, b!),
      error: 'ShapeError',
      says: ['[2, 3]', '[4]'],
    },
    { name: 'less of booleans', inputs: [flags, flags], call: (a, b) => less(a!, b!), error: 'DTypeError', says: ['bool'] },
    {
      name: 'logicalAnd of numbers',
      inputs: [few, few],
      call: (a, b) => logicalAnd(a!, b!),
      error: 'DTypeError',
      says: ['float32', 'bool'],
    },
  ],
};
