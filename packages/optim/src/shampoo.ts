import {
  add,
  cast,
  div,
  type FloatDType,
  mul,
  pow,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  where,
  zeros,
  zerosLike,
} from '@sardonyx/tensor';
import { asRule, byParameter, type ParameterRule, type StepContext } from './by-parameter.js';
import { OptimizerError } from './errors.js';
import { flopsOfRoot, type RootMemory, rootBetweenSteps, rootInStep, type RootTask, startingRoot } from './inverse-roots.js';
import type { Optimizer, ParameterFilter, ParameterTreatment } from './optimizer.js';
import {
  anything,
  atLeastZero,
  commonRanges,
  decayBelowOne,
  decayUpToOne,
  expectOptions,
  oneOf,
  truthValue,
  wholeFromOne,
} from './options.js';
import { expectExponent, expectRootOptions, isIterative, type RootOptions, rootRanges } from './root-options.js';
import type { Schedule } from './schedule.js';
import { alongMode, joinBlocks, mergedShape, modeProduct, splitIntoBlocks } from './tensor-modes.js';

/** The method whose step length a block takes: that of the gradient, of AdaGrad, or of Adam (a mean of squares with bias correction). */
export type Grafting = 'none' | 'sgd' | 'adagrad' | 'adam';

/** p of the exponent −1/p, or 0 to leave an axis alone: one for all axes of a tensor, or one for each. */
export type RootsOfOrder = number | readonly number[];

export interface ShampooOptions extends RootOptions {
  /** 1e-2 by default. */
  readonly learningRate?: Schedule;
  /** β₁ of the mean of gradients that is preconditioned, 0.9 by default. */
  readonly beta1?: number;
  /** β₂ of the factors: a mean below 1, a sum at 1; 1 by default. */
  readonly beta2?: number;
  /** Added to the factors' diagonals before the root, 1e-12 by default. 0 takes pseudo-inverses. */
  readonly epsilon?: number;
  /** Decoupled decay of the parameters, times the learning rate; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
  /** Axes are joined while their product is at most this, and cut into blocks of at most this; 1024 by default. */
  readonly maxDimension?: number;
  /** Whether neighbouring axes are joined, from the right; true by default. */
  readonly mergeDimensions?: boolean;
  /** Updates from one computation of roots to the next, 1 by default. */
  readonly preconditionEvery?: number;
  /** First update with roots, `preconditionEvery` or later and that by default; before it steps are those of the grafting alone. */
  readonly startStep?: number;
  /** Whether means are divided by 1 − βᵗ; true by default. */
  readonly biasCorrection?: boolean;
  /** `none` by default. */
  readonly grafting?: Grafting;
  /** β₂ of grafting from Adam, 0.999 by default. */
  readonly graftingBeta2?: number;
  /** Added to the root of the grafting's squares, 1e-8 by default. */
  readonly graftingEpsilon?: number;
  /**
   * p of the exponents −1/p by the order of the tensor, after joining: 2·order by default. `{ 2: [2, 0] }` is one-sided
   * Shampoo for matrices.
   */
  readonly roots?: Readonly<Record<number, RootsOfOrder>>;
}

const ranges = {
  ...commonRanges,
  beta1: decayBelowOne,
  beta2: decayUpToOne,
  epsilon: atLeastZero,
  maxDimension: wholeFromOne,
  mergeDimensions: truthValue,
  preconditionEvery: wholeFromOne,
  startStep: wholeFromOne,
  biasCorrection: truthValue,
  grafting: oneOf('none', 'sgd', 'adagrad', 'adam'),
  graftingBeta2: decayBelowOne,
  graftingEpsilon: atLeastZero,
  roots: anything,
  ...rootRanges,
};

/**
 * Shampoo: a factor for every axis i of a tensor of order k, Lᵢ ← Lᵢ + G₍ᵢ₎·G₍ᵢ₎ᵀ (or a mean of these), and steps of the
 * mean gradient with Lᵢ^{−1/2k} applied along every axis; of matrices p ← p − η·L^{−1/4}·G·R^{−1/4}. Gupta, Koren, Singer
 * 2018 (arXiv:1802.09568), with joined axes, blocks, grafting by block and stale roots as in Shi et al. 2023
 * (arXiv:2309.06497), whose defaults these are.
 *
 * Roots by `eig` and `qr`, and stale ones, are the host's work: call `refresh` after every update.
 * @throws {OptimizerError} `option`
 */
export function shampoo(options: ShampooOptions = {}): Optimizer {
  expectOptions('shampoo', options, ranges);
  const { learningRate = 1e-2, weightDecay = 0, weightDecayFor = () => true, epsilon = 1e-12, root = 'eig' } = options;
  const { preconditionEvery = 1, startStep = preconditionEvery } = options;
  expectRootOptions('shampoo', { root, epsilon, preconditionEvery, startStep, rankTolerance: options.rankTolerance });
  const host = !isIterative(root) || preconditionEvery > 1 || startStep > 1;
  return byParameter({
    name: 'shampoo',
    learningRate,
    weightDecay,
    weightDecayFor,
    ...(host && { hostWork: { start: startStep, every: preconditionEvery, moves: 'before' } }),
    ruleFor: (path, parameter) => asRule(shampooRule(path, parameter, host, startStep, options)),
  });
}

interface ShampooMemory extends Readonly<Record<string, unknown>> {
  readonly mean?: Tensor;
  /** Sum or mean of squares for the grafting. */
  readonly squares?: Tensor;
  /** The factors of each block, one an axis that is preconditioned, and their roots where they are made between steps. */
  readonly blocks: readonly { readonly factors: readonly Tensor[]; readonly roots: readonly RootMemory[] }[];
}

function shampooRule(
  path: string,
  parameter: Tensor,
  host: boolean,
  startStep: number,
  options: ShampooOptions,
): ParameterRule<ShampooMemory> {
  const { beta1 = 0.9, beta2 = 1, epsilon = 1e-12, maxDimension = 1024, mergeDimensions = true, biasCorrection = true } = options;
  const { grafting = 'none', graftingBeta2 = 0.999, graftingEpsilon = 1e-8 } = options;
  const shape = mergeDimensions || parameter.rank === 0 ? mergedShape(parameter.shape, maxDimension, { fromRight: true }) : parameter.shape;
  const modes = modesOf(shape.length, options);
  for (const { p } of modes) expectExponent('shampoo', path, options.root ?? 'eig', exponentOf(p));
  const taskOf = (p: number): RootTask => ({
    optimizer: 'shampoo',
    parameter: path,
    exponent: exponentOf(p),
    epsilon,
    floor: 0,
    dtype: parameter.dtype as FloatDType,
    options,
  });
  const blocksOf = (x: Tensor) => splitIntoBlocks(reshape(x, shape), maxDimension);
  const corrected = (mean: Tensor, beta: number, step: Tensor) =>
    biasCorrection && beta < 1 ? div(mean, cast(sub(1, pow(beta, cast(step, 'float64'))), mean.dtype)) : mean;

  const preconditioned = (g: Tensor, { factors, roots }: ShampooMemory['blocks'][number], { step }: StepContext): Tensor => {
    const through = modes.reduce((x, { axis, p }, i) => {
      const root = host ? roots[i]!.root : rootInStep(corrected(factors[i]!, beta2, step), taskOf(p));
      return alongMode(x, axis, root);
    }, g);
    return startStep === 1 ? through : where(step.less(startStep), g, through);
  };
  const grafted = (direction: Tensor, { squares }: ShampooMemory, { step }: StepContext): Tensor => {
    if (squares === undefined) return direction;
    const second = grafting === 'adam' ? corrected(squares, graftingBeta2, step) : squares;
    return div(direction, add(sqrt(second), graftingEpsilon));
  };
  return {
    parameter,
    treatment: treatmentOf(blocksOf(parameter), modes, parameter.size, options),
    init: () => ({
      ...(beta1 > 0 && { mean: zerosLike(parameter) }),
      ...((grafting === 'adagrad' || grafting === 'adam') && { squares: zerosLike(parameter) }),
      blocks: blocksOf(parameter).map((block) => {
        const factors = modes.map(({ axis }) => zeros([block.shape[axis]!, block.shape[axis]!], parameter.dtype));
        return { factors, roots: host ? modes.map(({ axis, p }) => startingRoot(block.shape[axis]!, taskOf(p))) : [] };
      }),
    }),
    observe(g, memory, { step }) {
      const pieces = blocksOf(g);
      const weight = beta2 === 1 ? 1 : 1 - beta2;
      const blocks = memory.blocks.map(({ factors, roots }, block) => ({
        factors: factors.map((factor, i) =>
          add(beta2 === 1 ? factor : mul(factor, beta2), modeProduct(pieces[block]!, modes[i]!.axis, weight)),
        ),
        roots,
      }));
      const { mean, squares } = memory;
      const nextMean = mean && add(mul(mean, beta1), mul(g, 1 - beta1));
      const nextSquares =
        squares && (grafting === 'adagrad' ? add(squares, square(g)) : add(mul(squares, graftingBeta2), mul(square(g), 1 - graftingBeta2)));
      return {
        memory: { ...(nextMean && { mean: nextMean }), ...(nextSquares && { squares: nextSquares }), blocks },
        direction: nextMean ? corrected(nextMean, beta1, step) : g,
      };
    },
    change(direction, memory, context) {
      const graft = grafting === 'none' ? undefined : blocksOf(grafted(direction, memory, context));
      const moved = blocksOf(direction).map((piece, i) => {
        const through = preconditioned(piece, memory.blocks[i]!, context);
        if (!graft) return through;
        const resized = mul(through, div(frobenius(graft[i]!), add(frobenius(through), 1e-16)));
        return startStep === 1 ? resized : where(context.step.less(startStep), graft[i]!, resized);
      });
      const joined = reshape(joinBlocks(moved, shape, maxDimension), parameter.shape);
      return mul(joined, cast(context.rate, parameter.dtype));
    },
    ...(host &&
      modes.length > 0 && {
        async refresh(memory: ShampooMemory, step: number): Promise<ShampooMemory> {
          const correction = biasCorrection && beta2 < 1 ? 1 / (1 - beta2 ** step) : 1;
          const blocks = memory.blocks.map(async ({ factors, roots }) => {
            const next = factors.map((factor, i) => rootBetweenSteps(mul(factor, correction), roots[i]!, step, taskOf(modes[i]!.p)));
            return { factors, roots: await Promise.all(next) };
          });
          return { ...memory, blocks: await Promise.all(blocks) };
        },
      }),
  };
}

function treatmentOf(
  blocks: readonly Tensor[],
  modes: readonly { axis: number; p: number }[],
  size: number,
  options: ShampooOptions,
): ParameterTreatment {
  const { preconditionEvery = 1, grafting = 'none' } = options;
  const flops = blocks.flatMap((block) =>
    modes.map(({ axis, p }) => {
      const n = block.shape[axis]!;
      return 4 * block.size * n + flopsOfRoot(n, options, p) / preconditionEvery;
    }),
  );
  const factors = modes.map(({ axis }) => blocks[0]!.shape[axis]).join(', ');
  return {
    treatment: `${blocks.length === 1 ? 'factors' : `${blocks.length} blocks with factors`} of ${factors}`,
    flopsPerStep: flops.reduce((sum, x) => sum + x, (grafting === 'none' ? 5 : 14) * size),
  };
}

const frobenius = (x: Tensor): Tensor => sqrt(sum(square(x)));

/** The axes with a factor, and p of the exponent −1/p of each. */
function modesOf(order: number, { roots = {} }: ShampooOptions): { axis: number; p: number }[] {
  const given = roots[order] ?? 2 * order;
  return Array.from({ length: order }, (_, axis) => ({ axis, p: typeof given === 'number' ? given : (given[axis] ?? 2 * order) })).filter(
    ({ p }) => p !== 0,
  );
}

/** −1/p as q/p in whole numbers: p may be a fraction of small numbers, such as 1.5. */
function exponentOf(p: number): { p: number; q: number } {
  for (let q = 1; q <= 64; q++) if (p > 0 && Number.isInteger(p * q)) return { p: p * q, q };
  throw new OptimizerError('option', `shampoo: expected roots p from 0 up, whole or fractions of small whole numbers, given ${p}`, {
    option: 'roots',
  });
}
