import type { DType } from '../core/dtype.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp } from '../core/op.js';
import { formatShape, type Shape, sizeOf } from '../core/shape.js';
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
  lower: (builder, [x, indices], { attributes: { axis } }) => [
    builder.emit('Gather', [x!, indices!], { axis }),
  ],
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

const scatterAddOp = defineOp<AxisAttributes>({
  name: 'scatterAdd',
  infer([x, indices, updates], { axis }) {
    expectIndices('scatterAdd', indices!);
    const dtype = commonDType('scatterAdd', [x!, updates!], numeric);
    const shape = takenShape(x!.shape, axis, indices!.shape);
    if (formatShape(updates!.shape) !== formatShape(shape)) {
      throw operatorError(
        ShapeError,
        'scatterAdd',
        `indices ${formatShape(indices!.shape)} into axis ${axis} of ${formatShape(x!.shape)} need updates ${formatShape(shape)}, given ${formatShape(updates!.shape)}`,
      );
    }
    return [{ dtype, shape: x!.shape }];
  },
  lower(builder, [x, indices, updates], { inputs, attributes: { axis } }) {
    const [{ dtype, shape }, { shape: indexShape }] = inputs as [Tensor, Tensor];
    const problem: ScatterProblem = {
      before: sizeOf(shape.slice(0, axis)),
      size: shape[axis]!,
      count: sizeOf(indexShape),
      after: sizeOf(shape.slice(axis + 1)),
      // ONNX Runtime adds no float16 here; sums are better kept in float32 anyway.
      dtype: dtype === 'float16' ? 'float32' : dtype,
    };
    if (sizeOf(shape) === 0 || problem.count === 0) return [builder.emit('Identity', [x!])];
    const convert = (name: string) => (dtype === 'float16' ? emitCast(builder, name, 'float32') : name);
    const rows = reshaped(builder, convert(updates!), [problem.before, problem.count, problem.after]);
    const places = reshaped(builder, indices!, [problem.count]);
    const sums = isOneHotFaster(problem, filledWith(inputs[0]!))
      ? oneHotProduct(builder, places, rows, problem)
      : scatterElements(builder, reshaped(builder, convert(x!), [problem.before, problem.size, problem.after]), places, rows, problem);
    const result = reshaped(builder, sums, shape);
    return [dtype === 'float16' ? emitCast(builder, result, dtype) : result];
  },
  vjp: ({ inputs: [, indices], cotangents: [g], needs, attributes: { axis } }) => [
    needs[0] ? g : undefined,
    undefined,
    needs[2] ? take(g!, indices!, axis) : undefined,
  ],
  batch(inputs, batched, { axis }) {
    const size = inputs[batched.indexOf(true)]!.shape[0]!;
    const x = batched[0] ? inputs[0]! : repeated(inputs[0]!, size);
    const updates = batched[2] ? inputs[2]! : repeated(inputs[2]!, size);
    const indices = inputs[1]!;
    if (!batched[1]) return [scatterAdd(x, indices, updates, axis + 1)];
    // Index axes of the updates move in front of the other axes, right behind the batch.
    let rows = updates;
    for (let i = 0; i < indices.rank - 1; i++) rows = moveAxis(rows, 1 + axis + i, 1 + i);
    const slices = flatSlices(x, axis);
    const sums = scatterAdd(slices, flatIndices(indices, x.shape[axis + 1]!), rows, 0);
    const rest = slices.shape.slice(1);
    return [moveAxis(reshape(sums, [size, x.shape[axis + 1]!, ...rest]), 1, axis + 1)];
  },
});

/** One example as a whole batch; zeros stay recognisable zeros. */
function repeated(x: Tensor, size: number): Tensor {
  const value = filledWith(x);
  return value === undefined ? broadcastTo(x, [size, ...x.shape]) : full([size, ...x.shape], value, x.dtype);
}

interface ScatterProblem {
  readonly before: number;
  /** Slices in the result. */
  readonly size: number;
  /** Slices added. */
  readonly count: number;
  readonly after: number;
  readonly dtype: DType;
}

/**
 * Sums into up to this many slices are a product with the one-hot matrix of the indices: 0.27 ms against 1.4 for
 * 1,024 rows of 256 numbers into 64 slices on two cores, 1.0 against 1.6 into 256, 6.6 against 2.0 into 1,024.
 * (ScatterND would be faster still, but its threads race for repeated indices and lose updates.)
 */
const oneHotLimit = 256;

const isOneHotFaster = ({ size, dtype }: ScatterProblem, start: number | undefined): boolean =>
  start === 0 && size <= oneHotLimit && (dtype === 'float32' || dtype === 'float64');

/** [size, count] one-hot matrix times [before, count, after] updates. */
function oneHotProduct(
  builder: GraphBuilder,
  places: string,
  rows: string,
  { size, count, dtype }: ScatterProblem,
): string {
  const numbers = builder.constant('int64', [size], Array.from({ length: size }, (_, i) => i));
  // Gathering from 0, 1, 2, … turns negative indices around and refuses those out of range.
  const checked = builder.emit('Gather', [numbers, places]);
  const column = reshaped(builder, numbers, [size, 1]);
  const hits = builder.emit('Equal', [column, reshaped(builder, checked, [1, count])]);
  return builder.emit('MatMul', [emitCast(builder, hits, dtype), rows]);
}

function scatterElements(
  builder: GraphBuilder,
  x: string,
  places: string,
  rows: string,
  { before, count, after }: ScatterProblem,
): string {
  const expanded = builder.emit('Expand', [
    reshaped(builder, places, [1, count, 1]),
    builder.ints([before, count, after]),
  ]);
  return builder.emit('ScatterElements', [x, expanded, rows], { axis: 1, reduction: 'add' });
}

const reshaped = (builder: GraphBuilder, name: string, shape: Shape): string =>
  builder.emit('Reshape', [name, builder.ints(shape)]);

/**
 * `x` with `updates` added to its slices along an axis (the first by default) at the given indices, repeated indices
 * adding up: what `take` is differentiated into. `updates` has the shape of `take(x, indices, axis)`. Sums are made in a
 * fixed order, so the result is the same in every run.
 *
 * Throws ShapeError and DTypeError where the updates do not fit; an index outside −n … n − 1 fails the run (RuntimeError).
 */
export function scatterAdd(x: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  return applyOne(scatterAddOp, [x, indices, updates], { axis: axisToIndex('scatterAdd', x, axis) });
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
