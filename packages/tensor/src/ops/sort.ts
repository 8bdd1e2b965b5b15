import { operatorError, ShapeError } from '../core/errors.js';
import type { DType } from '../core/dtype.js';
import { apply, defineOp, type Op } from '../core/op.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { scatterAddAlongAxis } from './along-axis.js';
import { allowedDType, axisToIndex } from './checks.js';
import { zeros } from './full.js';

interface TopKAttributes {
  readonly k: number;
  readonly axis: number;
  readonly largest: boolean;
}

/** Element types ONNX Runtime can order. */
const ordered: readonly DType[] = ['float32', 'float64', 'int32', 'int64'];

const topKOp: Op<TopKAttributes> = defineOp<TopKAttributes>({
  name: 'topK',
  infer([x], { k, axis }) {
    const shape = x!.shape.with(axis, k);
    return [
      { dtype: allowedDType('topK', x!.dtype, ordered), shape },
      { dtype: 'int64', shape },
    ];
  },
  lower(builder, [x], { outputs, attributes: { k, axis, largest } }) {
    if (outputs[0]!.size === 0) {
      return outputs.map(({ dtype, shape }) => builder.constant(dtype, shape, []));
    }
    return builder.emitMany('TopK', [x!, builder.ints([k])], 2, { axis, largest: Number(largest), sorted: 1 });
  },
  vjp: ({ inputs: [x], outputs: [, indices], cotangents: [g], attributes: { axis } }) => [
    g && scatterAddAlongAxis(zeros(x!.shape, x!.dtype), indices!, g, axis),
  ],
  batch: ([x], _, { k, axis, largest }) => apply(topKOp, [x!], { k, axis: axis + 1, largest }),
});

export interface TopKOptions {
  /** The largest elements (default) in falling order, or the smallest in rising order. */
  readonly largest?: boolean;
}

export interface TopK {
  readonly values: Tensor;
  /** int64 places of the values along the axis. */
  readonly indices: Tensor;
}

/**
 * The k largest (or smallest) elements of every line along an axis, the last by default, in order, and where they were.
 * Among equal elements the one with the lower index comes first. Where NaNs land is undefined.
 *
 * Throws ShapeError for a scalar or k outside 0 … n, DTypeError for other types than float32, float64, int32, int64.
 */
export function topK(x: Tensor, k: number, axis = -1, options: TopKOptions = {}): TopK {
  const resolved = axisToIndex('topK', x, axis);
  if (!Number.isInteger(k) || k < 0 || k > x.shape[resolved]!) {
    throw operatorError(
      ShapeError,
      'topK',
      `axis ${axis} of ${formatShape(x.shape)} has no ${k} elements; expected k from 0 to ${x.shape[resolved]}`,
    );
  }
  const [values, indices] = apply(topKOp, [x], { k, axis: resolved, largest: options.largest ?? true });
  return { values: values!, indices: indices! };
}

export interface SortOptions {
  /** From the largest to the smallest; rising order by default. */
  readonly descending?: boolean;
}

/** The elements of every line along an axis, the last by default, in rising or falling order; see `topK`. */
export const sort = (x: Tensor, axis = -1, options: SortOptions = {}): Tensor => ordering('sort', x, axis, options).values;

/**
 * The int64 indices that sort every line along an axis, the last by default. The order is stable: equal elements keep
 * theirs, in falling order as well.
 */
export const argsort = (x: Tensor, axis = -1, options: SortOptions = {}): Tensor => ordering('argsort', x, axis, options).indices;

function ordering(operator: string, x: Tensor, axis: number, options: SortOptions): TopK {
  const resolved = axisToIndex(operator, x, axis);
  allowedDType(operator, x.dtype, ordered);
  return topK(x, x.shape[resolved]!, resolved, { largest: options.descending ?? false });
}
