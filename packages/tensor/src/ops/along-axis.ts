import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { broadcastShapes, formatShape, sameShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { broadcastTo } from './broadcast.js';
import { emitCast } from './cast.js';
import { anyDType, axisToIndex, commonDType, expectIndices, numeric } from './checks.js';
import { zeros, zerosLike } from './full.js';

/*
 * Elements by index along one axis, every line with indices of its own.
 * Indices count from the end when negative; those outside −n … n − 1 make the run fail with a RuntimeError.
 */

interface AxisAttributes {
  readonly axis: number;
}

const takeAlongAxisOp: Op<AxisAttributes> = defineOp<AxisAttributes>({
  name: 'takeAlongAxis',
  infer: ([x, indices]) => [{ dtype: x!.dtype, shape: indices!.shape }],
  lower(builder, [x, indices], { outputs, attributes: { axis } }) {
    const { dtype, shape, size } = outputs[0]!;
    if (size === 0) return [builder.constant(dtype, shape, [])];
    return [builder.emit('GatherElements', [x!, indices!], { axis })];
  },
  vjp: ({ inputs: [x, indices], cotangents: [g], attributes }) => [
    scatter(zeros(x!.shape, x!.dtype), indices!, g!, { ...attributes, reduction: 'add' }),
    undefined,
  ],
  batch(inputs, batched, { axis }) {
    const [x, indices] = allBatched(inputs, batched);
    return [applyOne(takeAlongAxisOp, [x!, indices!], { axis: axis + 1 })];
  },
});

function allBatched(inputs: readonly Tensor[], batched: readonly boolean[]): Tensor[] {
  const size = inputs[batched.indexOf(true)]!.shape[0]!;
  return inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])));
}

/**
 * For every line along an axis the elements at that line's own indices (NumPy's `take_along_axis`, ONNX's
 * GatherElements): y[i, j] = x[i, indices[i, j]] for axis 1. All other axes of `x` and the indices broadcast.
 *
 * Throws ShapeError where ranks differ or shapes do not broadcast, DTypeError for indices that are not int32 or int64; an
 * index outside −n … n − 1 fails the run (RuntimeError).
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  const resolved = axisToIndex('takeAlongAxis', x, axis);
  return applyOne(takeAlongAxisOp, alignAlongAxis('takeAlongAxis', x, indices, resolved), {
    axis: resolved,
  });
}

interface ScatterAttributes extends AxisAttributes {
  /** Whether updates replace what is there or add to it. */
  readonly reduction: 'none' | 'add';
}

const scatterOp = defineOp<ScatterAttributes>({
  name: 'scatterAlongAxis',
  infer([x, , updates], { reduction }) {
    commonDType('scatterAlongAxis', [x!, updates!], reduction === 'add' ? numeric : anyDType);
    return [{ dtype: x!.dtype, shape: x!.shape }];
  },
  lower(builder, [x, indices, updates], { inputs, attributes: { axis, reduction } }) {
    if (inputs[1]!.size === 0) return [builder.emit('Identity', [x!])];
    // ONNX Runtime adds no float16 here; sums are better kept in float32 anyway.
    const isHalf = inputs[0]!.dtype === 'float16' && reduction === 'add';
    const convert = (name: string) => (isHalf ? emitCast(builder, name, 'float32') : name);
    const result = builder.emit('ScatterElements', [convert(x!), indices!, convert(updates!)], {
      axis,
      reduction,
    });
    return [isHalf ? emitCast(builder, result, 'float16') : result];
  },
  vjp({ inputs: [, indices, updates], cotangents: [g], needs, attributes }) {
    const kept = () => (attributes.reduction === 'add' ? g! : scatter(g!, indices!, zerosLike(updates!), attributes));
    return [needs[0] ? kept() : undefined, undefined, needs[2] ? takeAlongAxis(g!, indices!, attributes.axis) : undefined];
  },
  batch(inputs, batched, { axis, reduction }) {
    const [x, indices, updates] = allBatched(inputs, batched);
    return [scatter(x!, indices!, updates!, { axis: axis + 1, reduction })];
  },
});

const scatter = (x: Tensor, indices: Tensor, updates: Tensor, attributes: ScatterAttributes): Tensor =>
  applyOne(scatterOp, [x, indices, updates], attributes);

/**
 * `x` with elements replaced along an axis (NumPy's `put_along_axis`): y[i, indices[i, j]] = updates[i, j] for axis 1.
 * Where a line repeats an index the last update stays, and the gradient counts it for all of them: keep indices distinct
 * where gradients matter. Indices and updates have one shape; on all axes but `axis` it is that of `x`.
 *
 * Throws ShapeError and DTypeError where they do not fit; an index outside −n … n − 1 fails the run (RuntimeError).
 */
export function scatterAlongAxis(x: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  return scatterChecked('scatterAlongAxis', x, indices, updates, axis, 'none');
}

/** `scatterAlongAxis` that adds to what is there; repeated indices add up, in a fixed order. */
export function scatterAddAlongAxis(x: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  return scatterChecked('scatterAddAlongAxis', x, indices, updates, axis, 'add');
}

function scatterChecked(operator: string, x: Tensor, indices: Tensor, updates: Tensor, axis: number, reduction: 'none' | 'add'): Tensor {
  const resolved = axisToIndex(operator, x, axis);
  const [target, places] = alignAlongAxis(operator, x, indices, resolved);
  if (!sameShape(target.shape, x.shape) || !sameShape(places.shape, updates.shape)) {
    throw operatorError(
      ShapeError,
      operator,
      `expected updates of the shape ${formatShape(places.shape)} into ${formatShape(target.shape)}, given ${formatShape(updates.shape)} into ${formatShape(x.shape)}`,
    );
  }
  return scatter(x, places, updates, { axis: resolved, reduction });
}

/** Indices and `x` broadcast against each other on all axes but one. */
function alignAlongAxis(operator: string, x: Tensor, indices: Tensor, axis: number): [Tensor, Tensor] {
  expectIndices(operator, indices);
  if (indices.rank !== x.rank) {
    throw operatorError(
      ShapeError,
      operator,
      `expected indices of rank ${x.rank}, as ${formatShape(x.shape)} has, given ${formatShape(indices.shape)}`,
    );
  }
  const common = broadcastShapes(operator, x.shape.with(axis, 1), indices.shape.with(axis, 1));
  return [broadcastTo(x, common.with(axis, x.shape[axis]!)), broadcastTo(indices, common.with(axis, indices.shape[axis]!))];
}
