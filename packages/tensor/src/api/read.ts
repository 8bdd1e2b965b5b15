import { schedule } from '../transforms/evaluate.js';
import { decodeFloat16 } from '../core/float16.js';
import type { DType, TypedArrayOf } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';

/**
 * A copy of the elements in row-major order, computed first where need be.
 * Throws ValueError where the value was given up or the tensor is an argument of a function being traced.
 */
export async function data<D extends DType = DType>(x: Tensor): Promise<TypedArrayOf[D]> {
  if (x.origin.kind !== 'value') schedule([x]);
  const { value } = x.origin as Extract<Tensor['origin'], { kind: 'value' }>;
  value.expectUsable();
  value.retain();
  try {
    await value.ready();
    return (await value.storageForRun().read()) as TypedArrayOf[D];
  } finally {
    value.releaseUse();
  }
}

/** The only element of a tensor of size 1, as a number. Throws ShapeError for any other size. */
export async function item(x: Tensor): Promise<number> {
  if (x.size !== 1) {
    throw operatorError(ShapeError, 'item', `expected one element, given ${formatShape(x.shape)}`);
  }
  const element = Number((await data(x))[0]);
  return x.dtype === 'float16' ? decodeFloat16(element) : element;
}

/** Gives the elements up, releasing their memory once no run needs them. A tensor not computed yet is left alone. */
export function dispose(x: Tensor): void {
  if (x.origin.kind === 'value') x.origin.value.dispose();
}
