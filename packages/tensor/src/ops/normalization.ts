import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { apply, defineOp, type Op } from '../core/op.js';
import { formatShape, sameShape } from '../core/shape.js';
import type { Tensor, TensorType } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { add, addAll, mul, sub } from './arithmetic.js';
import { broadcastTo, sumTo } from './broadcast.js';
import { commonDType, floats } from './checks.js';
import { ones } from './full.js';
import { matmul } from './matmul.js';
import { expandDims, reshape } from './structure.js';

/* Normalization over the last axis, by ONNX Runtime's fused kernels, with combined gradient formulas. */

interface NormAttributes {
  readonly epsilon: number;
}

const rowsOf = (x: TensorType): number[] => [...x.shape.slice(0, -1), 1];

function inferNorm(name: string, inputs: readonly TensorType[], extraOutputs: number): TensorType[] {
  const dtype = commonDType(name, inputs, floats);
  const [x, ...weights] = inputs;
  const size = x!.shape.at(-1);
  if (size === undefined || weights.some((weight) => !sameShape(weight.shape, [size]))) {
    throw operatorError(
      ShapeError,
      name,
      `expected x of rank 1 or more and weights of its last size, given x ${formatShape(x!.shape)} and weights ${weights.map((w) => formatShape(w.shape)).join(', ')}`,
    );
  }
  const statistics = { dtype, shape: rowsOf(x!) };
  return [{ dtype, shape: x!.shape }, ...Array.from({ length: extraOutputs }, () => statistics)];
}

/** Σ over all axes but the last. */
const sumRows = (x: Tensor): Tensor => sumTo(x, x.shape.slice(-1));

/** ⟨x, w⟩ over the last axis, which is kept with size 1. */
const dotLast = (x: Tensor, w: Tensor, scale: number): Tensor => matmul(x.rank === 1 ? expandDims(x, 0) : x, expandDims(w, 1), { scale });

/**
 * Outputs y = x̂·gain + bias with x̂ = (x − mean)·r and r = 1/√(var + ε), and mean and r for the gradient.
 * ∂x = r·(h − mean(h) − x̂·mean(h·x̂)) with h = g·gain, the two means as products with the gain.
 */
const layerNormOp: Op<NormAttributes> = defineOp<NormAttributes>({
  name: 'layerNorm',
  infer: (inputs) => inferNorm('layerNorm', inputs, 2),
  lower(builder, inputs, { attributes: { epsilon }, inputs: [x] }) {
    if (x!.dtype !== 'float32') return lowerLayerNorm(builder, inputs, x!.dtype, epsilon);
    return builder.emitMany('LayerNormalization', inputs, 3, { axis: -1, epsilon: { float: epsilon } });
  },
  vjp({ inputs: [x, gain], outputs: [, mean, r], cotangents: [g, ofMean, ofR], needs }) {
    const width = x!.shape.at(-1)!;
    const normalized = mul(sub(x!, mean!), r!);
    const product = g && mul(g, normalized);
    const terms = (): (Tensor | undefined)[] => [
      g &&
        mul(
          sub(
            sub(mul(g, gain!), restore(dotLast(g, gain!, 1 / width), mean!)),
            mul(normalized, restore(dotLast(product!, gain!, 1 / width), mean!)),
          ),
          r!,
        ),
      ofMean && broadcastTo(mul(ofMean, 1 / width), x!.shape),
      ofR && ofInverseDeviation(ofR, normalized, r!, width),
    ];
    return [
      needs[0] ? addPresent(terms()) : undefined,
      needs[1] && product ? sumRows(product) : undefined,
      needs[2] && g ? sumRows(g) : undefined,
    ];
  },
  batch: (inputs, batched, attributes) => batchNorm(inputs, batched, attributes, layerNormOp),
});

/* The fused kernels keep their statistics in float32; other dtypes are lowered to the definition. */

function lowerLayerNorm(builder: GraphBuilder, [x, gain, bias]: readonly string[], dtype: DType, epsilon: number): string[] {
  const mean = builder.emit('ReduceMean', [x!, builder.ints([-1])], { keepdims: 1 });
  const [normalized, r] = normalize(builder, builder.emit('Sub', [x!, mean]), dtype, epsilon);
  const scaled = builder.emit('Mul', [normalized!, gain!]);
  return [builder.emit('Add', [scaled, bias!]), mean, r!];
}

function lowerRmsNorm(builder: GraphBuilder, [x, gain]: readonly string[], dtype: DType, epsilon: number): string[] {
  const [normalized, r] = normalize(builder, x!, dtype, epsilon);
  return [builder.emit('Mul', [normalized!, gain!]), r!];
}

/** x·r and r = 1/√(mean(x²) + ε). */
function normalize(builder: GraphBuilder, x: string, dtype: DType, epsilon: number): string[] {
  const square = builder.emit('Mul', [x, x]);
  const power = builder.emit('ReduceMean', [square, builder.ints([-1])], { keepdims: 1 });
  const shifted = builder.emit('Add', [power, builder.scalar(dtype, epsilon)]);
  const r = builder.emit('Reciprocal', [builder.emit('Sqrt', [shifted])]);
  return [builder.emit('Mul', [x, r]), r];
}

/** r depends on x by ∂r/∂x = −r²·x̂/width. */
const ofInverseDeviation = (g: Tensor, normalized: Tensor, r: Tensor, width: number): Tensor =>
  mul(normalized, mul(mul(g, mul(r, r)), -1 / width));

const addPresent = (terms: readonly (Tensor | undefined)[]): Tensor | undefined => {
  const present = terms.filter((term) => term !== undefined);
  return present.length > 0 ? addAll(present) : undefined;
};

const restore = (x: Tensor, like: Tensor): Tensor => reshape(x, like.shape);

/** y = x·r·gain with r = 1/√(mean(x²) + ε); ∂x = r·(h − x·r²·mean(h·x)) with h = g·gain. */
const rmsNormOp: Op<NormAttributes> = defineOp<NormAttributes>({
  name: 'rmsNorm',
  infer: (inputs) => inferNorm('rmsNorm', inputs, 1),
  lower(builder, inputs, { attributes: { epsilon }, inputs: [x] }) {
    if (x!.dtype !== 'float32') return lowerRmsNorm(builder, inputs, x!.dtype, epsilon);
    return builder.emitMany('SimplifiedLayerNormalization', inputs, 2, {
      axis: -1,
      epsilon: { float: epsilon },
    });
  },
  vjp({ inputs: [x, gain], outputs: [, r], cotangents: [g, ofR], needs }) {
    const width = x!.shape.at(-1)!;
    const normalized = mul(x!, r!);
    const product = g && mul(g, normalized);
    const terms = (): (Tensor | undefined)[] => [
      g && mul(sub(mul(g, gain!), mul(normalized, restore(dotLast(product!, gain!, 1 / width), r!))), r!),
      ofR && ofInverseDeviation(ofR, normalized, r!, width),
    ];
    return [needs[0] ? addPresent(terms()) : undefined, needs[1] && product ? sumRows(product) : undefined];
  },
  batch: (inputs, batched, attributes) => batchNorm(inputs, batched, attributes, rmsNormOp),
});

/** Batched weights cannot enter the fused kernel: normalize with neutral weights, then scale and shift. */
function batchNorm(inputs: readonly Tensor[], batched: readonly boolean[], attributes: NormAttributes, op: Op<NormAttributes>): Tensor[] {
  const [x, gain, bias] = inputs;
  if (!batched[1] && !batched[2]) return apply(op, inputs, attributes);
  const size = inputs[batched.indexOf(true)]!.shape[0]!;
  const full = batched[0] ? x! : broadcastTo(x!, [size, ...x!.shape]);
  const neutral = [ones(gain!.shape.slice(-1), x!.dtype), sub(ones(gain!.shape.slice(-1), x!.dtype), 1)];
  const [normalized, ...statistics] = apply(op, [full, ...neutral.slice(0, inputs.length - 1)], attributes);
  const aligned = (weight: Tensor, isBatched: boolean) =>
    isBatched ? reshape(weight, [size, ...new Array<number>(full.rank - 2).fill(1), weight.shape[1]!]) : weight;
  const scaled = mul(normalized!, aligned(gain!, batched[1]!));
  return [bias ? add(scaled, aligned(bias, batched[2]!)) : scaled, ...statistics];
}

export interface NormalizationOptions {
  /** Added to the variance (or mean square) before the root; 1e-5 for layerNorm, 1e-6 for rmsNorm. */
  readonly epsilon?: number;
}

/**
 * Layer normalization over the last axis: (x − mean)/√(variance + ε)·gain + bias, with gain and bias of shape [n].
 * Ba, Kiros, Hinton 2016 (arXiv:1607.06450).
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, options: NormalizationOptions = {}): Tensor {
  return apply(layerNormOp, [x, gain, bias], { epsilon: options.epsilon ?? 1e-5 })[0]!;
}

/** Root-mean-square normalization over the last axis: x/√(mean(x²) + ε)·gain. Zhang, Sennrich 2019 (arXiv:1910.07467). */
export function rmsNorm(x: Tensor, gain: Tensor, options: NormalizationOptions = {}): Tensor {
  return apply(rmsNormOp, [x, gain], { epsilon: options.epsilon ?? 1e-6 })[0]!;
}
