import {
  add,
  argsort,
  cast,
  div,
  equal,
  jit,
  matmul,
  mean,
  mul,
  pow,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  take,
  type Tensor,
  where,
  zeros,
} from '@sardonyx/tensor';
import { asRule, byParameter, type ParameterRule, type StepContext } from './by-parameter.js';
import { eigenbasis, statisticError } from './host-decompositions.js';
import type { Optimizer, ParameterFilter, ParameterTreatment } from './optimizer.js';
import { aboveZero, commonRanges, decayBelowOne, expectOptions, truthValue, wholeFromOne } from './options.js';
import { orthonormalized } from './orthonormalization.js';
import type { Schedule } from './schedule.js';
import { alongMode, mergedShape, modeProduct } from './tensor-modes.js';

export interface SoapOptions {
  /** 3e-3 by default. */
  readonly learningRate?: Schedule;
  /** Decay of the first moment, 0.95 by default. */
  readonly beta1?: number;
  /** Decay of the second moment, 0.95 by default. */
  readonly beta2?: number;
  /** Decay of the factors G·Gᵀ and Gᵀ·G, that of the second moment by default. */
  readonly shampooBeta?: number;
  /** Added to the root of the second moment, 1e-8 by default. */
  readonly epsilon?: number;
  /** Decoupled decay of the parameters, times the learning rate and after the step; 0.01 by default. */
  readonly weightDecay?: number;
  /** Parameters that decay; all by default. */
  readonly weightDecayFor?: ParameterFilter;
  /** Updates from one change of the eigenbases to the next, 10 by default. */
  readonly preconditionEvery?: number;
  /** Axes that are longer keep their basis; 10000 by default, which leaves out most vocabularies. */
  readonly maxDimension?: number;
  /** Whether neighbouring axes are joined while their product is at most `maxDimension`; false by default. */
  readonly mergeDimensions?: boolean;
  /** Whether vectors have an eigenbasis too; false by default: theirs are Adam's steps. */
  readonly preconditionVectors?: boolean;
  /** Whether steps are divided by their root mean square; false by default, of use where bases change rarely. */
  readonly normalizeSteps?: boolean;
  /** Adam's bias corrections; true by default. */
  readonly biasCorrection?: boolean;
}

const ranges = {
  ...commonRanges,
  beta1: decayBelowOne,
  beta2: decayBelowOne,
  shampooBeta: decayBelowOne,
  epsilon: aboveZero,
  preconditionEvery: wholeFromOne,
  maxDimension: wholeFromOne,
  mergeDimensions: truthValue,
  preconditionVectors: truthValue,
  normalizeSteps: truthValue,
  biasCorrection: truthValue,
};

/**
 * SOAP: Adam in the slowly turning eigenbasis of Shampoo's factors. Vyas et al. 2024 (arXiv:2409.11321), algorithm 3, in
 * the form of its file soap.py: the first gradient only makes the bases and moves nothing; factors L and R follow after the
 * step; every `preconditionEvery` steps Q ← qr(L·Q), columns sorted by descending diag(QᵀLQ) before. Moments are kept in the
 * basis: the first turns with it, the second is reordered.
 *
 * Eigenvectors and QR factorizations are the host's work: call `refresh` after every update.
 * @throws {OptimizerError} `option`
 */
export function soap(options: SoapOptions = {}): Optimizer {
  expectOptions('soap', options, ranges);
  const { learningRate = 3e-3, weightDecay = 0.01, weightDecayFor = () => true, preconditionEvery = 10 } = options;
  return byParameter({
    name: 'soap',
    learningRate,
    weightDecay,
    weightDecayFor,
    decayAfter: true,
    skipsFirst: true,
    hostWork: { start: 1, every: preconditionEvery, moves: 'after' },
    ruleFor: (path, parameter) => asRule(soapRule(path, parameter, options)),
  });
}

interface SoapMemory extends Readonly<Record<string, unknown>> {
  /** Moments in the basis, as sums Σ β^(t−i)·gᵢ and Σ β^(t−i)·gᵢ² without the factors 1 − β, which are scalars of the step. */
  readonly first: Tensor;
  readonly second: Tensor;
  /** For each axis with a basis: the mean of G₍ᵢ₎·G₍ᵢ₎ᵀ, and its eigenvectors as columns. */
  readonly factors: readonly Tensor[];
  readonly bases: readonly Tensor[];
}

function soapRule(path: string, parameter: Tensor, options: SoapOptions): ParameterRule<SoapMemory> {
  const { beta1 = 0.95, beta2 = 0.95, epsilon = 1e-8, normalizeSteps = false } = options;
  const { shampooBeta = beta2 } = options;
  // What the moments' factors make of first/√second.
  const weight = (1 - beta1) / Math.sqrt(1 - beta2);
  const { shape, axes } = workingShape(parameter, options);
  const inBasis = (x: Tensor, bases: readonly Tensor[]) =>
    axes.reduce((y, axis, i) => alongMode(y, axis, bases[i]!, { transpose: true }), x);
  const outOfBasis = (x: Tensor, bases: readonly Tensor[]) => axes.reduce((y, axis, i) => alongMode(y, axis, bases[i]!), x);
  const shaped = (x: Tensor) => (shape === parameter.shape ? x : reshape(x, shape));
  return {
    parameter,
    treatment: treatmentOf(shape, axes, options),
    init: () => ({
      first: zeros(shape, parameter.dtype),
      second: zeros(shape, parameter.dtype),
      factors: axes.map((axis) => zeros([shape[axis]!, shape[axis]!], parameter.dtype)),
      bases: axes.map((axis) => zeros([shape[axis]!, shape[axis]!], parameter.dtype)),
    }),
    observe(gradient, { first, second, factors, bases }, { step }) {
      const g = shaped(gradient);
      const turned = inBasis(g, bases);
      // The first gradient is not seen; in the bases of zeros that it finds it is zero anyway.
      const seen = axes.length > 0 ? turned : mul(turned, cast(where(equal(step, 1), 0, 1), parameter.dtype));
      const memory = {
        first: add(mul(first, beta1), seen),
        second: add(mul(second, beta2), square(seen)),
        factors: factors.map((factor, i) => add(mul(factor, shampooBeta), modeProduct(g, axes[i]!, 1 - shampooBeta))),
        bases,
      };
      const direction = outOfBasis(div(memory.first, add(sqrt(memory.second), epsilon / Math.sqrt(1 - beta2))), bases);
      return { memory, direction: shape === parameter.shape ? direction : reshape(direction, parameter.shape) };
    },
    change(direction, _memory, context) {
      if (!normalizeSteps) return mul(direction, cast(mul(stepSize(context, options), weight), parameter.dtype));
      const size = cast(stepSize(context, options), parameter.dtype);
      return mul(div(direction, add(sqrt(mean(square(direction))), 1e-30)), size);
    },
    async refresh(memory, step) {
      if (axes.length === 0) return memory;
      const { first, second, factors, bases } = memory;
      const host = (decompose: (x: Tensor) => Promise<Tensor>, of: readonly Tensor[]) =>
        Promise.all(of.map(decompose)).catch((error: unknown) => {
          throw statisticError(error, { optimizer: 'soap', parameter: path }, step, 'with an eigenbasis');
        });
      if (step === 1) return { ...memory, bases: await host(eigenbasis, factors) };
      const { images, reordered } = sorted(second, factors, bases, axes);
      const turned = await host(orthonormalized, images);
      return { first: turn(first, bases, turned, axes), second: reordered, factors, bases: turned };
    },
  };
}

/** Per axis of n: three products of d·n for gradient, direction and factor, and every `preconditionEvery` the basis. */
function treatmentOf(shape: readonly number[], axes: readonly number[], { preconditionEvery = 10 }: SoapOptions): ParameterTreatment {
  const size = shape.reduce((product, n) => product * n, 1);
  const flops = axes.map((axis) => {
    const n = shape[axis]!;
    return 6 * size * n + ((14 / 3) * n ** 3 + 4 * size * n) / preconditionEvery;
  });
  return {
    treatment: axes.length === 0 ? 'Adam' : `Adam in the eigenbasis of axes ${axes.map((axis) => shape[axis]).join(', ')}`,
    flopsPerStep: flops.reduce((sum, x) => sum + x, 12 * size),
  };
}

/** The shape to work in, and its axes that have a basis. */
function workingShape(parameter: Tensor, options: SoapOptions): { shape: readonly number[]; axes: readonly number[] } {
  const { maxDimension = 10_000, mergeDimensions = false, preconditionVectors = false } = options;
  const merges = mergeDimensions && parameter.rank > 1;
  const shape = merges ? mergedShape(parameter.shape, maxDimension) : parameter.shape;
  const hasBasis = parameter.rank > 1 || preconditionVectors;
  return { shape, axes: shape.flatMap((n, axis) => (hasBasis && n <= maxDimension ? [axis] : [])) };
}

/** lr·√(1 − β₂ˢ)/(1 − β₁ˢ) with s = step − 1, since the first update moves nothing; 0 at the first. */
function stepSize({ step, rate }: StepContext, { beta1 = 0.95, beta2 = 0.95, biasCorrection = true }: SoapOptions): Tensor {
  if (!biasCorrection) return rate;
  const s = cast(where(equal(step, 1), 1, sub(step, 1)), 'float64');
  return mul(rate, div(sqrt(sub(1, pow(beta2, s))), sub(1, pow(beta1, s))));
}

/** L·Q for each axis, with columns by descending diag(QᵀLQ), and the second moment in the same order. */
const sorted = jit(
  (second: Tensor, factors: readonly Tensor[], bases: readonly Tensor[], axes: readonly number[]) => {
    let reordered = second;
    const images = factors.map((factor, i) => {
      const image = matmul(factor, bases[i]!);
      const order = argsort(sum(mul(bases[i]!, image), 0), 0, { descending: true });
      reordered = take(reordered, order, axes[i]!);
      return take(image, order, 1);
    });
    return { images, reordered };
  },
  { name: 'soap, images of the bases' },
);

/** A tensor given in old bases, in new ones. */
const turn = jit(
  (x: Tensor, from: readonly Tensor[], to: readonly Tensor[], axes: readonly number[]): Tensor =>
    axes.reduce((y, axis, i) => alongMode(alongMode(y, axis, from[i]!), axis, to[i]!, { transpose: true }), x),
  { name: 'soap, change of bases' },
);
