import { applyOne, defineOp, type Op } from '../core/op.js';
import { reducedShape, resolveAxes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { div, mul, sub } from './arithmetic.js';
import type { ReduceOptions } from './broadcast.js';
import { allowedDType, floats } from './checks.js';
import { equal } from './compare.js';
import { countAlong, defineReduction, emitReduction, max, mean, type ReduceAttributes } from './reductions.js';
import { where } from './select.js';
import { reshape } from './structure.js';
import { abs, sign } from './unary.js';
import { defineUnary } from './elementwise.js';
import { operatorError, UnsupportedError } from '../core/errors.js';

/* Spread around the mean, and lengths of vectors. */

interface VarianceAttributes extends ReduceAttributes {
  readonly correction: number;
}

const varianceOp: Op<VarianceAttributes> = defineOp<VarianceAttributes>({
  name: 'variance',
  infer: ([x], { axes, keepDims }) => [
    {
      dtype: allowedDType('variance', x!.dtype, floats),
      shape: reducedShape(x!.shape, axes, keepDims),
    },
  ],
  lower(builder, [x], { attributes: { axes, correction }, inputs: [input], outputs: [y] }) {
    const { dtype, shape } = y!;
    if (input!.size === 0) {
      return [builder.emit('Expand', [builder.scalar(dtype, Number.NaN), builder.ints(shape)])];
    }
    const divisor = countAlong(input!, axes) - correction;
    return [
      emitReduction(builder, x!, input!.shape, axes, y!, (e, elements, reduce) => {
        const deviation = e.sub(elements, reduce('ReduceMean', elements));
        return e.div(reduce('ReduceSum', e.mul(deviation, deviation)), divisor);
      }),
    ];
  },
  // ∂/∂xᵢ Σ(x − x̄)²/(n − c) = 2(xᵢ − x̄)/(n − c): what flows through the mean sums to 0.
  vjp({ inputs: [x], cotangents: [g], attributes: { axes, correction } }) {
    const scaled = mul(g!, 2 / (countAlong(x!, axes) - correction));
    const deviation = sub(x!, mean(x!, axes, { keepDims: true }));
    return [mul(deviation, reshape(scaled, reducedShape(x!.shape, axes, true)))];
  },
  batch: ([x], _, { axes, ...rest }) => [applyOne(varianceOp, [x!], { axes: axes.map((axis) => axis + 1), ...rest })],
});

export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the number of elements: 0 (default) for the population's variance, 1 for the unbiased estimate. */
  readonly correction?: number;
}

/** Mean squared deviation from the mean along the given axes, along all of them by default, in two passes. */
export const variance = (x: Tensor, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor =>
  applyOne(varianceOp, [x], {
    axes: resolveAxes('variance', axes, x.rank),
    keepDims: options.keepDims ?? false,
    correction: options.correction ?? 0,
  });

/** Square root with gradient 0 at 0, where the quantities it is taken of have their minimum. */
const rootOfSquares = defineUnary({
  name: 'rootOfSquares',
  onnx: 'Sqrt',
  dtypes: floats,
  gradient: (g, _, y) => quotientOrZero(mul(g, 0.5), y),
});

const quotientOrZero = (a: Tensor, b: Tensor): Tensor => {
  const zero = equal(b, 0);
  return where(zero, 0, div(a, where(zero, 1, b)));
};

/** Standard deviation: the root of `variance`; where it is 0 so is its gradient. */
export const std = (x: Tensor, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor =>
  rootOfSquares(variance(x, axes, options));

const euclidean = defineReduction({
  name: 'norm',
  // ONNX Runtime's own ReduceL2 and ReduceL1 are ten times slower than this along a first axis.
  onnx: (e, x, reduce) => e.sqrt(reduce('ReduceSum', e.mul(x, x))),
  ofNothing: 0,
  gradient: (g, x, y) => mul(x, quotientOrZero(g, y)),
});

const taxicab = defineReduction({
  name: 'norm',
  onnx: (e, x, reduce) => reduce('ReduceSum', e.abs(x)),
  ofNothing: 0,
  gradient: (g, x) => mul(g, sign(x)),
});

export interface NormOptions extends ReduceOptions {
  /** 2 (default) for the root of squares, 1 for the sum and Infinity for the largest of absolute values. */
  readonly order?: 1 | 2 | typeof Infinity;
}

/**
 * Length of the vectors along the given axes; of all elements by default. The gradient at a vector of zeros is 0.
 * Throws UnsupportedError for another order, ShapeError for the largest of no elements.
 */
export function norm(x: Tensor, axes?: number | readonly number[], { order = 2, ...options }: NormOptions = {}): Tensor {
  if (order === 2) return euclidean(x, axes, options);
  if (order === 1) return taxicab(x, axes, options);
  if (order === Number.POSITIVE_INFINITY) return max(abs(x), axes, options);
  throw operatorError(UnsupportedError, 'norm', `expected order 1, 2 or Infinity, given ${order}`);
}
