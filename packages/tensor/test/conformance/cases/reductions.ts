import {
  all,
  any,
  argmax,
  argmin,
  cumsum,
  logsumexp,
  max,
  mean,
  min,
  norm,
  prod,
  std,
  type ReduceOptions,
  sum,
  type Tensor,
  variance,
} from '../../../src/index.js';
import type { DType } from '../../../src/index.js';
import type { Draw, InputSpec, OpCase, Suite } from '../case.js';
import { alongAxis, reduce, sumOf } from '../reference.js';

const cube = (draw: Draw): InputSpec => ({ shape: [2, 3, 4], draw });

type Reduce = (x: Tensor, axes?: number | readonly number[], options?: ReduceOptions) => Tensor;

interface Details {
  readonly draw?: Draw;
  readonly alsoIn?: readonly DType[];
  readonly more?: Partial<OpCase>;
}

/** Every way of naming axes, for one reduction. */
const everyWay = (
  name: string,
  call: Reduce,
  f: (x: number[]) => number,
  { draw = 'normal', alsoIn = ['float64', 'float16'], more = {} }: Details = {},
): OpCase[] => [
  {
    name: `${name} of everything`,
    inputs: [cube(draw)],
    call: (x) => call(x),
    reference: (x) => reduce(x, [0, 1, 2], false, f),
    alsoIn,
    ...more,
  },
  {
    name: `${name} over the middle axis`,
    inputs: [cube(draw)],
    call: (x) => call(x, 1),
    reference: (x) => reduce(x, [1], false, f),
    ...more,
  },
  {
    name: `${name} over two axes, keepDims`,
    inputs: [cube(draw)],
    call: (x) => call(x, [-1, 0], { keepDims: true }),
    reference: (x) => reduce(x, [0, 2], true, f),
    ...more,
  },
  {
    name: `${name} over no axis`,
    inputs: [{ shape: [2, 3], draw }],
    call: (x) => call(x, []),
    reference: (x) => reduce(x, [], false, f),
    ...more,
  },
  { name: `${name} of a scalar`, inputs: [{ shape: [], draw }], call: (x) => call(x), reference: (x) => reduce(x, [], false, f), ...more },
  {
    name: `${name} with no rows`,
    inputs: [{ shape: [0, 3], draw }],
    call: (x) => call(x, 1),
    reference: (x) => reduce(x, [1], false, f),
    ...more,
  },
];

const ofIntegers = (name: string, call: (x: Tensor) => Tensor, f: (x: number[]) => number, dtypes: readonly DType[]): OpCase[] =>
  dtypes.map((dtype) => ({
    name: `${name} of ${dtype}`,
    inputs: [{ shape: [3, 2], dtype, draw: { values: [5, 3, 7, 7, 2, 200] } }],
    call,
    reference: (x) => reduce(x, [0], false, f),
  }));

const product = (x: number[]) => x.reduce((p, v) => p * v, 1);
const average = (x: number[]) => sumOf(x) / x.length;
const squaredDeviation = (x: number[]) => sumOf(x.map((v) => (v - average(x)) ** 2));
const logSumExp = (x: number[]) => {
  const top = Math.max(...x);
  return top === -Infinity ? top : top + Math.log(sumOf(x.map((v) => Math.exp(v - top))));
};
const first = (x: number[], best: (...x: number[]) => number) => x.indexOf(best(...x));
const arg = (best: (...x: number[]) => number) => (x: number[]) => first(x, best);
const ofNothing = (name: string, call: (x: Tensor) => Tensor, value: number, dtype: DType = 'float32'): OpCase => ({
  name: `${name} over an empty axis`,
  inputs: [{ shape: [2, 0], dtype }],
  call,
  reference: () => ({ dtype, shape: [2], data: [value, value] }),
});
const minusInfinities: InputSpec = {
  shape: [3, 3],
  draw: { values: [-Infinity, -Infinity, -Infinity, 1000, 1000, -Infinity, -1000, -1001, -1002] },
};
const withZeros: InputSpec = { shape: [4, 3], draw: { values: [2, -3, 0.5, 0, 3, 1.5, 0, 2, 0, 0, 0, 0] } };
const vectors: InputSpec = { shape: [2, 3], draw: { values: [3, -4, 1, 0, 0, 0] } };
/** Axis sums of ones before and after position i. */
const scan = (line: number[], terms: (i: number) => number[]) => line.map((_, i) => sumOf(terms(i)));

export const reductionsSuite: Suite = {
  family: 'reductions',
  cases: [
    ...everyWay('mean', mean, average),
    ...everyWay('max', max, (x) => Math.max(...x), { draw: 'distinct' }),
    ...everyWay('min', min, (x) => Math.min(...x), { draw: 'distinct' }),
    ...everyWay('prod', prod, product, { draw: 'positive' }),
    ...everyWay('logsumexp', logsumexp, logSumExp),
    ...everyWay('variance', variance, (x) => squaredDeviation(x) / x.length),
    // The root has no second derivative where the deviation is 0, as that of a single element is.
    ...everyWay('std', std, (x) => Math.sqrt(squaredDeviation(x) / x.length), { more: { secondGradient: false } }),
    ...everyWay('norm', norm, (x) => Math.sqrt(sumOf(x.map((v) => v * v)))),
    ...everyWay(
      'norm of order 1',
      (x, axes, options) => norm(x, axes, { ...options, order: 1 }),
      (x) => sumOf(x.map(Math.abs)),
      { draw: 'distinct' },
    ),
    ...everyWay(
      'norm of order infinity',
      (x, axes, options) => norm(x, axes, { ...options, order: Infinity }),
      (x) => Math.max(...x.map(Math.abs)),
      { draw: { values: [0.5, -2, 3, 1, -4.5, 2.5, 5.5, -6.25] }, more: { gradient: [] } },
    ),
    ofNothing('mean', (x) => mean(x, 1), Number.NaN),
    ofNothing('prod', (x) => prod(x, 1), 1),
    ofNothing('logsumexp', (x) => logsumexp(x, 1), -Infinity),
    ofNothing('variance', (x) => variance(x, 1), Number.NaN),
    ofNothing('norm', (x) => norm(x, 1), 0),
    ofNothing('any', (x) => any(x, 1), 0, 'bool'),
    ofNothing('all', (x) => all(x, 1), 1, 'bool'),
    ...ofIntegers(
      'sum',
      (x) => sum(x, 0),
      (x) => sumOf(x),
      ['int32', 'int64', 'uint32', 'uint64'],
    ),
    ...ofIntegers(
      'max',
      (x) => max(x, 0),
      (x) => Math.max(...x),
      ['int32', 'int64', 'uint32', 'uint8'],
    ),
    ...ofIntegers(
      'min',
      (x) => min(x, 0),
      (x) => Math.min(...x),
      ['int32', 'int64', 'uint32', 'uint8'],
    ),
    ...ofIntegers('prod', (x) => prod(x, 0), product, ['int32', 'int64', 'uint32', 'uint64']),
    {
      name: 'max of unsigned integers above 2³¹',
      inputs: [{ shape: [3], dtype: 'uint32', draw: { values: [1, 2 ** 32 - 1, 2 ** 31] } }],
      call: (x) => max(x),
      reference: (x) => reduce(x, [0], false, (v) => Math.max(...v)),
    },
    {
      name: 'max with infinities',
      inputs: [minusInfinities],
      call: (x) => max(x, 1),
      reference: (x) => reduce(x, [1], false, (v) => Math.max(...v)),
      gradient: [],
    },
    {
      name: 'logsumexp of −∞ and large numbers',
      inputs: [minusInfinities],
      call: (x) => logsumexp(x, -1),
      reference: (x) => reduce(x, [1], false, logSumExp),
      alsoIn: ['float64'],
      gradient: [],
    },
    { name: 'prod with zeros', inputs: [withZeros], call: (x) => prod(x, 1), reference: (x) => reduce(x, [1], false, product) },
    {
      name: 'variance with a correction',
      inputs: [cube('normal')],
      call: (x) => variance(x, 2, { correction: 1 }),
      reference: (x) => reduce(x, [2], false, (v) => squaredDeviation(v) / (v.length - 1)),
      alsoIn: ['float64'],
    },
    {
      name: 'std with a correction',
      inputs: [cube('normal')],
      call: (x) => std(x, [0, 1], { correction: 1 }),
      reference: (x) => reduce(x, [0, 1], false, (v) => Math.sqrt(squaredDeviation(v) / (v.length - 1))),
      alsoIn: ['float64'],
    },
    // The mean of a million shifted numbers is what one pass would lose.
    {
      name: 'variance around a large mean',
      inputs: [{ shape: [2, 4], draw: { values: [10001, 10002, 10003, 10004] } }],
      call: (x) => variance(x, 1),
      reference: (x) => reduce(x, [1], false, () => 1.25),
      gradient: [],
    },
    {
      name: 'norm of a vector of zeros',
      inputs: [vectors],
      call: (x) => norm(x, 1),
      reference: (x) => reduce(x, [1], false, (v) => Math.hypot(...v)),
      gradient: [],
    },
    {
      name: 'argmax along an axis',
      inputs: [{ shape: [2, 4], draw: { values: [1, 5, 5, -2, 0, 0, -1, 0] } }],
      call: (x) => argmax(x, 1),
      reference: (x) => reduce(x, [1], false, arg(Math.max), 'int64'),
      alsoIn: ['float64'],
      gradient: [],
    },
    {
      name: 'argmax, keepDims',
      inputs: [cube('distinct')],
      call: (x) => argmax(x, -2, { keepDims: true }),
      reference: (x) => reduce(x, [1], true, arg(Math.max), 'int64'),
      gradient: [],
    },
    {
      name: 'argmax of everything',
      inputs: [cube('distinct')],
      call: (x) => argmax(x),
      reference: (x) => reduce(x, [0, 1, 2], false, arg(Math.max), 'int64'),
      gradient: [],
    },
    {
      name: 'argmin along an axis',
      inputs: [cube('distinct')],
      call: (x) => argmin(x, 0),
      reference: (x) => reduce(x, [0], false, arg(Math.min), 'int64'),
      gradient: [],
    },
    {
      name: 'argmin of unsigned integers',
      inputs: [{ shape: [3], dtype: 'uint32', draw: { values: [2 ** 32 - 1, 4, 9] } }],
      call: (x) => argmin(x, 0),
      reference: (x) => reduce(x, [0], false, arg(Math.min), 'int64'),
    },
    {
      name: 'argmax with no rows',
      inputs: [{ shape: [0, 3] }],
      call: (x) => argmax(x, 1),
      reference: () => ({ dtype: 'int64', shape: [0], data: [] }),
      gradient: [],
    },
    {
      name: 'any',
      inputs: [{ shape: [3, 2], dtype: 'bool', draw: { values: [0, 0, 1, 0, 1, 1] } }],
      call: (x) => any(x, 1),
      reference: (x) => reduce(x, [1], false, (v) => Math.max(...v)),
    },
    {
      name: 'all, keepDims',
      inputs: [{ shape: [3, 2], dtype: 'bool', draw: { values: [0, 0, 1, 0, 1, 1] } }],
      call: (x) => all(x, [1], { keepDims: true }),
      reference: (x) => reduce(x, [1], true, (v) => Math.min(...v)),
    },
    {
      name: 'any of everything',
      inputs: [{ shape: [3, 2], dtype: 'bool' }],
      call: (x) => any(x),
      reference: (x) => reduce(x, [0, 1], false, (v) => Math.max(...v)),
    },
    {
      name: 'cumsum',
      inputs: [cube('normal')],
      call: (x) => cumsum(x, 1),
      reference: (x) => alongAxis(x, 1, (l) => scan(l, (i) => l.slice(0, i + 1))),
      alsoIn: ['float64', 'float16'],
    },
    {
      name: 'cumsum in reverse',
      inputs: [cube('normal')],
      call: (x) => cumsum(x, -1, { reverse: true }),
      reference: (x) => alongAxis(x, 2, (l) => scan(l, (i) => l.slice(i))),
    },
    {
      name: 'cumsum exclusive',
      inputs: [cube('normal')],
      call: (x) => cumsum(x, 0, { exclusive: true }),
      reference: (x) => alongAxis(x, 0, (l) => scan(l, (i) => l.slice(0, i))),
    },
    {
      name: 'cumsum exclusive in reverse',
      inputs: [cube('normal')],
      call: (x) => cumsum(x, 2, { exclusive: true, reverse: true }),
      reference: (x) => alongAxis(x, 2, (l) => scan(l, (i) => l.slice(i + 1))),
    },
    ...(['int32', 'int64', 'uint32', 'uint64'] as const).map(
      (dtype): OpCase => ({
        name: `cumsum of ${dtype}`,
        inputs: [{ shape: [5], dtype }],
        call: (x) => cumsum(x, 0),
        reference: (x) => alongAxis(x, 0, (l) => scan(l, (i) => l.slice(0, i + 1))),
      }),
    ),
    { name: 'cumsum of nothing', inputs: [{ shape: [2, 0] }], call: (x) => cumsum(x, 1), reference: (x) => x },
  ],
  bad: [
    {
      name: 'mean of integers',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => mean(x!),
      error: 'DTypeError',
      says: ['int32', 'cast'],
    },
    {
      name: 'max over an empty axis',
      inputs: [{ shape: [2, 0] }],
      call: (x) => max(x!, 1),
      error: 'ShapeError',
      says: ['[2, 0]', 'at least one'],
    },
    {
      name: 'argmax over an empty axis',
      inputs: [{ shape: [0] }],
      call: (x) => argmax(x!, 0),
      error: 'ShapeError',
      says: ['[0]', 'at least one'],
    },
    {
      name: 'logsumexp over an axis there is not',
      inputs: [cube('normal')],
      call: (x) => logsumexp(x!, 3),
      error: 'ShapeError',
      says: ['axis 3', 'rank 3'],
    },
    { name: 'any of numbers', inputs: [cube('normal')], call: (x) => any(x!), error: 'DTypeError', says: ['bool', 'float32'] },
    {
      name: 'norm of another order',
      inputs: [cube('normal')],
      call: (x) => norm(x!, 1, { order: 3 as 2 }),
      error: 'UnsupportedError',
      says: ['3', '1, 2 or Infinity'],
    },
    {
      name: 'cumsum over an axis there is not',
      inputs: [cube('normal')],
      call: (x) => cumsum(x!, -4),
      error: 'ShapeError',
      says: ['axis -4'],
    },
    {
      name: 'variance of integers',
      inputs: [{ shape: [2], dtype: 'int64' }],
      call: (x) => variance(x!),
      error: 'DTypeError',
      says: ['int64'],
    },
  ],
};
