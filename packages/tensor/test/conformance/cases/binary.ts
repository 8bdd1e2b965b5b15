import { fmod, maximum, minimum, mod, pow } from '../../../src/index.js';
import type { InputSpec, Suite } from '../case.js';
import { elementwise } from '../reference.js';

const positive: InputSpec = { shape: [2, 3], draw: 'positive' };
const column: InputSpec = { shape: [2, 1] };
const distinct: InputSpec = { shape: [2, 3], draw: 'distinct' };
/** Lies between the elements of `distinct`, which are multiples of a quarter plus less than 0.07. */
const between: InputSpec = { shape: [2, 1], draw: { values: [0.15, -0.1] } };
const edges: InputSpec = { shape: [4], draw: { values: [1, Number.NaN, 2, -Infinity] } };
const otherEdges: InputSpec = { shape: [4], draw: { values: [Number.NaN, 1, 2, Infinity] } };
const dividends: InputSpec = { shape: [4], draw: { values: [5.3, -5.3, 5.3, -5.3] } };
const divisors: InputSpec = { shape: [4], draw: { values: [2, 2, -2, -2] } };
const wholeDividends: InputSpec = { shape: [5], dtype: 'int32', draw: { values: [7, -7, 7, -7, 6] } };
const wholeDivisors: InputSpec = { shape: [5], dtype: 'int32', draw: { values: [3, 3, -3, -3, 3] } };

const floored = (a: number, b: number) => a - b * Math.floor(a / b);

export const binarySuite: Suite = {
  family: 'binary',
  cases: [
    {
      name: 'maximum',
      inputs: [distinct, between],
      call: maximum,
      reference: elementwise((a, b) => Math.max(a, b)),
      alsoIn: ['float64', 'float16'],
    },
    {
      name: 'minimum',
      inputs: [distinct, between],
      call: minimum,
      reference: elementwise((a, b) => Math.min(a, b)),
      alsoIn: ['float64', 'float16'],
    },
    {
      name: 'maximum with nan',
      inputs: [edges, otherEdges],
      call: maximum,
      reference: elementwise((a, b) => Math.max(a, b)),
      alsoIn: ['float64'],
      gradient: [],
    },
    {
      name: 'minimum with nan',
      inputs: [edges, otherEdges],
      call: minimum,
      reference: elementwise((a, b) => Math.min(a, b)),
      alsoIn: ['float64'],
      gradient: [],
    },
    // Differences at a tie see half of each side's slope, which is the rule at ties.
    {
      name: 'maximum at ties',
      inputs: [
        { shape: [3], draw: { values: [1, 2, 3] } },
        { shape: [3], draw: { values: [1, 2, 3] } },
      ],
      call: maximum,
      reference: elementwise((a, b) => Math.max(a, b)),
      secondGradient: false,
    },
    {
      name: 'minimum at ties',
      inputs: [
        { shape: [3], draw: { values: [1, 2, 3] } },
        { shape: [3], draw: { values: [1, 2, 3] } },
      ],
      call: minimum,
      reference: elementwise((a, b) => Math.min(a, b)),
      secondGradient: false,
    },
    ...(['int32', 'int64', 'uint32', 'uint64', 'uint8'] as const).flatMap((dtype) => [
      {
        name: `maximum of ${dtype}`,
        inputs: [
          { shape: [3, 2], dtype },
          { shape: [2], dtype },
        ],
        call: maximum,
        reference: elementwise((a, b) => Math.max(a, b)),
      },
      {
        name: `minimum of ${dtype}`,
        inputs: [
          { shape: [3, 2], dtype },
          { shape: [2], dtype },
        ],
        call: minimum,
        reference: elementwise((a, b) => Math.min(a, b)),
      },
    ]),
    { name: 'pow', inputs: [positive, column], call: pow, reference: elementwise((a, b) => a ** b), alsoIn: ['float64', 'float16'] },
    ...[0, 1, 2, 3, 0.5, -1, -0.5, 2.5].map((b) => ({
      name: `pow to the number ${b}`,
      inputs: [positive],
      call: (a: Parameters<typeof pow>[0]) => pow(a, b),
      reference: elementwise((a) => a ** b),
      alsoIn: ['float64'] as const,
    })),
    { name: 'pow of a number', inputs: [column], call: (b) => pow(3, b), reference: elementwise((b) => 3 ** b) },
    {
      name: 'pow of integers',
      inputs: [wholeDividends, { shape: [5], dtype: 'int32', draw: { integersBelow: 4 } }],
      call: pow,
      reference: elementwise((a, b) => a ** b),
    },
    {
      name: 'pow of negatives to whole numbers',
      inputs: [
        { shape: [4], draw: { values: [-2, -0.5, -1.5, -3] } },
        { shape: [4], draw: { values: [2, 3, -1, 4] } },
      ],
      call: pow,
      reference: elementwise((a, b) => a ** b),
      gradient: [0],
    },
    {
      name: 'pow of zero to whole numbers',
      inputs: [
        { shape: [4], draw: { values: [0, 0, 0, 0] } },
        { shape: [4], draw: { values: [0, 1, 2, 3] } },
      ],
      call: pow,
      reference: elementwise((a, b) => a ** b),
      gradient: [0],
      secondGradient: false,
    },
    { name: 'mod', inputs: [dividends, divisors], call: mod, reference: elementwise(floored), alsoIn: ['float64'] },
    {
      name: 'mod broadcasting',
      inputs: [distinct, { shape: [2, 1], draw: { values: [0.9, -1.1] } }],
      call: mod,
      reference: elementwise(floored),
      alsoIn: ['float64'],
    },
    { name: 'mod of integers', inputs: [wholeDividends, wholeDivisors], call: mod, reference: elementwise(floored) },
    { name: 'fmod', inputs: [dividends, divisors], call: fmod, reference: elementwise((a, b) => a % b), alsoIn: ['float64'] },
    { name: 'fmod of integers', inputs: [wholeDividends, wholeDivisors], call: fmod, reference: elementwise((a, b) => a % b) },
  ],
  bad: [
    {
      name: 'maximum of two dtypes',
      inputs: [positive, wholeDividends],
      call: (a, b) => maximum(a!, b!),
      error: 'DTypeError',
      says: ['float32', 'int32'],
    },
    {
      name: 'pow of unsigned integers',
      inputs: [
        { shape: [2], dtype: 'uint8' },
        { shape: [2], dtype: 'uint8' },
      ],
      call: (a, b) => pow(a!, b!),
      error: 'DTypeError',
      says: ['uint8'],
    },
    {
      name: 'mod of shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      call: (a, b) => mod(a!, b!),
      error: 'ShapeError',
      says: ['[2]', '[3]'],
    },
  ],
};
