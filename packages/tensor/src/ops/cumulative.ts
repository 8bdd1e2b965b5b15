import { applyOne, defineOp, type Op } from '../core/op.js';
import { resolveAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { emitThrough } from './cast.js';
import { allowedDType, numeric, unsigned } from './checks.js';

interface CumsumAttributes {
  readonly axis: number;
  readonly reverse: boolean;
  readonly exclusive: boolean;
}

const cumsumOp: Op<CumsumAttributes> = defineOp<CumsumAttributes>({
  name: 'cumsum',
  infer: ([x]) => [{ dtype: allowedDType('cumsum', x!.dtype, numeric), shape: x!.shape }],
  lower(builder, [x], { attributes: { axis, reverse, exclusive }, inputs: [input], outputs: [y] }) {
    if (input!.size === 0) return [x!];
    const scan = ([terms]: readonly string[]) =>
      builder.emit('CumSum', [terms!, builder.scalar('int64', axis)], {
        reverse: Number(reverse),
        exclusive: Number(exclusive),
      });
    const { dtype } = y!;
    return [unsigned.includes(dtype) ? emitThrough(builder, dtype, 'int64', [x!], scan) : scan([x!])];
  },
  vjp: ({ cotangents: [g], attributes }) => [applyOne(cumsumOp, [g!], { ...attributes, reverse: !attributes.reverse })],
  batch: ([x], _, { axis, ...rest }) => [applyOne(cumsumOp, [x!], { axis: axis + 1, ...rest })],
});

export interface CumsumOptions {
  /** Sum from the end. */
  readonly reverse?: boolean;
  /** Leave each element out of its own sum. */
  readonly exclusive?: boolean;
}

/** Sums of the elements up to and including each, along one axis. */
export const cumsum = (x: Tensor, axis: number, options: CumsumOptions = {}): Tensor =>
  applyOne(cumsumOp, [x], {
    axis: resolveAxis('cumsum', axis, x.rank),
    reverse: options.reverse ?? false,
    exclusive: options.exclusive ?? false,
  });
