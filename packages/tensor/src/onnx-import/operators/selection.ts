import { resolveAxis, type Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { vmap } from '../../transforms/vmap.js';
import { scatterAddAlongAxis, scatterAlongAxis, takeAlongAxis } from '../../ops/along-axis.js';
import { argmax, argmin } from '../../ops/arg-extremes.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { broadcastTo, sum } from '../../ops/broadcast.js';
import { cast } from '../../ops/cast.js';
import { less } from '../../ops/compare.js';
import { cumsum } from '../../ops/cumulative.js';
import { gatherND, scatterAdd, take } from '../../ops/indexing.js';
import { concat, split } from '../../ops/join.js';
import { oneHot } from '../../ops/one-hot.js';
import { pad } from '../../ops/pad.js';
import { flip } from '../../ops/rearrange.js';
import { where } from '../../ops/select.js';
import { slice, sliceAxis } from '../../ops/slice.js';
import { topK } from '../../ops/sort.js';
import { expandDims, moveAxis, reshape, transpose } from '../../ops/structure.js';
import { tril, triu } from '../../ops/triangle.js';
import { Constant } from '../constant.js';
import { foldConcat, foldGather, rearrange } from '../folding.js';
import type { NodeCall } from '../node-call.js';
import type { OnnxOperator, OperatorTable } from '../operator.js';
import { type Range, sliceRanges } from '../slicing.js';

/** Version 10 moved the bounds from attributes to inputs. */
function rangesOf(call: NodeCall): Range[] {
  const [starts, ends] = [call.requiredIntegers('starts', 1), call.requiredIntegers('ends', 2)];
  return sliceRanges(call.value(0).shape, starts, ends, call.integersOf('axes', 3), call.numbers(4));
}

function sliced(call: NodeCall): Tensor {
  const ranges = rangesOf(call);
  // Where a range walks backwards past the first element there is no number for its end.
  const ends = ranges.map(({ start, size, step }) => (start + size * step < 0 ? null : start + size * step));
  return slice(
    call.tensor(0),
    ranges.map(({ start }) => start),
    ends,
    ranges.map(({ step }) => step),
  );
}

/** One known index is a slice, whose gradient is cheaper than that of a gather. */
function gathered(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const axis = resolveAxis('Gather', call.integer('axis', 0), x.rank);
  const index = call.scalar(1);
  if (index === undefined) return take(x, call.tensor(1), axis);
  const n = x.shape[axis]!;
  const place = index < 0 ? index + n : index;
  if (place < 0 || place >= n) throw call.error(`index ${index} is outside an axis of size ${n}`);
  const shape = [...x.shape.slice(0, axis), ...call.value(1).shape, ...x.shape.slice(axis + 1)];
  return reshape(sliceAxis(x, axis, place, place + 1), shape);
}

/** `x` cut to the extent of the indices on all axes but one: those elements alone are ever read. */
function cutToIndices(x: Tensor, indices: Shape, axis: number): Tensor {
  return slice(
    x,
    [],
    indices.map((n, i) => (i === axis ? x.shape[i]! : n)),
  );
}

function gatheredElements(call: NodeCall): Tensor {
  const [x, indices] = [call.tensor(0), call.tensor(1)];
  const axis = resolveAxis('GatherElements', call.integer('axis', 0), x.rank);
  return takeAlongAxis(cutToIndices(x, indices.shape, axis), indices, axis);
}

function gatheredSlices(call: NodeCall): Tensor {
  let gather = (x: Tensor, indices: Tensor) => gatherND(x, indices);
  for (let i = call.integer('batch_dims', 0); i > 0; i--) gather = vmap(gather);
  return gather(call.tensor(0), call.tensor(1));
}

const replaceOrAdd = (node: { readonly attributes?: Readonly<Record<string, { readonly kind: string; readonly value?: unknown }>> }) => {
  const reduction = node.attributes?.['reduction'];
  const value = reduction?.kind === 'string' ? reduction.value : 'none';
  return value === 'none' || value === 'add' ? undefined : `reduction ${String(value)} is not translated; expected none or add`;
};

function scatteredElements(call: NodeCall): Tensor {
  const [x, indices, updates] = [call.tensor(0), call.tensor(1), call.tensor(2)];
  const axis = resolveAxis('ScatterElements', call.integer('axis', 0), x.rank);
  const scatter = call.text('reduction', 'none') === 'add' ? scatterAddAlongAxis : scatterAlongAxis;
  return scatter(x, indices, updates, axis);
}

/** Index tuples of size k into the first k axes, as places in one axis that holds those k. */
function scatteredSlices(call: NodeCall): Tensor {
  const [x, indices, updates] = [call.tensor(0), call.tensor(1), call.tensor(2)];
  const depth = indices.shape.at(-1)!;
  const indexed = x.shape.slice(0, depth);
  const cells = indexed.reduce((product, n) => product * n, 1);
  const width = x.size / Math.max(cells, 1);
  const places = reshape(flatPlaces(indices, indexed), [indices.size / Math.max(depth, 1)]);
  const [rows, given] = [reshape(x, [cells, width]), reshape(updates, [places.size, width])];
  if (call.text('reduction', 'none') === 'add') return reshape(scatterAdd(rows, places, given, 0), x.shape);
  const everywhere = broadcastTo(expandDims(places, 1), given.shape);
  return reshape(scatterAlongAxis(rows, everywhere, given, 0), x.shape);
}

function flatPlaces(indices: Tensor, sizes: Shape): Tensor {
  const vector = (numbers: readonly number[]) => Constant.of(indices.dtype, [numbers.length], numbers).tensor();
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, n) => product * n, 1));
  const fromStart = where(less(indices, 0), add(indices, vector(sizes)), indices);
  return sum(mul(fromStart, vector(strides)), -1);
}

/** Indices outside −depth … depth − 1 give rows of the off value, negative ones count from the end. */
function oneHotRows(call: NodeCall): Tensor {
  const given = call.tensor(0);
  const indices = given.dtype === 'int32' ? given : cast(given, 'int64');
  const depth = call.requiredNumber(1);
  const values = call.tensor(2);
  const fromStart = where(less(indices, 0), add(indices, depth), indices);
  const [off, on] = [0, 1].map((i) => reshape(sliceAxis(values, 0, i, i + 1), []));
  const hot = oneHot(fromStart, depth, values.dtype);
  const scaled = add(mul(hot, sub(on!, off!)), off!);
  return moveAxis(scaled, -1, resolveAxis('OneHot', call.integer('axis', -1), indices.rank + 1));
}

function largestOrSmallest(call: NodeCall): Tensor[] {
  const k = call.opset < 10 ? call.integer('k', 1) : call.requiredNumber(1);
  const { values, indices } = topK(call.tensor(0), k, call.integer('axis', -1), { largest: call.integer('largest', 1) === 1 });
  return [values, indices];
}

/** The first of equals, or the last: then the tensor is searched backwards. */
const argExtreme = (search: typeof argmax): OnnxOperator => ({
  trace(call) {
    const x = call.tensor(0);
    const axis = resolveAxis('ArgMax', call.integer('axis', 0), x.rank);
    const keepDims = call.integer('keepdims', 1) === 1;
    if (call.integer('select_last_index', 0) === 0) return search(x, axis, { keepDims });
    return sub(x.shape[axis]! - 1, search(flip(x, axis), axis, { keepDims }));
  },
});

function triangle(call: NodeCall): Tensor {
  const part = call.integer('upper', 1) ? triu : tril;
  return part(call.tensor(0), call.number(1) ?? 0);
}

const cumulative = (call: NodeCall): Tensor =>
  cumsum(call.tensor(0), call.requiredNumber(1), {
    exclusive: call.integer('exclusive', 0) === 1,
    reverse: call.integer('reverse', 0) === 1,
  });

/** Sizes are an attribute before version 13; without them the parts are equal, the last one smaller if need be. */
function partSizes(call: NodeCall): { sizes: number[]; axis: number } {
  const { shape } = call.value(0);
  const axis = resolveAxis('Split', call.integer('axis', 0), shape.length);
  const given = call.integersOf('split', 1);
  if (given) return { sizes: given, axis };
  const [n, count] = [shape[axis]!, call.integer('num_outputs', call.outputCount)];
  const size = Math.ceil(n / count);
  return { sizes: Array.from({ length: count }, (_, i) => Math.max(0, Math.min(size, n - i * size))), axis };
}

/** Version 11 moved widths and value from attributes to inputs; negative widths cut. */
function padded(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const widths = call.requiredIntegers('pads', 1);
  const value = call.opset < 11 ? call.float('value', 0) : (call.number(2) ?? 0);
  const axes = call.numbers(3)?.map((axis) => resolveAxis('Pad', axis, x.rank)) ?? x.shape.map((_, i) => i);
  const width = (axis: number): readonly [number, number] => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [widths[i]!, widths[i + axes.length]!];
  };
  const all = x.shape.map((_, axis) => width(axis));
  const mode = call.text('mode', 'constant') as 'constant' | 'reflect' | 'edge';
  const grown = pad(
    x,
    all.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const),
    { value, mode },
  );
  return slice(
    grown,
    all.map(([before]) => Math.max(0, -before)),
    all.map(([, after], axis) => grown.shape[axis]! - Math.max(0, -after)),
  );
}

/** Blocks of channels to blocks of pixels, the block's position first (DCR) or after the channel (CRD). */
function depthToSpace(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const b = call.integer('blocksize', 1);
  const [shape, permutation] =
    call.text('mode', 'DCR') === 'DCR'
      ? [
          [n, b, b, c / (b * b), h, w],
          [0, 3, 4, 1, 5, 2],
        ]
      : [
          [n, c / (b * b), b, b, h, w],
          [0, 1, 4, 2, 5, 3],
        ];
  return reshape(transpose(reshape(x, shape), permutation), [n, c / (b * b), h * b, w * b]);
}

function spaceToDepth(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const b = call.integer('blocksize', 1);
  const cells = reshape(x, [n, c, h / b, b, w / b, b]);
  return reshape(transpose(cells, [0, 3, 5, 1, 2, 4]), [n, c * b * b, h / b, w / b]);
}

export const selectionOperators: OperatorTable = {
  Concat: { trace: (call) => concat(call.tensors(), call.integer('axis', 0)), fold: foldConcat },
  Split: {
    trace(call) {
      const { sizes, axis } = partSizes(call);
      return split(call.tensor(0), sizes, axis);
    },
    fold(call, [x]) {
      const { sizes, axis } = partSizes(call);
      return sizes.map((size, i) => {
        const start = sizes.slice(0, i).reduce((a, b) => a + b, 0);
        return rearrange(x!, x!.shape.with(axis, size), (at) => at.with(axis, at[axis]! + start));
      });
    },
    known: [1],
  },
  Slice: {
    trace: sliced,
    fold(call, [x]) {
      const ranges = rangesOf(call);
      return rearrange(
        x!,
        ranges.map(({ size }) => size),
        (at) => at.map((n, axis) => ranges[axis]!.start + n * ranges[axis]!.step),
      );
    },
    known: [1, 2, 3, 4],
  },
  Pad: {
    trace: padded,
    known: [1, 2, 3],
    refuses: ({ attributes }) =>
      attributes?.['mode']?.kind === 'string' && attributes['mode'].value === 'wrap' ? 'mode wrap is not translated' : undefined,
  },
  Gather: { trace: gathered, fold: foldGather },
  GatherElements: { trace: gatheredElements },
  GatherND: { trace: gatheredSlices },
  ScatterElements: { trace: scatteredElements, refuses: replaceOrAdd },
  ScatterND: { trace: scatteredSlices, refuses: replaceOrAdd },
  OneHot: { trace: oneHotRows, known: [1] },
  TopK: { trace: largestOrSmallest, known: [1] },
  ArgMax: argExtreme(argmax),
  ArgMin: argExtreme(argmin),
  Trilu: { trace: triangle, known: [1] },
  CumSum: { trace: cumulative, known: [1] },
  DepthToSpace: { trace: depthToSpace },
  SpaceToDepth: { trace: spaceToDepth },
};
