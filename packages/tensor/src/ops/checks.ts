import type { DType } from '../core/dtype.js';
import { holds, isFloat } from '../core/dtype.js';
import { DTypeError, operatorError, ShapeError } from '../core/errors.js';
import { resolveAxis } from '../core/shape.js';
import type { TensorType } from '../core/tensor.js';

/** Families of element types that operators accept. */
export const numeric: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'int64', 'uint32', 'uint64', 'uint8'];
export const floats: readonly DType[] = ['float32', 'float64', 'float16'];
export const integers: readonly DType[] = ['int32', 'int64', 'uint32', 'uint64', 'uint8'];
export const unsigned: readonly DType[] = ['uint32', 'uint64', 'uint8'];
export const indices: readonly DType[] = ['int32', 'int64'];
export const anyDType: readonly DType[] = [...numeric, 'bool'];

/** The common dtype of all inputs, which must be one of `allowed`; nothing is converted silently. */
export function commonDType(operator: string, inputs: readonly TensorType[], allowed: readonly DType[] = anyDType): DType {
  const dtype = inputs[0]!.dtype;
  if (inputs.some((input) => input.dtype !== dtype)) {
    throw operatorError(
      DTypeError,
      operator,
      `expected tensors of one dtype, given ${inputs.map((i) => i.dtype).join(' and ')}; convert one with cast(x, dtype)`,
    );
  }
  return allowedDType(operator, dtype, allowed);
}

export function allowedDType(operator: string, dtype: DType, allowed: readonly DType[]): DType {
  if (!allowed.includes(dtype)) {
    throw operatorError(DTypeError, operator, `expected ${allowed.join(', ')}, given ${dtype}; convert with cast(x, dtype)`);
  }
  return dtype;
}

/** Throws DTypeError where a number given beside tensors of a dtype is no element of it. */
export function expectElement(operator: string, dtype: DType, value: number): void {
  if (!holds(dtype, value)) {
    throw operatorError(
      DTypeError,
      operator,
      `${value} is no ${dtype}; give a number of that type or convert the tensor beside it with cast(x, dtype)`,
    );
  }
}

export function expectRank(operator: string, what: string, type: TensorType, rank: number): void {
  if (type.shape.length !== rank) {
    throw operatorError(ShapeError, operator, `expected ${what} of rank ${rank}, given shape [${type.shape.join(', ')}]`);
  }
}

export const isDifferentiable = (type: TensorType): boolean => isFloat(type.dtype);

/** Indices into other tensors are int32 or int64. */
export function expectIndices(operator: string, type: TensorType): void {
  if (!indices.includes(type.dtype)) {
    throw operatorError(
      DTypeError,
      operator,
      `expected indices of ${indices.join(' or ')}, given ${type.dtype}; convert with cast(x, 'int64')`,
    );
  }
}

/** `resolveAxis` for operators that need an axis, which scalars do not have. */
export function axisToIndex(operator: string, type: TensorType, axis: number): number {
  if (type.shape.length === 0) throw operatorError(ShapeError, operator, 'expected an axis, given a scalar');
  return resolveAxis(operator, axis, type.shape.length);
}
