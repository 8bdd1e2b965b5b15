import { add, cast, type FloatDType, mul, type Tensor, where, zerosLike } from '@sardonyx/tensor';
import { asRule, byParameter, type ParameterRule, type StepContext } from './by-parameter.js';
import { flopsOfRoot, type RootMemory, rootBetweenSteps, rootInStep, type RootTask, startingRoot } from './inverse-roots.js';
import { expectStatistic } from './memory-limit.js';
import type { Optimizer, ParameterFilter, ParameterTreatment } from './optimizer.js';
import { aboveZero, anything, atLeastZero, commonRanges, expectOptions, oneOf, wholeFromOne } from './options.js';
import { expectRootOptions, type FloatPrecision, isIterative, type RootOptions, rootRanges } from './root-options.js';
import type { Schedule } from './schedule.js';
import { correctedRate, sharesOf, statisticFormRanges, type StatisticFormOptions } from './statistic-forms.js';
import {
  accumulated,
  overMeanRoot,
  overRoot,
  projectedSquare,
  setNames,
  startingStatistic,
  type Structure,
  type StructuredSet,
  structureOf,
  throughRoot,
} from './structured-sets.js';

export interface StructuredAdaGradOptions extends RootOptions, StatisticFormOptions {
  /** η, 1e-2 by default. */
  readonly learningRate?: Schedule;
  /** The set of preconditioners, `auto` by default: one for all parameters or by path and parameter. */
  readonly set?: StructuredSet | ((path: string, parameter: Tensor) => StructuredSet);
  /**
   * `theory` (the default) averages over what shares a number, which makes the method an exact instance of the paper's;
   * `plain` adds, as Shampoo does: its learning rate is √dR times that of `theory` and its ε dR times.
   */
  readonly normalize?: 'theory' | 'plain';
  /** M₀ = ε·I, inside the root; 1e-10 by default. 0 takes pseudo-inverses: what never had a gradient does not move. */
  readonly epsilon?: number;
  /**
   * Precision of statistics, the parameter's own by default, and of the computation of roots, by default float64 on the host
   * and the parameter's own in the compiled step. Roots are kept and applied in the parameter's own.
   */
  readonly precision?: FloatPrecision | { readonly statistics?: FloatPrecision; readonly roots?: FloatPrecision };
  /** Updates from one computation of roots to the next, 1 by default; in between roots are stale. */
  readonly preconditionEvery?: number;
  /** First update with roots of matrices, `preconditionEvery` or later; before it, steps are those of c·I with c = tr(M)/n. At once by default. */
  readonly startStep?: number;
  /** Decoupled decay of the parameters, times the learning rate; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
  /** Largest statistic of one parameter in bytes, 2²⁸ by default. */
  readonly memoryLimit?: number;
}

const ranges = {
  ...commonRanges,
  set: {
    expected: `one of ${setNames.join(', ')}, { mode }, or a function of path and parameter`,
    holds: (value: unknown) => typeof value === 'function' || isSet(value),
  },
  normalize: oneOf('theory', 'plain'),
  epsilon: atLeastZero,
  precision: anything,
  preconditionEvery: wholeFromOne,
  startStep: wholeFromOne,
  memoryLimit: aboveZero,
  ...rootRanges,
  ...statisticFormRanges,
};

const isSet = (value: unknown): boolean =>
  (setNames as readonly unknown[]).includes(value) || (typeof value === 'object' && value !== null && 'mode' in value);

/**
 * Adaptive gradient descent over a well-structured set H of preconditioners, each parameter for itself:
 * p ← p − η·P(M)⁻¹·g with M the statistic of g·gᵀ and P(M) = argmin over H of ⟨M, H⁻¹⟩ + tr H = (Proj M)^{1/2}.
 * Xie et al. 2025 (arXiv:2503.10537), algorithms 1 to 3. AdaGrad-Norm, AdaGrad, full-matrix AdaGrad and one-sided Shampoo
 * are the sets `scalar`, `diagonal`, `full` and `left`.
 *
 * Roots by `eig` and `qr`, and stale ones, are the host's work: call `refresh` after every update.
 * @throws {OptimizerError} `option`, `memory`
 */
export function structuredAdaGrad(options: StructuredAdaGradOptions = {}): Optimizer {
  expectOptions('structuredAdaGrad', options, ranges);
  const { learningRate = 1e-2, weightDecay = 0, weightDecayFor = () => true, set = 'auto' } = options;
  const { root = 'eig', epsilon = 1e-10, preconditionEvery = 1, startStep } = options;
  expectRootOptions('structuredAdaGrad', { root, epsilon, preconditionEvery, startStep, rankTolerance: options.rankTolerance });
  const host = !isIterative(root) || preconditionEvery > 1 || startStep !== undefined;
  const ofElements = typeof set === 'string' && ['scalar', 'diagonal', 'rows', 'columns'].includes(set);
  return byParameter({
    name: 'structuredAdaGrad',
    learningRate,
    weightDecay,
    weightDecayFor,
    ...(host && !ofElements && { hostWork: { start: startStep ?? 1, every: preconditionEvery, moves: 'before' } }),
    ruleFor(path, parameter) {
      const structure = structureOf(typeof set === 'function' ? set(path, parameter) : set, path, parameter);
      return asRule(ruleOf(structure, path, parameter, host, options));
    },
  });
}

interface StructuredMemory extends Readonly<Record<string, unknown>> {
  readonly statistic: Tensor;
  readonly momentum?: Tensor;
  readonly root?: RootMemory;
}

function ruleOf(
  structure: Structure,
  path: string,
  parameter: Tensor,
  host: boolean,
  options: StructuredAdaGradOptions,
): ParameterRule<StructuredMemory> {
  const { normalize = 'theory', epsilon = 1e-10, momentum: beta1 = 0, startStep = 1 } = options;
  const { keep, weight } = sharesOf(options);
  const { statistics, roots } = precisionsOf(options, parameter);
  if (structure.kind === 'matrix') expectMemory(path, structure.order, statistics, options);
  const task: RootTask = {
    optimizer: 'structuredAdaGrad',
    parameter: path,
    exponent: { p: 2, q: 1 },
    epsilon: 0,
    floor: epsilon,
    ...(roots && { precision: roots }),
    dtype: parameter.dtype as FloatDType,
    options,
  };
  const preconditioned = (g: Tensor, { statistic, root }: StructuredMemory, { step }: StepContext): Tensor => {
    if (structure.kind === 'elements') return overRoot(g, statistic, epsilon);
    const through = throughRoot(g, structure, host ? root!.root : rootInStep(statistic, task));
    return startStep === 1 ? through : where(step.less(startStep), overMeanRoot(g, statistic, epsilon), through);
  };
  const hasRoot = host && structure.kind === 'matrix';
  return {
    parameter,
    treatment: treatmentOf(structure, parameter, options),
    init: () => ({
      statistic: startingStatistic(structure, parameter, epsilon, statistics),
      ...(beta1 > 0 && { momentum: zerosLike(parameter) }),
      ...(hasRoot && { root: startingRoot(structure.order, task) }),
    }),
    observe(g, memory) {
      const statistic = accumulated(memory.statistic, keep, projectedSquare(structure, g, statistics, normalize, weight));
      if (memory.momentum === undefined) return { memory: { ...memory, statistic }, direction: g };
      const momentum = add(mul(memory.momentum, beta1), mul(g, 1 - beta1));
      return { memory: { ...memory, statistic, momentum }, direction: momentum };
    },
    change: (direction, memory, context) =>
      mul(preconditioned(direction, memory, context), cast(correctedRate(context, options), parameter.dtype)),
    ...(hasRoot && {
      async refresh(memory: StructuredMemory, step: number): Promise<StructuredMemory> {
        // The weight of ε in M has decayed with the older gradients.
        const floor = epsilon * keep ** step;
        return { ...memory, root: await rootBetweenSteps(memory.statistic, memory.root!, step, { ...task, floor }) };
      },
    }),
  };
}

function treatmentOf(structure: Structure, { size, shape }: Tensor, options: StructuredAdaGradOptions): ParameterTreatment {
  if (structure.kind === 'elements') {
    const numbers = structure.tied.reduce((count, axis) => count / shape[axis]!, size);
    return { treatment: numbers === size ? 'diagonal' : `${numbers} numbers for ${size} elements`, flopsPerStep: 5 * size };
  }
  const { order } = structure;
  const root = flopsOfRoot(order, options, 2) / (options.preconditionEvery ?? 1);
  const treatment = order === size ? 'full matrix' : `one matrix of ${order} × ${order} on axis ${structure.axis}`;
  return { treatment, flopsPerStep: 4 * size * order + root + 2 * size };
}

function precisionsOf({ precision }: StructuredAdaGradOptions, { dtype }: Tensor): { statistics: FloatPrecision; roots?: FloatPrecision } {
  const own = dtype === 'float64' ? 'f64' : 'f32';
  if (precision === undefined) return { statistics: own };
  return typeof precision === 'string' ? { statistics: precision, roots: precision } : { statistics: own, ...precision };
}

/** @throws {OptimizerError} `memory` */
function expectMemory(path: string, order: number, precision: FloatPrecision, { memoryLimit }: StructuredAdaGradOptions): void {
  expectStatistic('structuredAdaGrad', path, {
    what: `a set of ${order} × ${order} matrices`,
    bytes: order ** 2 * (precision === 'f64' ? 8 : 4),
    limit: memoryLimit,
    advice: 'Choose "left", "right" or "diagonal" for it, raise memoryLimit, or take its low-rank form, lowRankAdaGrad',
  });
}
