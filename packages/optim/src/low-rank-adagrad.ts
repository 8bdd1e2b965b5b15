import { type Floats, type Matrix, svd, zeros as zeroElements } from '@sardonyx/linalg';
import { add, cast, type FloatDType, full, matmul, mul, reshape, type Tensor, tensor, zeros, zerosLike } from '@sardonyx/tensor';
import { asRule, byParameter, type ParameterRule } from './by-parameter.js';
import { onDevice, onHost, statisticError } from './host-decompositions.js';
import { expectStatistic } from './memory-limit.js';
import type { Optimizer, ParameterFilter } from './optimizer.js';
import { aboveZero, atLeastZero, commonRanges, expectOptions, oneOf, wholeFromOne } from './options.js';
import { expectPseudoInverse, type FloatPrecision } from './root-options.js';
import type { Schedule } from './schedule.js';
import { correctedRate, sharesOf, statisticFormRanges, type StatisticFormOptions } from './statistic-forms.js';

export interface LowRankAdaGradOptions extends StatisticFormOptions {
  /** η, 1e-2 by default. */
  readonly learningRate?: Schedule;
  /** Columns of the factor, 32 by default: exact for as many gradients, and d numbers each for a parameter of d elements. */
  readonly rank?: number;
  /** M₀ = ε·I, inside the root; 0 by default, which takes the pseudo-inverse. */
  readonly epsilon?: number;
  /** Singular values up to this share of the largest count as zero where nothing is added to them; d·eps by default. */
  readonly rankTolerance?: number;
  /** Precision of the factor between steps, the parameter's own by default; it is computed with in float64. */
  readonly precision?: FloatPrecision;
  /** Decoupled decay of the parameters, times the learning rate; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
  /** Largest factor of one parameter in bytes, 2²⁸ by default. */
  readonly memoryLimit?: number;
}

const ranges = {
  ...commonRanges,
  ...statisticFormRanges,
  rank: wholeFromOne,
  epsilon: atLeastZero,
  rankTolerance: atLeastZero,
  precision: oneOf('f32', 'f64'),
  memoryLimit: aboveZero,
};

/**
 * Full-matrix AdaGrad, p ← p − η·M^{−1/2}·g with M = ε·I + Σ g·gᵀ, from a factor of M instead of its d × d elements: with
 * [g₁ … g_t] = U·Σ·Vᵀ, M^{−1/2} = U·(Σ² + ε)^{−1/2}·Uᵀ + ε^{−1/2}·(I − U·Uᵀ). Singular values of the gradients keep the digits that
 * their squares in M would lose (arXiv:2503.10537, section 3, for the method).
 *
 * Exact up to `rank` gradients. From there on the factor is a sketch by frequent directions: the smallest squared singular
 * value is taken off all of them and added to ε, so that U·Σ²·Uᵀ ⪯ M ⪯ U·Σ²·Uᵀ + ε·I. Feinberg et al. 2023
 * (arXiv:2302.03764), S-AdaGrad.
 *
 * The decomposition is the host's work: call `refresh` after every update.
 * @throws {OptimizerError} `option`, `memory`
 */
export function lowRankAdaGrad(options: LowRankAdaGradOptions = {}): Optimizer {
  expectOptions('lowRankAdaGrad', options, ranges);
  const { learningRate = 1e-2, weightDecay = 0, weightDecayFor = () => true, epsilon = 0, rankTolerance } = options;
  expectPseudoInverse('lowRankAdaGrad', { epsilon, rankTolerance });
  return byParameter({
    name: 'lowRankAdaGrad',
    learningRate,
    weightDecay,
    weightDecayFor,
    hostWork: { start: 1, every: 1, moves: 'before' },
    ruleFor: (path, parameter) => asRule(ruleOf(path, parameter, options)),
  });
}

interface LowRankMemory extends Readonly<Record<string, unknown>> {
  readonly momentum?: Tensor;
  /** The gradient that the factor has not seen yet, [d]. */
  readonly latest: Tensor;
  /** U, [d, rank], columns of zeros where there is nothing yet, and the diagonal of Σ. */
  readonly basis: Tensor;
  readonly values: Tensor;
  /** √ε, with what the sketch has added to ε. */
  readonly ridge: Tensor;
  /** ε^{−1/2}, and (Σ² + ε)^{−1/2} less that; zero for the inverse of zero. */
  readonly outside: Tensor;
  readonly inverse: Tensor;
}

function ruleOf(path: string, parameter: Tensor, options: LowRankAdaGradOptions): ParameterRule<LowRankMemory> {
  const { epsilon = 0, momentum: beta1 = 0, precision } = options;
  const { size: d, shape } = parameter;
  const rank = Math.min(options.rank ?? 32, d);
  const dtype: FloatDType = precision === undefined ? (parameter.dtype as FloatDType) : precision === 'f64' ? 'float64' : 'float32';
  expectStatistic('lowRankAdaGrad', path, {
    what: `a factor of ${d} × ${rank}`,
    bytes: d * rank * (dtype === 'float64' ? 8 : 4),
    limit: options.memoryLimit,
    advice: 'Choose a lower rank, raise memoryLimit, or take structuredAdaGrad with "auto" or "diagonal" for it',
  });
  return {
    parameter,
    treatment: { treatment: `full matrix by a factor of ${d} × ${rank}`, flopsPerStep: (4 * rank + 6 * (rank + 1) ** 2) * d },
    init: () => ({
      ...(beta1 > 0 && { momentum: zerosLike(parameter) }),
      latest: zeros([d], dtype),
      basis: zeros([d, rank], dtype),
      values: zeros([rank], dtype),
      ridge: full([], Math.sqrt(epsilon), dtype),
      outside: zeros([], dtype),
      inverse: zeros([rank], dtype),
    }),
    observe(g, memory) {
      const { momentum } = memory;
      const mean = momentum && add(mul(momentum, beta1), mul(g, 1 - beta1));
      const latest = reshape(cast(g, dtype), [d]);
      return { memory: { ...memory, latest, ...(mean && { momentum: mean }) }, direction: mean ?? g };
    },
    change(direction, { basis, inverse, outside }, context) {
      const m = reshape(cast(direction, dtype), [d]);
      const within = matmul(basis, mul(matmul(m, basis), inverse));
      const move = cast(reshape(add(within, mul(m, outside)), shape), parameter.dtype);
      return mul(move, cast(correctedRate(context, options), parameter.dtype));
    },
    async refresh(memory, step) {
      const { keep, weight } = sharesOf(options);
      const factor = await factorOf(memory, Math.sqrt(keep), Math.sqrt(weight));
      const ridge = Math.sqrt(keep) * (await memory.ridge.item());
      try {
        return { ...memory, ...shortened(factor, rank, ridge, dtype, options) };
      } catch (error) {
        throw statisticError(error, { optimizer: 'lowRankAdaGrad', parameter: path }, step, 'with singular values');
      }
    },
  };
}

/** The columns of U·Σ that are not zero, and the latest gradient beside them, in float64. */
async function factorOf({ basis, values, latest }: LowRankMemory, keep: number, weight: number): Promise<Matrix> {
  const [u, sigma, g] = [await onHost(basis), (await values.data()) as Floats, (await latest.data()) as Floats];
  const kept = sigma.filter((value) => value > 0).length;
  const columns = kept + 1;
  const data = new Float64Array(u.rows * columns);
  for (let i = 0; i < u.rows; i++) {
    for (let j = 0; j < kept; j++) data[i * columns + j] = keep * sigma[j]! * u.data[i * u.columns + j]!;
    data[i * columns + kept] = weight * g[i]!;
  }
  return { rows: u.rows, columns, data };
}

type FactorMemory = Pick<LowRankMemory, 'basis' | 'values' | 'ridge' | 'outside' | 'inverse'>;

/** The singular vectors and values of a factor, at most `rank` of them, by frequent directions. @throws {LinalgError} */
function shortened(factor: Matrix, rank: number, ridge: number, dtype: FloatDType, options: LowRankAdaGradOptions): FactorMemory {
  const d = factor.rows;
  const { u, values } = svd(factor);
  const escaped = values[rank] ?? 0;
  const nextRidge = Math.hypot(ridge, escaped);
  const eps = dtype === 'float64' ? 2 ** -52 : 2 ** -23;
  const cut = nextRidge > 0 ? 0 : (options.rankTolerance ?? d * eps) * (values[0] ?? 0);
  const kept = Array.from({ length: rank }, (_, j) => {
    const value = values[j] ?? 0;
    return value > cut ? Math.sqrt((value - escaped) * (value + escaped)) : 0;
  });
  const basis = { rows: d, columns: rank, data: zeroElements(d * rank, 'f64') };
  kept.forEach((value, j) => {
    if (value > 0) for (let i = 0; i < d; i++) basis.data[i * rank + j] = u.data[i * u.columns + j]!;
  });
  const outside = nextRidge > 0 ? 1 / nextRidge : 0;
  const inverse = kept.map((value) => (value > 0 ? 1 / Math.hypot(value, nextRidge) - outside : 0));
  return {
    basis: onDevice(basis, dtype),
    values: tensor(kept, [rank], dtype),
    ridge: tensor(nextRidge, [], dtype),
    outside: tensor(outside, [], dtype),
    inverse: tensor(inverse, [rank], dtype),
  };
}
