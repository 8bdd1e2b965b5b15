import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape, reducedShape, resolveAxes, type Shape, sizeOf } from '../core/shape.js';
import type { Tensor, TensorType } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { type Expressions, expressions } from '../lowering/expression.js';
import { div, mul, sub } from './arithmetic.js';
import { broadcastTo, type ReduceOptions, sum } from './broadcast.js';
import { cast, emitThrough } from './cast.js';
import { allowedDType, floats } from './checks.js';
import { bounded } from './mask.js';
import { equal } from './compare.js';
import { reshape } from './structure.js';
import { isFinite, exp } from './unary.js';
import { where } from './select.js';

export interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export type ReduceFunction = (x: Tensor, axes?: number | readonly number[], options?: ReduceOptions) => Tensor;

interface Reduction {
  readonly name: string;
  /** ONNX operator, whose axes are the second input, or a composition. */
  readonly onnx: string | Composition;
  readonly dtypes?: readonly DType[];
  /** Dtypes for which ONNX Runtime has no kernel, and the one to compute in instead. */
  readonly through?: Partial<Record<DType, DType>>;
  /** The result over no elements; where there is none, empty axes are refused. */
  readonly ofNothing?: number;
  /** Gradient from g and y with the reduced axes kept; may broadcast to the shape of x. */
  readonly gradient?: (g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]) => Tensor;
}

/** Emits one ONNX reduction over the axes, which keep size 1. */
export type EmitReduction = (onnx: string, x: string) => string;

/** A reduction written in several operators, on values whose reduced axes keep size 1. */
type Composition = (e: Expressions, x: string, reduce: EmitReduction) => string;

/**
 * The lowering of a composed reduction. ONNX reads no axes as all of them: a reduction over none is one over an axis of
 * size 1 added for it.
 */
export function emitReduction(
  builder: GraphBuilder,
  x: string,
  shape: Shape,
  axes: readonly number[],
  result: TensorType,
  compose: Composition,
): string {
  const none = axes.length === 0;
  const elements = none ? builder.emit('Reshape', [x, builder.ints([...shape, 1])], { allowzero: 1 }) : x;
  const over = builder.ints(none ? [shape.length] : axes);
  const reduced = compose(expressions(builder, result.dtype), elements, (onnx, y) => builder.emit(onnx, [y, over], { keepdims: 1 }));
  return builder.emit('Reshape', [reduced, builder.ints(result.shape)], { allowzero: 1 });
}

/** An operator that reduces some axes: shape rule, lowering, gradient frame and batching. */
export function defineReduction(definition: Reduction): ReduceFunction {
  const { name, onnx, gradient, ofNothing } = definition;
  const op: Op<ReduceAttributes> = defineOp<ReduceAttributes>({
    name,
    infer([x], { axes, keepDims }) {
      const dtype = allowedDType(name, x!.dtype, definition.dtypes ?? floats);
      if (ofNothing === undefined && axes.some((axis) => x!.shape[axis] === 0)) {
        throw operatorError(
          ShapeError,
          name,
          `expected at least one element along each axis reduced, given ${formatShape(x!.shape)}, axes ${formatShape(axes)}`,
        );
      }
      return [{ dtype, shape: reducedShape(x!.shape, axes, keepDims) }];
    },
    lower(builder, [x], { attributes: { axes }, inputs: [input], outputs: [y] }) {
      const { dtype, shape } = y!;
      if (input!.size === 0) {
        return [builder.emit('Expand', [builder.scalar(dtype, ofNothing ?? 0), builder.ints(shape)])];
      }
      const compose: Composition = typeof onnx === 'string' ? (_, elements, reduce) => reduce(onnx, elements) : onnx;
      const reduce = ([elements]: readonly string[]) => emitReduction(builder, elements!, input!.shape, axes, y!, compose);
      const through = definition.through?.[dtype];
      return [through ? emitThrough(builder, dtype, through, [x!], reduce) : reduce([x!])];
    },
    ...(gradient && {
      vjp({ inputs: [x], outputs: [y], cotangents: [g], attributes: { axes } }) {
        const kept = reducedShape(x!.shape, axes, true);
        const ofX = gradient(reshape(g!, kept), x!, reshape(y!, kept), axes);
        return [broadcastTo(ofX, x!.shape)];
      },
    }),
    batch: ([x], _, { axes, keepDims }) => [applyOne(op, [x!], { axes: axes.map((axis) => axis + 1), keepDims })],
  });
  return (x, axes, options = {}) =>
    applyOne(op, [x], {
      axes: resolveAxes(name, axes, x.rank),
      keepDims: options.keepDims ?? false,
    });
}

/** Number of elements made into one. */
export const countAlong = (x: Tensor, axes: readonly number[]): number => sizeOf(axes.map((axis) => x.shape[axis]!));

const ordered: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'int64', 'uint32', 'uint8'];

/** The gradient of an extreme: shared equally among the elements that attain it. */
function amongExtremes(g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]): Tensor {
  const attains = cast(equal(x, y), x.dtype);
  const ties = sum(attains, axes, { keepDims: true });
  return mul(attains, bounded(div(g, ties)));
}

/** Mean over the given axes, over all of them by default; NaN over no elements. Floating-point only. */
export const mean = defineReduction({
  name: 'mean',
  onnx: 'ReduceMean',
  ofNothing: Number.NaN,
  gradient: (g, x, _, axes) => mul(g, 1 / countAlong(x, axes)),
});

/**
 * The largest element along the given axes, along all of them by default. The gradient is shared equally among the
 * elements that attain it. Throws ShapeError where there are no elements.
 */
export const max = defineReduction({
  name: 'max',
  onnx: 'ReduceMax',
  dtypes: ordered,
  through: { uint32: 'int64' },
  gradient: amongExtremes,
});

/** The smallest element along the given axes; see `max`. */
export const min = defineReduction({
  name: 'min',
  onnx: 'ReduceMin',
  dtypes: ordered,
  through: { uint32: 'int64' },
  gradient: amongExtremes,
});

/** log Σ eˣ along the given axes, along all of them by default, without overflow; −∞ over no elements or only −∞. */
export const logsumexp = defineReduction({
  name: 'logsumexp',
  onnx(e, x, reduce) {
    const top = reduce('ReduceMax', x);
    const shift = e.where(e.less(e.abs(top), Number.POSITIVE_INFINITY), top, 0);
    return e.add(e.log(reduce('ReduceSum', e.exp(e.sub(x, shift)))), shift);
  },
  ofNothing: Number.NEGATIVE_INFINITY,
  // softmax(x) = e^(x − y); over nothing but −∞ it is 0, not e^(∞ − ∞).
  gradient: (g, x, y) => mul(g, exp(sub(x, where(isFinite(y), y, 0)))),
});

const bool: readonly DType[] = ['bool'];

/** Whether any element along the given axes is true, along all of them by default; false of no elements. */
export const any = defineReduction({ name: 'any', onnx: 'ReduceMax', dtypes: bool, ofNothing: 0 });

/** Whether all elements along the given axes are true, along all of them by default; true of no elements. */
export const all = defineReduction({ name: 'all', onnx: 'ReduceMin', dtypes: bool, ofNothing: 1 });
