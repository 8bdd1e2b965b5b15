import type { DType } from '../core/dtype.js';
import { DTypeError, operatorError } from '../core/errors.js';
import { applyOne, defineOp } from '../core/op.js';
import { type Shape, sizeOf } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import { broadcastTo } from './broadcast.js';
import { expectElement } from './checks.js';

interface FullAttributes {
  readonly shape: Shape;
  readonly value: number;
  readonly dtype: DType;
}

const fullOp = defineOp<FullAttributes>({
  name: 'full',
  infer(_, { shape, value, dtype }) {
    expectElement('full', dtype, value);
    return [{ dtype, shape }];
  },
  lower(builder, _, { attributes: { shape, value, dtype } }) {
    const scalar = builder.scalar(dtype, value);
    if (shape.length === 0) return [scalar];
    if (sizeOf(shape) <= 16) {
      return [builder.constant(dtype, shape, new Array<number>(sizeOf(shape)).fill(value))];
    }
    return [builder.emit('Expand', [scalar, builder.ints(shape)])];
  },
  vjp: () => [],
  batch: () => {
    throw new Error('full has no inputs and is never batched');
  },
});

/**
 * A tensor filled with one number, known while compiling.
 * Throws DTypeError where an integer or boolean dtype has no such element.
 */
export function full(shape: Shape, value: number, dtype: DType = 'float32'): Tensor {
  return applyOne(fullOp, [], { shape: [...shape], value: Number(value), dtype });
}

export const zeros = (shape: Shape, dtype: DType = 'float32'): Tensor => full(shape, 0, dtype);
export const ones = (shape: Shape, dtype: DType = 'float32'): Tensor => full(shape, 1, dtype);
export const zerosLike = (x: Tensor): Tensor => full(x.shape, 0, x.dtype);
export const onesLike = (x: Tensor): Tensor => full(x.shape, 1, x.dtype);

/** The value of a tensor made by `full`, `undefined` for any other. */
export function filledWith(x: Tensor): number | undefined {
  if (x.origin.kind !== 'output' || x.origin.node.op !== (fullOp as unknown)) return undefined;
  return (x.origin.node.attributes as FullAttributes).value;
}

/** A number beside a tensor takes the tensor's dtype. */
export function asTensorLike(x: Tensor | number, like: Tensor): Tensor {
  if (x instanceof Tensor) return x;
  if (typeof x === 'number') return full([], x, like.dtype);
  throw operatorError(DTypeError, 'operand', `expected a tensor or a number, given ${describe(x)}; make one with tensor(...)`);
}

/** What a caller without types gave, in a few words. */
const describe = (x: unknown): string => (Array.isArray(x) ? 'an array' : x === null ? 'null' : typeof x);

/** `full` as a tensor that broadcasts: used where a rule needs an explicit shape. */
export const filledLike = (x: Tensor, value: number): Tensor => broadcastTo(full([], value, x.dtype), x.shape);
