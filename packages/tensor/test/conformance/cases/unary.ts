import * as engine from '../../../src/index.js';
import type { DType, Tensor } from '../../../src/index.js';
import type { Draw, InputSpec, OpCase, Suite } from '../case.js';
import { roundHalfToEven } from '../host.js';
import { elementwise } from '../reference.js';

const { clip, elu, leakyRelu } = engine;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** erf by 2x/√π e^(−x²) Σ (2x²)ⁿ/(2n + 1)!!, all of whose terms are positive. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = 1;
  let series = 1;
  for (let n = 1; term > 1e-17 * series; n++) series += term *= (2 * x * x) / (2 * n + 1);
  return ((2 * x) / Math.sqrt(Math.PI)) * Math.exp(-x * x) * series;
}

/** The root of erf(y) = x by bisection. */
function erfInv(x: number): number {
  if (Math.abs(x) === 1) return x * Infinity;
  let [low, high] = [-6, 6];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (erf(middle) < x) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

interface Details {
  readonly draw?: Draw;
  /** Arguments at the edges of the domain, where only the value is checked. */
  readonly edges: readonly number[];
  readonly alsoIn?: readonly DType[];
}

const floatTypes: readonly DType[] = ['float64', 'float16'];

const realFunction = (
  name: string,
  call: (x: Tensor) => Tensor,
  f: (x: number) => number,
  { draw = 'normal', edges, alsoIn = floatTypes }: Details,
  result?: DType,
): OpCase[] => {
  const input: InputSpec = { shape: [3, 5], draw };
  const reference = elementwise((x) => f(x!), result);
  return [
    { name, inputs: [input], call, reference, alsoIn },
    {
      name: `${name} at edges`,
      inputs: [{ shape: [edges.length], draw: { values: edges } }],
      call,
      reference,
      alsoIn: ['float64'],
      gradient: [],
    },
    { name: `${name} of a scalar`, inputs: [{ shape: [], draw }], call, reference },
    { name: `${name} of nothing`, inputs: [{ shape: [2, 0], draw }], call, reference },
  ];
};

const all = [0, Infinity, -Infinity, Number.NaN];
const fractions: Draw = { values: [-1.7, -0.3, 0.2, 0.8, 1.4, 2.6, -2.2] };

const ofIntegers = (name: string, call: (x: Tensor) => Tensor, f: (x: number) => number, dtypes: readonly DType[]): OpCase[] =>
  dtypes.map((dtype) => ({
    name: `${name} of ${dtype}`,
    inputs: [{ shape: [6], dtype, draw: { values: dtype.startsWith('int') ? [-3, -1, 0, 1, 2, 9] : [0, 1, 2, 3, 9, 5] } }],
    call,
    reference: elementwise((x) => f(x!)),
  }));

export const unarySuite: Suite = {
  family: 'unary',
  cases: [
    ...realFunction('exp', engine.exp, Math.exp, { edges: [...all, 1e-8, -50] }),
    ...realFunction('log', engine.log, Math.log, { draw: 'positive', edges: [...all, -1, 1, 1e-30, 1e30] }),
    ...realFunction('log1p', engine.log1p, Math.log1p, { draw: 'unit', edges: [...all, -1, -2, 1e-9, -1e-9, 1e-4, 1e5, 1e30] }),
    ...realFunction('expm1', engine.expm1, Math.expm1, { edges: [...all, 1e-9, -1e-9, 1e-4, -20, 20] }),
    ...realFunction('sqrt', engine.sqrt, Math.sqrt, { draw: 'positive', edges: [...all, -1, 1e-30] }),
    ...realFunction('rsqrt', engine.rsqrt, (x) => 1 / Math.sqrt(x), { draw: 'positive', edges: [...all, -1, 4] }),
    ...realFunction('square', engine.square, (x) => x * x, { edges: all }),
    ...realFunction('reciprocal', engine.reciprocal, (x) => 1 / x, { draw: 'positive', edges: [...all, -4] }),
    ...realFunction('abs', engine.abs, Math.abs, { draw: 'distinct', edges: all }),
    ...ofIntegers('abs', engine.abs, Math.abs, ['int32', 'int64', 'uint8']),
    ...realFunction('sign', engine.sign, Math.sign, { draw: 'distinct', edges: [0, Infinity, -Infinity] }),
    ...ofIntegers('sign', engine.sign, Math.sign, ['int32', 'int64']),
    ...realFunction('floor', engine.floor, Math.floor, { draw: fractions, edges: all }),
    ...realFunction('ceil', engine.ceil, Math.ceil, { draw: fractions, edges: all }),
    ...realFunction('round', engine.round, roundHalfToEven, { draw: fractions, edges: [0.5, 1.5, 2.5, -0.5, -1.5, Number.NaN] }),
    ...realFunction('tanh', engine.tanh, Math.tanh, { edges: [...all, 1e-6, 20, -20] }),
    ...realFunction('sigmoid', engine.sigmoid, sigmoid, { edges: [...all, 30, -30] }),
    ...realFunction('softplus', engine.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), {
      edges: [0, Infinity, -Infinity, 100, -100],
    }),
    ...realFunction('erf', engine.erf, erf, { edges: [...all, 1e-10, 0.999, 1.001, 3, -4, 5.9, 6.1, 40] }),
    ...realFunction('erfInv', engine.erfInv, erfInv, { draw: { values: [0.001, -0.2, 0.4, -0.6, 0.8, -0.95] }, edges: [0, 1, -1] }),
    ...realFunction('sin', engine.sin, Math.sin, { edges: [0, Infinity, Number.NaN, 10] }),
    ...realFunction('cos', engine.cos, Math.cos, { edges: [0, Infinity, Number.NaN, 10] }),
    ...realFunction('tan', engine.tan, Math.tan, { draw: 'unit', edges: [0, Infinity, Number.NaN, 10] }),
    ...realFunction('relu', engine.relu, (x) => Math.max(x, 0), { draw: 'distinct', edges: [0, -0, Infinity, -Infinity] }),
    ...realFunction(
      'leakyRelu',
      (x) => leakyRelu(x),
      (x) => (x > 0 ? x : 0.01 * x),
      { draw: 'distinct', edges: [0, Infinity] },
    ),
    ...realFunction(
      'leakyRelu with slope 3',
      (x) => leakyRelu(x, 3),
      (x) => (x > 0 ? x : 3 * x),
      { draw: 'distinct', edges: [0, -1] },
    ),
    ...realFunction(
      'elu',
      (x) => elu(x),
      (x) => (x > 0 ? x : Math.expm1(x)),
      { draw: 'distinct', edges: [0, -Infinity, Infinity, 1000] },
    ),
    ...realFunction(
      'elu with alpha 0.5',
      (x) => elu(x, 0.5),
      (x) => (x > 0 ? x : 0.5 * Math.expm1(x)),
      { draw: 'distinct', edges: [-3] },
    ),
    ...realFunction('silu', engine.silu, (x) => x * sigmoid(x), { edges: [0, 30, -30, Infinity] }),
    ...realFunction('isNaN', engine.isNaN, (x) => Number(Number.isNaN(x)), { edges: all }, 'bool').map((c) => ({ ...c, gradient: [] })),
    ...realFunction('isFinite', engine.isFinite, (x) => Number(Number.isFinite(x)), { edges: [...all, 3e38, -3e38] }, 'bool').map((c) => ({
      ...c,
      gradient: [],
    })),
    ...realFunction(
      'clip to both sides',
      (x) => clip(x, -0.5, 0.75),
      (x) => Math.min(Math.max(x, -0.5), 0.75),
      { edges: [-0.5, 0.75, Infinity, -Infinity, Number.NaN], alsoIn: floatTypes },
    ),
    ...realFunction(
      'clip from below',
      (x) => clip(x, 0.1),
      (x) => Math.max(x, 0.1),
      { edges: [0.1, Infinity, -Infinity] },
    ),
    ...realFunction(
      'clip from above',
      (x) => clip(x, undefined, 0.1),
      (x) => Math.min(x, 0.1),
      { edges: [0.1, Infinity, -Infinity] },
    ),
    ...ofIntegers(
      'clip',
      (x) => clip(x, 1, 3),
      (x) => Math.min(Math.max(x, 1), 3),
      ['int32', 'int64', 'uint32', 'uint64', 'uint8'],
    ),
    ...ofIntegers('square', engine.square, (x) => x * x, ['int32', 'int64', 'uint8']),
  ],
  bad: [
    {
      name: 'exp of integers',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => engine.exp(x!),
      error: 'DTypeError',
      says: ['int32', 'cast'],
    },
    {
      name: 'silu of integers',
      inputs: [{ shape: [2], dtype: 'int64' }],
      call: (x) => engine.silu(x!),
      error: 'DTypeError',
      says: ['int64'],
    },
    { name: 'abs of booleans', inputs: [{ shape: [2], dtype: 'bool' }], call: (x) => engine.abs(x!), error: 'DTypeError', says: ['bool'] },
    {
      name: 'clip of integers to a fraction',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => clip(x!, 0.5),
      error: 'DTypeError',
      says: ['0.5', 'int32'],
    },
    { name: 'clip of booleans', inputs: [{ shape: [2], dtype: 'bool' }], call: (x) => clip(x!, 0), error: 'DTypeError', says: ['bool'] },
  ],
};
