import { currentRuntime } from '../runtime/current.js';
import { Value } from '../runtime/value.js';
import { type DType, dtypeOfArray, dtypes, elementOf, type TypedArray } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { formatShape, type Shape, sizeOf } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';

/** Numbers nested to any depth, all rows equally long. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

/**
 * A tensor of the given elements, which are copied. Numbers become `float32` (booleans `bool`) and typed arrays keep
 * their type unless a dtype is named (a Uint16Array holds bit patterns of `float16`, any other numbers are rounded to
 * it); typed arrays need a shape where they are not one-dimensional.
 * Throws ShapeError where the number of elements does not fit the shape or rows differ in length.
 */
export function tensor(data: TypedArray | NestedNumbers, shape?: Shape, dtype?: DType): Tensor {
  if (ArrayBuffer.isView(data)) {
    return fromElements(data, shape ?? [data.length], dtype ?? dtypeOfArray(data));
  }
  const nested = nestedShape(data as NestedNumbers);
  const elements = ([data] as unknown[]).flat(Number.POSITIVE_INFINITY) as (number | boolean)[];
  const given = dtype ?? (typeof elements[0] === 'boolean' ? 'bool' : 'float32');
  return fromElements(elements.map(Number), shape ?? nested, given);
}

function fromElements(elements: ArrayLike<number | bigint>, shape: Shape, dtype: DType): Tensor {
  if (elements.length !== sizeOf(shape)) {
    throw operatorError(ShapeError, 'tensor', `${elements.length} elements do not fill the shape ${formatShape(shape)}`);
  }
  const storage = currentRuntime().allocate({ dtype, shape: [...shape] });
  const target = storage.array;
  const patterns = dtype === 'float16' && !(elements instanceof Uint16Array);
  if ((typeof elements[0] === 'bigint') === dtypes[dtype].isBigInt && !patterns) {
    (target as { set(from: ArrayLike<number | bigint>): void }).set(elements);
  } else {
    for (let i = 0; i < elements.length; i++) target[i] = elementOf(dtype, Number(elements[i]!));
  }
  return new Tensor(dtype, [...shape], { kind: 'value', value: Value.of(storage) });
}

function nestedShape(data: NestedNumbers): number[] {
  if (!Array.isArray(data)) return [];
  const rows = (data as readonly NestedNumbers[]).map(nestedShape);
  const first = rows[0] ?? [];
  if (rows.some((row) => row.join() !== first.join())) {
    throw operatorError(ShapeError, 'tensor', 'rows of a nested array differ in length');
  }
  return [rows.length, ...first];
}
