import { abs, add, cast, div, max, mul, reshape, sign, sqrt, square, sum, type Tensor, where, zerosLike } from '@sardonyx/tensor';
import { asRule, byParameter, type ParameterRule } from './by-parameter.js';
import type { Optimizer, ParameterFilter } from './optimizer.js';
import { anything, commonRanges, decayBelowOne, expectOptions, oneOf, truthValue, wholeFromOne } from './options.js';
import { type PolarCoefficients, flopsOfPolarFactor, polarFactor, polarSchedule } from './polar-factor.js';
import type { Schedule } from './schedule.js';

/**
 * The unit ball to step in: `euclidean` ‖x‖₂, `maximum` ‖x‖_∞ (signs), `spectral` the largest singular value (Muon's),
 * `rows` the largest Euclidean norm of a slice along the first axis, `sum` ‖x‖₁ (greedy coordinate descent).
 */
export type StepNorm = 'euclidean' | 'maximum' | 'spectral' | 'rows' | 'sum';

export interface NormalizedSteepestDescentOptions {
  /** The norm of every step, 1e-2 by default. */
  readonly learningRate?: Schedule;
  /** `spectral` by default; by path and parameter where it is a function. For vectors and scalars `spectral` and `rows` are `maximum`. */
  readonly norm?: StepNorm | ((path: string, parameter: Tensor) => StepNorm);
  /** β of the mean of gradients, 0 by default. */
  readonly momentum?: number;
  /** Whether the gradient counts once more, (1 − β)·g + β·m; false by default. */
  readonly nesterov?: boolean;
  /** For `spectral`: `polar-express` by default, with 20 iterations, which converge. */
  readonly coefficients?: PolarCoefficients;
  readonly iterations?: number;
  /** Decoupled decay of the parameters, times the learning rate; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
}

const norms = ['euclidean', 'maximum', 'spectral', 'rows', 'sum'] as const;

const ranges = {
  ...commonRanges,
  norm: { expected: oneOf(...norms).expected, holds: (value: unknown) => typeof value === 'function' || oneOf(...norms).holds(value) },
  momentum: decayBelowOne,
  nesterov: truthValue,
  coefficients: anything,
  iterations: wholeFromOne,
};

/**
 * Normalised steepest descent: p ← p − η·argmax {⟨g, x⟩ : ‖x‖ ≤ 1}, each parameter for itself; a zero gradient moves nothing.
 * It is the first step, with ε = 0, of the adaptive method whose preconditioners make the norm (arXiv:2511.20584).
 * @throws {OptimizerError} `option`
 */
export function normalizedSteepestDescent(options: NormalizedSteepestDescentOptions = {}): Optimizer {
  expectOptions('normalizedSteepestDescent', options, ranges);
  const { learningRate = 1e-2, weightDecay = 0, weightDecayFor = () => true, norm = 'spectral' } = options;
  return byParameter({
    name: 'normalizedSteepestDescent',
    learningRate,
    weightDecay,
    weightDecayFor,
    ruleFor: (path, parameter) => asRule(ruleOf(parameter, typeof norm === 'function' ? norm(path, parameter) : norm, options)),
  });
}

type SteepestMemory = Readonly<Record<string, unknown>> & { readonly momentum?: Tensor };

function ruleOf(parameter: Tensor, norm: StepNorm, options: NormalizedSteepestDescentOptions): ParameterRule<SteepestMemory> {
  const { momentum: beta = 0, nesterov = false } = options;
  const isPolar = norm === 'spectral' && parameter.rank > 1;
  const matrix = isPolar && { dtype: parameter.dtype, shape: matrixShape(parameter) };
  const polar = matrix ? flopsOfPolarFactor(matrix, scheduleOf(options)) : 0;
  return {
    parameter,
    treatment: {
      treatment: `unit step in the norm "${isPolar || norm !== 'spectral' ? norm : 'maximum'}"`,
      flopsPerStep: 7 * parameter.size + polar,
    },
    init: () => (beta > 0 ? { momentum: zerosLike(parameter) } : {}),
    observe(g, { momentum }) {
      if (momentum === undefined) return { memory: {}, direction: g };
      const mean = add(mul(momentum, beta), mul(g, 1 - beta));
      return { memory: { momentum: mean }, direction: nesterov ? add(mul(mean, beta), mul(g, 1 - beta)) : mean };
    },
    change: (direction, _memory, { rate }) => mul(steepest(direction, norm, options), cast(rate, parameter.dtype)),
  };
}

/** argmax {⟨g, x⟩ : ‖x‖ ≤ 1}. */
function steepest(g: Tensor, norm: StepNorm, options: NormalizedSteepestDescentOptions): Tensor {
  const flat = g.rank < 2;
  switch (flat && (norm === 'spectral' || norm === 'rows') ? 'maximum' : norm) {
    case 'euclidean':
      return over(g, sqrt(sum(square(g))));
    case 'maximum':
      return sign(g);
    case 'sum': {
      const size = abs(g);
      const top = cast(size.equal(max(size)), g.dtype);
      // Equal largest coordinates share the step.
      return div(mul(sign(g), top), sum(top));
    }
    case 'rows': {
      const axes = g.shape.map((_, axis) => axis).slice(1);
      return over(g, sqrt(sum(square(g), axes, { keepDims: true })));
    }
    case 'spectral':
      return reshape(polarFactor(reshape(g, matrixShape(g)), scheduleOf(options), 1e-30), g.shape);
  }
}

const matrixShape = ({ shape, size }: Tensor): number[] => [shape[0]!, size / shape[0]!];

const scheduleOf = ({ coefficients = 'polar-express', iterations = 20 }: NormalizedSteepestDescentOptions) =>
  polarSchedule(coefficients, iterations);

/** x/norm, zero where the norm is. */
const over = (x: Tensor, norm: Tensor): Tensor => where(norm.greater(0), div(x, norm), 0);
