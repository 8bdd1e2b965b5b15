import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape, sameShape, type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { GraphBuilder } from '../lowering/builder.js';
import { add } from './arithmetic.js';
import { broadcastTo } from './broadcast.js';
import { emitCast } from './cast.js';
import { axisToIndex, commonDType, expectIndices, numeric } from './checks.js';
import { filledWith, full, zeros } from './full.js';
import { arange } from './sequence.js';
import { moveAxis, reshape } from './structure.js';

/*
 * Whole slices by index. `take` and `scatterAdd` are each other's adjoints, hence one file.
 * Indices count from the end when negative; those outside −n … n − 1 make the run fail with a RuntimeError.
 */

interface AxisAttributes {
  readonly axis: number;
}

/** The shape with one axis replaced by all axes of the indices. */
const takenShape = (shape: Shape, axis: number, indices: Shape): number[] => [
  ...shape.slice(0, axis),
  ...indices,
  ...shape.slice(axis + 1),
];

const takeOp = defineOp<AxisAttributes>({
  name: 'take',
  infer([x, indices], { axis }) {
    expectIndices('take', indices!);
    return [{ dtype: x!.dtype, shape: takenShape(x!.shape, axis, indices!.shape) }];
  },
  lower: (builder, [x, indices], { attributes: { axis } }) => [builder.emit('Gather', [x!, indices!], { axis })],
  vjp: ({ inputs: [x, indices], cotangents: [g], attributes: { axis } }) => [
    scatterAdd(zeros(x!.shape, x!.dtype), indices!, g!, axis),
    undefined,
  ],
  batch([x, indices], [ofX, ofIndices], { axis }) {
    if (!ofIndices) return [take(x!, indices!, axis + 1)];
    if (!ofX) return [moveAxis(take(x!, indices!, axis), axis, 0)];
    const slices = flatSlices(x!, axis);
    const taken = take(slices, flatIndices(indices!, x!.shape[axis + 1]!), 0);
    return [unflatten(taken, indices!.rank, axis)];
  },
});

/**
 * The slices of `x` along an axis (the first by default) at int32 or int64 indices of any shape: the axes of the indices
 * take the place of that axis. Negative indices count from the end. The gradient adds into the slices taken, in a fixed
 * order, so it is the same in every run.
 *
 * Throws ShapeError for a scalar, DTypeError for other indices; an index outside −n … n − 1 fails the run (RuntimeError).
 */
export function take(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return applyOne(takeOp, [x, indices], { axis: axisToIndex('take', x, axis) });
}

/* Batched indices into a batched tensor become indices into all its slices: b·n + i for index i of example b. */

/** [batch, …, n, …] with the batch and the example's axis `axis` merged in front: [batch·n, …]. */
function flatSlices(x: Tensor, axis: number): Tensor {
  const front = moveAxis(x, axis + 1, 1);
  return reshape(front, [front.shape[0]! * front.shape[1]!, ...front.shape.slice(2)]);
}

/** Taking from the row numbers rather than adding n to negative indices keeps the check of the range. */
function flatIndices(indices: Tensor, n: number): Tensor {
  const batch = indices.shape[0]!;
  const firsts = reshape(arange(0, batch * n, n || 1), [n === 0 ? 0 : batch, ...indices.shape.slice(1).map(() => 1)]);
  return add(take(arange(n), indices, 0), firsts);
}

/** [batch, indices…, before…, after…] to [batch, before…, indices…, after…]. */
function unflatten(taken: Tensor, indexRank: number, axis: number): Tensor {
  let result = taken;
  for (let i = 0; i < axis; i++) result = moveAxis(result, indexRank + i, 1 + i);
  return result;
}

/** Indices of rank 1; `scatterAdd` takes any. */
const scatterAddOp: Op<AxisAttributes> = defineOp<AxisAttributes>({
  name: 'scatterAdd',
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  lower(builder, names, { inputs, attributes: { axis } }) {
    const [x, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    if (x.size === 0 || indices.size === 0) return [builder.emit('Identity', [names[0]!])];
    if (isOneHotFaster(x, axis)) return [oneHotProduct(builder, names[1]!, names[2]!, x, updates, axis)];
    const toSums = ([start, places, rows]: readonly string[]) => scatterElements(builder, start!, places!, rows!, updates, axis);
    // ONNX Runtime adds no float16 here; sums are better kept in float32 anyway.
    if (x.dtype !== 'float16') return [toSums(names)];
    const [start, rows] = [names[0]!, names[2]!].map((name) => emitCast(builder, name, 'float32'));
    return [emitCast(builder, toSums([start!, names[1]!, rows!]), 'float16')];
  },
  vjp: ({ inputs: [, indices], cotangents: [g], needs, attributes: { axis } }) => [
    needs[0] ? g : undefined,
    undefined,
    needs[2] ? take(g!, indices!, axis) : undefined,
  ],
  batch([x, indices, updates], [ofX, ofIndices, ofUpdates], { axis }) {
    const size = (ofX ? x! : ofIndices ? indices! : updates!).shape[0]!;
    const starts = ofX ? x! : repeated(x!, size);
    const rows = ofUpdates ? updates! : repeated(updates!, size);
    if (!ofIndices) return [scatterAdd(starts, indices!, rows, axis + 1)];
    const n = starts.shape[axis + 1]!;
    const slices = flatSlices(starts, axis);
    const sums = scatterAdd(slices, flatIndices(indices!, n), moveAxis(rows, axis + 1, 1), 0);
    return [moveAxis(reshape(sums, [size, n, ...slices.shape.slice(1)]), 1, axis + 1)];
  },
});

/** One example as a whole batch; zeros stay recognisable zeros. */
function repeated(x: Tensor, size: number): Tensor {
  const value = filledWith(x);
  return value === undefined ? broadcastTo(x, [size, ...x.shape]) : full([size, ...x.shape], value, x.dtype);
}

/**
 * Sums into up to this many slices are a product with the one-hot matrix of the indices: 0.27 ms against 1.4 for
 * 1,024 rows of 256 numbers into 64 slices on two cores, 1.0 against 1.6 into 256, 6.6 against 2.0 into 1,024.
 * (ScatterND would be faster still, but its threads race for repeated indices and lose updates.)
 */
const oneHotLimit = 256;

const isOneHotFaster = (x: Tensor, axis: number): boolean =>
  filledWith(x) === 0 && x.shape[axis]! <= oneHotLimit && (x.dtype === 'float32' || x.dtype === 'float64');

/** [size, count] one-hot matrix times [before, count, after] updates. */
function oneHotProduct(builder: GraphBuilder, places: string, rows: string, x: Tensor, updates: Tensor, axis: number): string {
  const [size, count] = [x.shape[axis]!, updates.shape[axis]!];
  const numbers = Array.from({ length: size }, (_, i) => i);
  // Gathering from 0, 1, 2, … turns negative indices around and refuses those out of range.
  const checked = builder.emit('Gather', [builder.constant('int64', [size], numbers), places]);
  const hits = emitCast(builder, builder.emit('Equal', [builder.constant('int64', [size, 1], numbers), checked]), x.dtype);
  const [before, after] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const isProduct = x.rank - axis <= 2 && axis <= 1 && (axis === 0 || x.rank === 3);
  if (isProduct) return builder.emit('MatMul', [hits, rows]);
  const matrices = builder.emit('Reshape', [rows, builder.ints([before, count, after])]);
  return builder.emit('Reshape', [builder.emit('MatMul', [hits, matrices]), builder.ints(x.shape)]);
}

function scatterElements(builder: GraphBuilder, x: string, places: string, rows: string, { shape }: Tensor, axis: number): string {
  const alongAxis = shape.map((n, i) => (i === axis ? n : 1));
  const lines = builder.emit('Reshape', [places, builder.ints(alongAxis)]);
  const expanded = builder.emit('Expand', [lines, builder.ints(shape)]);
  return builder.emit('ScatterElements', [x, expanded, rows], { axis, reduction: 'add' });
}

/**
 * `x` with `updates` added to its slices along an axis (the first by default) at the given indices, repeated indices
 * adding up: what `take` is differentiated into. `updates` has the shape of `take(x, indices, axis)`. Sums are made in a
 * fixed order, so the result is the same in every run.
 *
 * Throws ShapeError and DTypeError where the updates do not fit; an index outside −n … n − 1 fails the run (RuntimeError).
 */
export function scatterAdd(x: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  const resolved = axisToIndex('scatterAdd', x, axis);
  expectIndices('scatterAdd', indices);
  commonDType('scatterAdd', [x, updates], numeric);
  const shape = takenShape(x.shape, resolved, indices.shape);
  if (!sameShape(updates.shape, shape)) {
    throw operatorError(
      ShapeError,
      'scatterAdd',
      `indices ${formatShape(indices.shape)} into axis ${axis} of ${formatShape(x.shape)} need updates ${formatShape(shape)}, given ${formatShape(updates.shape)}`,
    );
  }
  const rows = reshape(updates, x.shape.with(resolved, indices.size));
  return applyOne(scatterAddOp, [x, reshape(indices, [indices.size]), rows], { axis: resolved });
}

/**
 * Slices of `x` at index tuples: the last axis of `indices` (size k) indexes the first k axes of `x`, as ONNX's GatherND.
 * The result has the shape `[...indices.shape.slice(0, -1), ...x.shape.slice(k)]`. Negative indices count from the end.
 *
 * Throws ShapeError where k is 0 or more than the rank of `x`; an index out of range fails the run (RuntimeError).
 */
export function gatherND(x: Tensor, indices: Tensor): Tensor {
  expectIndices('gatherND', indices);
  const k = indices.shape.at(-1) ?? 0;
  if (k === 0 || k > x.rank) {
    throw operatorError(
      ShapeError,
      'gatherND',
      `expected index tuples of 1 to ${x.rank} numbers for ${formatShape(x.shape)}, given indices ${formatShape(indices.shape)}`,
    );
  }
  const indexed = x.shape.slice(0, k);
  let rows: Tensor | undefined;
  let stride = sizeOf(indexed);
  indexed.forEach((n, axis) => {
    stride = n === 0 ? 0 : stride / n;
    const firsts = arange(0, n * stride, stride || 1);
    const part = take(firsts, take(indices, column(axis), -1), 0);
    rows = rows ? add(rows, part) : part;
  });
  return take(reshape(x, [sizeOf(indexed), ...x.shape.slice(k)]), rows!, 0);
}

const column = (number: number): Tensor => full([], number, 'int64');
