import type { DType } from '../core/dtype.js';
import { holds, isFloat } from '../core/dtype.js';
import { DTypeError, operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { broadcastTo } from './broadcast.js';
import { emitCast } from './cast.js';
import { reshape } from './structure.js';

interface SequenceAttributes {
  readonly start: number;
  readonly step: number;
  readonly size: number;
  readonly dtype: DType;
}

const sequenceOp = defineOp<SequenceAttributes>({
  name: 'sequence',
  infer: (_, { size, dtype }) => [{ dtype, shape: [size] }],
  lower(builder, _, { attributes: { start, step, size, dtype } }) {
    if (size <= 16) {
      const elements = Array.from({ length: size }, (_, i) => start + i * step);
      return [builder.constant(dtype, [size], elements)];
    }
    if (!isFloat(dtype)) {
      const ends = [start, start + size * step, step].map((x) => builder.scalar('int64', x));
      return [emitCast(builder, builder.emit('Range', ends), dtype)];
    }
    // ONNX Runtime's Range adds its step again and again, and its roundings with it.
    const counts = builder.emit(
      'Range',
      [0, size, 1].map((x) => builder.scalar('int64', x)),
    );
    const scaled = builder.emit('Mul', [emitCast(builder, counts, 'float64'), builder.scalar('float64', step)]);
    return [emitCast(builder, builder.emit('Add', [scaled, builder.scalar('float64', start)]), dtype)];
  },
  vjp: () => [],
  batch: () => {
    throw new Error('sequence has no inputs and is never batched');
  },
});

export interface SequenceOptions {
  readonly dtype?: DType;
}

/**
 * Numbers from `start` (0 by default) up to but not including `stop`, `step` apart, as in NumPy: `arange(stop)` or
 * `arange(start, stop, step)`. The dtype is int64 where all three are whole, float32 otherwise, or the one named.
 * Element i is start + i·step, computed in float64.
 * Throws ShapeError for a step of 0 or numbers that are not finite, DTypeError where the dtype cannot hold the elements.
 */
export function arange(stop: number, options?: SequenceOptions): Tensor;
export function arange(start: number, stop: number, options?: SequenceOptions): Tensor;
export function arange(start: number, stop: number, step: number, options?: SequenceOptions): Tensor;
export function arange(...given: (number | SequenceOptions | undefined)[]): Tensor {
  const numbers = given.filter((x) => typeof x === 'number');
  const options = given.find((x) => typeof x === 'object') ?? {};
  const [start, stop, step = 1] = numbers.length === 1 ? [0, numbers[0]!] : (numbers as [number, number, number?]);
  if (step === 0 || ![start, stop, step].every(Number.isFinite)) {
    throw operatorError(ShapeError, 'arange', `expected finite numbers and a step other than 0, given ${start}, ${stop}, ${step}`);
  }
  const size = Math.max(0, Math.ceil((stop - start) / step));
  const dtype = options.dtype ?? ([start, stop, step].every(Number.isInteger) ? 'int64' : 'float32');
  return sequence('arange', { start, step, size, dtype });
}

/**
 * `count` numbers at equal distances from `start` to `stop`, both included; float32 unless another dtype is named.
 * Throws ShapeError for a count that is no whole number of 0 or more or bounds that are not finite.
 */
export function linspace(start: number, stop: number, count: number, options: SequenceOptions = {}): Tensor {
  if (!Number.isInteger(count) || count < 0 || !Number.isFinite(start) || !Number.isFinite(stop)) {
    throw operatorError(ShapeError, 'linspace', `expected finite bounds and a whole count of 0 or more, given ${start}, ${stop}, ${count}`);
  }
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return sequence('linspace', { start, step, size: count, dtype: options.dtype ?? 'float32' });
}

function sequence(operator: string, attributes: SequenceAttributes): Tensor {
  const { start, step, size, dtype } = attributes;
  const last = start + Math.max(0, size - 1) * step;
  if (size > 0 && ![start, size > 1 ? start + step : start, last].every((x) => holds(dtype, x))) {
    throw operatorError(
      DTypeError,
      operator,
      `numbers from ${start} to ${last}, ${step} apart, are not all ${dtype}; name a dtype that holds them`,
    );
  }
  return applyOne(sequenceOp, [], attributes);
}

export interface MeshgridOptions {
  /** `xy` (NumPy's default): the first tensor runs along the second axis; `ij`: tensor i runs along axis i. */
  readonly indexing?: 'xy' | 'ij';
}

/** Vectors repeated over the grid that they span: one tensor each, all of one shape. Throws ShapeError for other ranks. */
export function meshgrid(vectors: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  const wrong = vectors.find((x) => x.rank !== 1);
  if (wrong) {
    throw operatorError(ShapeError, 'meshgrid', `expected vectors, given shape [${wrong.shape.join(', ')}]`);
  }
  const axes = vectors.map((_, i) => i);
  if ((options.indexing ?? 'xy') === 'xy' && axes.length > 1) [axes[0], axes[1]] = [1, 0];
  const shape = new Array<number>(vectors.length);
  vectors.forEach((x, i) => {
    shape[axes[i]!] = x.size;
  });
  return vectors.map((x, i) => {
    const own = shape.map((_, axis) => (axis === axes[i] ? x.size : 1));
    return broadcastTo(reshape(x, own), shape);
  });
}
