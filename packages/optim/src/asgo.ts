import { add, cast, div, type FloatDType, mul, reshape, rsqrt, sqrt, square, sum, type Tensor, zeros, zerosLike } from '@sardonyx/tensor';
import { adamW, type AdamWOptions } from './adamw.js';
import { asRule, byParameter, type ParameterRule } from './by-parameter.js';
import { flopsOfRoot, type RootMemory, rootBetweenSteps, rootInStep, type RootTask, startingRoot } from './inverse-roots.js';
import type { Optimizer, ParameterFilter } from './optimizer.js';
import { anything, atLeastZero, commonRanges, decayBelowOne, expectOptions, filter, wholeFromOne } from './options.js';
import { groupedOptimizer } from './parameter-groups.js';
import { expectRootOptions, isIterative, type RootMethod, type RootOptions, rootRanges } from './root-options.js';
import type { Schedule } from './schedule.js';
import { alongMode, modeProduct } from './tensor-modes.js';

export interface DasgoOptions {
  /** 1e-3 by default. */
  readonly learningRate?: Schedule;
  /** β of the mean of gradients, 0.9 by default. */
  readonly momentum?: number;
  /** Decay of the second moments, 0.95 by default. */
  readonly beta2?: number;
  /** Added to second moments within the root, 1e-8 by default. */
  readonly epsilon?: number;
  /** Decoupled decay of the parameters, times the learning rate and before the step; 0.1 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
  /** Parameters that AdamW updates: those of rank below 2 always, and these. */
  readonly adamWFor?: ParameterFilter;
  /** AdamW's options. */
  readonly adamW?: AdamWOptions;
}

export interface AsgoOptions extends DasgoOptions, RootOptions {
  /** 1e-2 by default. */
  readonly learningRate?: Schedule;
  /** Decay of the statistic, 0.8 by default. */
  readonly beta2?: number;
  /** Added to the statistic's diagonal, 1e-10 by default. */
  readonly epsilon?: number;
  /** `ns` by default, within the compiled step. */
  readonly root?: RootMethod;
  /** Updates from one computation of roots to the next, 1 by default. */
  readonly preconditionEvery?: number;
}

const dasgoRanges = {
  ...commonRanges,
  momentum: decayBelowOne,
  beta2: decayBelowOne,
  epsilon: atLeastZero,
  adamWFor: filter,
  adamW: anything,
};
const asgoRanges = {
  ...dasgoRanges,
  ...rootRanges,
  preconditionEvery: wholeFromOne,
};

/**
 * ASGO: the mean of gradients m times the inverse root of a moving average of G·Gᵀ on the shorter side,
 * U = L^{−1/2}·m, p ← p·(1 − lr·λ) − lr·0.2·√(rows·columns)·U/‖U‖_F. An et al. 2025 (arXiv:2503.20762), algorithm 2, as in
 * its file asgo.py. Tensors of rank above 2 are matrices of their first axis by all others. Its slots are those of two
 * groups: `matrices` and `adamW`.
 * @throws {OptimizerError} `option`
 */
export function asgo(options: AsgoOptions = {}): Optimizer {
  expectOptions('asgo', options, asgoRanges);
  const { learningRate = 1e-2, weightDecay = 0.1, weightDecayFor = () => true } = options;
  const { root = 'ns', epsilon = 1e-10, preconditionEvery = 1 } = options;
  expectRootOptions('asgo', { root, epsilon, preconditionEvery, rankTolerance: options.rankTolerance });
  const host = !isIterative(root) || preconditionEvery > 1;
  return withAdamW('asgo', options, {
    name: 'asgo',
    learningRate,
    weightDecay,
    weightDecayFor,
    ...(host && { hostWork: { start: 1, every: preconditionEvery, moves: 'before' } }),
    ruleFor: (path, parameter) => asRule(asgoRule(path, parameter, host, { ...options, root })),
  });
}

/**
 * DASGO: as ASGO with the diagonal of Gᵀ·G alone, one second moment a column. An et al. 2025 (arXiv:2503.20762), as in its
 * file dasgo.py.
 * @throws {OptimizerError} `option`
 */
export function dasgo(options: DasgoOptions = {}): Optimizer {
  expectOptions('dasgo', options, dasgoRanges);
  const { learningRate = 1e-3, weightDecay = 0.1, weightDecayFor = () => true } = options;
  const ruleFor = (_path: string, parameter: Tensor) => asRule(dasgoRule(parameter, options));
  return withAdamW('dasgo', options, { name: 'dasgo', learningRate, weightDecay, weightDecayFor, ruleFor });
}

function withAdamW(
  name: string,
  { adamWFor = () => false, adamW: forOthers }: DasgoOptions,
  ofMatrices: Parameters<typeof byParameter>[0],
): Optimizer {
  return groupedOptimizer(
    name,
    [
      { name: 'matrices', where: (path, p) => p.rank >= 2 && !adamWFor(path, p), optimizer: byParameter(ofMatrices) },
      { name: 'adamW', where: () => true, optimizer: adamW(forOthers) },
    ],
    { mayBeIdle: true },
  );
}

const matrixShape = ({ shape, size }: Tensor): readonly [number, number] => [shape[0]!, size / shape[0]!];

/** A step of root mean square 0.2, whatever the shape. Zero stays zero. */
function rescaled(update: Tensor, rate: Tensor): Tensor {
  const norm = sqrt(sum(square(update)));
  const target = mul(rate, 0.2 * Math.sqrt(update.size));
  return mul(update, div(cast(target, update.dtype), add(norm, 1e-30)));
}

interface AsgoMemory extends Readonly<Record<string, unknown>> {
  readonly momentum: Tensor;
  readonly factor: Tensor;
  readonly root?: RootMemory;
}

function asgoRule(path: string, parameter: Tensor, host: boolean, options: AsgoOptions): ParameterRule<AsgoMemory> {
  const { momentum: beta1 = 0.9, beta2 = 0.8, epsilon = 1e-10 } = options;
  const shape = matrixShape(parameter);
  const axis = shape[0] < shape[1] ? 0 : 1;
  const n = shape[axis];
  const exponent = { p: 2, q: 1 };
  const task: RootTask = { optimizer: 'asgo', parameter: path, exponent, epsilon, floor: 0, dtype: parameter.dtype as FloatDType, options };
  const root = flopsOfRoot(n, options, 2) / (options.preconditionEvery ?? 1);
  return {
    parameter,
    treatment: { treatment: `one matrix of ${n} × ${n} on axis ${axis}`, flopsPerStep: 4 * parameter.size * n + root + 8 * parameter.size },
    init: () => ({
      momentum: zerosLike(parameter),
      factor: zeros([n, n], parameter.dtype),
      ...(host && { root: startingRoot(n, task) }),
    }),
    observe(g, { momentum, factor, ...rest }) {
      const mean = add(mul(momentum, beta1), mul(g, 1 - beta1));
      const next = add(mul(factor, beta2), modeProduct(reshape(g, shape), axis, 1 - beta2));
      return { memory: { momentum: mean, factor: next, ...rest }, direction: mean };
    },
    change(direction, { factor, root }, { rate }) {
      const inverse = root?.root ?? rootInStep(factor, task);
      return reshape(rescaled(alongMode(reshape(direction, shape), axis, inverse), rate), parameter.shape);
    },
    ...(host && {
      refresh: async (memory: AsgoMemory, step: number) => ({
        ...memory,
        root: await rootBetweenSteps(memory.factor, memory.root!, step, task),
      }),
    }),
  };
}

interface DasgoMemory extends Readonly<Record<string, unknown>> {
  readonly momentum: Tensor;
  readonly columns: Tensor;
}

function dasgoRule(parameter: Tensor, { momentum: beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8 }: DasgoOptions): ParameterRule<DasgoMemory> {
  const shape = matrixShape(parameter);
  return {
    parameter,
    treatment: { treatment: `${shape[1]} numbers, one a column`, flopsPerStep: 10 * parameter.size },
    init: () => ({ momentum: zerosLike(parameter), columns: zeros([shape[1]], parameter.dtype) }),
    observe(g, { momentum, columns }) {
      const mean = add(mul(momentum, beta1), mul(g, 1 - beta1));
      const squares = sum(square(reshape(g, shape)), 0);
      return { memory: { momentum: mean, columns: add(mul(columns, beta2), mul(squares, 1 - beta2)) }, direction: mean };
    },
    change: (direction, { columns }, { rate }) =>
      reshape(rescaled(mul(reshape(direction, shape), rsqrt(add(columns, epsilon))), rate), parameter.shape),
  };
}
