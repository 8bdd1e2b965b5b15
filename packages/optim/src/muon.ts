import { add, cast, mul, reshape, type Tensor, zerosLike } from '@sardonyx/tensor';
import { adamW, type AdamWOptions } from './adamw.js';
import { asRule, byParameter, type ParameterRule } from './by-parameter.js';
import { OptimizerError } from './errors.js';
import type { Optimizer, ParameterFilter } from './optimizer.js';
import { anything, commonRanges, decayBelowOne, expectOptions, filter, truthValue, wholeFromOne, aboveZero } from './options.js';
import { groupedOptimizer } from './parameter-groups.js';
import { type NewtonSchulzCoefficients, type PolarCoefficients, flopsOfPolarFactor, polarFactor, polarSchedule } from './polar-factor.js';
import type { Schedule } from './schedule.js';

/**
 * How the step's size depends on the shape of the matrix, of `out` outputs and `in` inputs:
 * `original` √max(1, out/in), `spectral` √(out/in), `none` 1, and `{ rms }` rms·√max(out, in), which makes the root mean
 * square of a step about `rms`. `match-adamW` is `{ rms: 0.2 }`, Moonlight's (arXiv:2502.16982) and optax's consistent RMS.
 */
export type MuonScale = 'original' | 'match-adamW' | 'spectral' | 'none' | { readonly rms: number };

export interface MuonOptions {
  /** 0.02 by default, in units of the spectral norm of a step; about that of AdamW with `match-adamW`. */
  readonly learningRate?: Schedule;
  /** β of the mean of gradients, 0.95 by default. */
  readonly momentum?: number;
  /** Whether the gradient counts once more: (1 − β)·g + β·m instead of m; true by default. */
  readonly nesterov?: boolean;
  /** Iterations of the polar factor, 5 by default. */
  readonly iterations?: number;
  /** `muon` by default; `polar-express` comes nearer to the polar factor in as many iterations, `convergent` reaches it in many. */
  readonly coefficients?: PolarCoefficients;
  /** Added to the norm that matrices are divided by, 1e-7 by default. */
  readonly epsilon?: number;
  /** `original` by default. */
  readonly scale?: MuonScale;
  /** Decoupled decay of the parameters, times the learning rate and before the step; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
  /**
   * The axis of a parameter that counts the outputs. By default the last of a matrix, as weights are [in, out] here, and the
   * first of tensors of higher rank, as convolutions are [out, in, height, width]; PyTorch's matrices have 0.
   */
  readonly outputAxis?: (path: string, parameter: Tensor) => number;
  /**
   * Parameters that AdamW updates: those of rank below 2 always, and these. Muon is for hidden weights; name embeddings
   * and heads here.
   */
  readonly adamWFor?: ParameterFilter;
  /** AdamW's options; by default learning rate 3e-4, β₁ = 0.9, β₂ = 0.95, ε = 1e-10 and no decay, as the reference's. */
  readonly adamW?: AdamWOptions;
}

const ranges = {
  ...commonRanges,
  momentum: decayBelowOne,
  nesterov: truthValue,
  iterations: wholeFromOne,
  coefficients: anything,
  epsilon: aboveZero,
  scale: anything,
  outputAxis: filter,
  adamWFor: filter,
  adamW: anything,
};

/**
 * Muon: steps along the polar factor of the momentum, m ← β·m + (1 − β)·g, u = (1 − β)·g + β·m, p ← p·(1 − lr·λ) − lr·scale·polar(u).
 * Jordan et al. 2024 (kellerjordan.github.io/posts/muon), and its file muon.py, with the iterations in the parameter's own
 * precision rather than bfloat16. Tensors of rank above 2 are matrices of their output axis by all others.
 *
 * Its slots are those of two groups: `muon` and `adamW`.
 * @throws {OptimizerError} `option`
 */
export function muon(options: MuonOptions = {}): Optimizer {
  expectOptions('muon', options, ranges);
  const { adamWFor = () => false, adamW: forOthers = {} } = options;
  return groupedOptimizer(
    'muon',
    [
      { name: 'muon', where: (path, p) => p.rank >= 2 && !adamWFor(path, p), optimizer: muonOfMatrices(options) },
      {
        name: 'adamW',
        where: () => true,
        optimizer: adamW({ learningRate: 3e-4, beta2: 0.95, epsilon: 1e-10, weightDecay: 0, ...forOthers }),
      },
    ],
    { mayBeIdle: true },
  );
}

function muonOfMatrices(options: MuonOptions): Optimizer {
  const { learningRate = 0.02, weightDecay = 0, weightDecayFor = () => true } = options;
  const { iterations = 5, coefficients = 'muon', outputAxis = defaultOutputAxis, scale = 'original' } = options;
  const schedule = polarSchedule(coefficients, iterations);
  return byParameter({
    name: 'muon',
    learningRate,
    weightDecay,
    weightDecayFor,
    ruleFor: (path, parameter) => asRule(ruleOf(parameter, outputAxis(path, parameter), schedule, scale, options)),
  });
}

const defaultOutputAxis = (_path: string, { rank }: Tensor): number => (rank === 2 ? 1 : 0);

interface MuonMemory extends Readonly<Record<string, unknown>> {
  /** Σ β^(t−i)·gᵢ, without the factor 1 − β, which the polar factor does not see. */
  readonly momentum: Tensor;
}

function ruleOf(
  parameter: Tensor,
  outputAxis: number,
  schedule: readonly NewtonSchulzCoefficients[],
  scale: MuonScale,
  { momentum: beta = 0.95, nesterov = true, epsilon = 1e-7 }: MuonOptions,
): ParameterRule<MuonMemory> {
  const { shape, rank } = parameter;
  const axis = outputAxis < 0 ? outputAxis + rank : outputAxis;
  if (axis !== 0 && axis !== rank - 1) {
    throw new OptimizerError(
      'option',
      `muon: expected outputAxis to be the first or the last axis of ${String(parameter)}, given ${outputAxis}`,
    );
  }
  const outputs = shape[axis]!;
  const inputs = parameter.size / outputs;
  const matrix = axis === 0 ? [outputs, inputs] : [inputs, outputs];
  const factor = stepScale(scale, outputs, inputs);
  return {
    parameter,
    treatment: {
      treatment: `polar factor of ${matrix.join(' × ')}`,
      flopsPerStep: 8 * parameter.size + flopsOfPolarFactor({ dtype: parameter.dtype, shape: matrix }, schedule),
    },
    init: () => ({ momentum: zerosLike(parameter) }),
    observe(g, { momentum }) {
      const sum = add(mul(momentum, beta), g);
      return { memory: { momentum: sum }, direction: nesterov ? add(mul(sum, beta), g) : sum };
    },
    change(direction, _memory, { rate }) {
      const flat = rank === 2 ? direction : reshape(direction, matrix);
      const polar = polarFactor(flat, schedule, epsilon / (1 - beta));
      const change = mul(polar, cast(mul(rate, factor), parameter.dtype));
      return rank === 2 ? change : reshape(change, shape);
    },
  };
}

function stepScale(scale: MuonScale, outputs: number, inputs: number): number {
  if (typeof scale === 'object') return scale.rms * Math.sqrt(Math.max(outputs, inputs));
  switch (scale) {
    case 'original':
      return Math.sqrt(Math.max(1, outputs / inputs));
    case 'match-adamW':
      return 0.2 * Math.sqrt(Math.max(outputs, inputs));
    case 'spectral':
      return Math.sqrt(outputs / inputs);
    case 'none':
      return 1;
  }
}
