import { holds } from '../core/dtype.js';
import { DTypeError, operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { axisToIndex } from './checks.js';
import { zeros } from './full.js';
import { reshape } from './structure.js';

/* Slicing and padding are each other's adjoints, hence one file. */

/** For each axis: `sizes` elements from `starts` on, `steps` apart. All in range. */
interface SliceAttributes {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

const sliceOp: Op<SliceAttributes> = defineOp<SliceAttributes>({
  name: 'slice',
  infer: ([x], { sizes }) => [{ dtype: x!.dtype, shape: sizes }],
  lower(builder, [x], { inputs, attributes: { starts, sizes, steps } }) {
    const { shape } = inputs[0]!;
    const axes = shape.flatMap((n, i) => (sizes[i] === n && steps[i] === 1 ? [] : [i]));
    // Towards the front the end −n − 1 means "past the first element"; −1 would mean the last one.
    const end = (i: number) => {
      const past = starts[i]! + sizes[i]! * steps[i]!;
      return past < 0 ? -shape[i]! - 1 : past;
    };
    return [
      builder.emit('Slice', [
        x!,
        builder.ints(axes.map((i) => starts[i]!)),
        builder.ints(axes.map(end)),
        builder.ints(axes),
        builder.ints(axes.map((i) => steps[i]!)),
      ]),
    ];
  },
  vjp: ({ inputs: [x], cotangents: [g], attributes }) => [unslice(g!, x!.shape, attributes)],
  batch: ([x], _, { starts, sizes, steps }) => [
    applyOne(sliceOp, [x!], {
      starts: [0, ...starts],
      sizes: [x!.shape[0]!, ...sizes],
      steps: [1, ...steps],
    }),
  ],
});

/** The adjoint of a slice: elements go back to their places in a tensor of zeros. */
function unslice(g: Tensor, shape: readonly number[], { starts, sizes, steps }: SliceAttributes): Tensor {
  if (g.size === 0) return zeros(shape, g.dtype);
  const strides = steps.map(Math.abs);
  const first = starts.map((start, i) => Math.min(start, start + (sizes[i]! - 1) * steps[i]!));
  const forward = sliceBy(
    g,
    sizes.map((n, i) => (steps[i]! < 0 ? n - 1 : 0)),
    sizes,
    steps.map(Math.sign),
  );
  // Zeros between the elements: every element becomes a cell of `stride` elements, cut where the last cell juts out.
  const spans = sizes.map((n, i) => Math.min(n * strides[i]!, shape[i]! - first[i]!));
  const spread = dilate(forward, strides);
  const origin = spans.map(() => 0);
  const cut = sliceBy(
    spread,
    origin,
    spans,
    spans.map(() => 1),
  );
  return padBy(
    cut,
    first,
    shape.map((n, i) => n - first[i]! - spans[i]!),
    0,
  );
}

/** Each element followed by `strides[axis] − 1` zeros along every axis. */
function dilate(x: Tensor, strides: readonly number[]): Tensor {
  if (strides.every((stride) => stride === 1)) return x;
  const cells = reshape(
    x,
    x.shape.flatMap((n) => [n, 1]),
  );
  const padded = padBy(
    cells,
    cells.shape.map(() => 0),
    strides.flatMap((stride) => [0, stride - 1]),
    0,
  );
  return reshape(
    padded,
    x.shape.map((n, i) => n * strides[i]!),
  );
}

/** `sizes` elements along each axis, from `starts` on, `steps` apart; all must be in range. */
function sliceBy(x: Tensor, starts: readonly number[], sizes: readonly number[], steps: readonly number[]): Tensor {
  const whole = x.shape.every((n, i) => sizes[i] === n && (steps[i] === 1 || n <= 1));
  return whole ? x : applyOne(sliceOp, [x], { starts: [...starts], sizes: [...sizes], steps: [...steps] });
}

/** Where a slice starts or ends along one axis; nothing (`null`) means as far as it goes. */
export type Bound = number | null | undefined;

/**
 * Elements from `starts` up to but not including `ends` along the leading axes, `steps` apart (1 by default), as NumPy's
 * `x[start:end:step, …]`: negative bounds count from the end, bounds beyond the tensor are clipped to it, a negative step
 * walks backwards, missing bounds mean "as far as it goes". Axes beyond the lists are taken whole.
 *
 * Throws ShapeError for more bounds than axes, a step of 0 or a bound that is no integer.
 */
export function slice(x: Tensor, starts: readonly Bound[], ends: readonly Bound[] = [], steps: readonly Bound[] = []): Tensor {
  const given = Math.max(starts.length, ends.length, steps.length);
  if (given > x.rank) {
    throw operatorError(ShapeError, 'slice', `expected bounds for at most ${x.rank} axes of ${formatShape(x.shape)}, given ${given}`);
  }
  const ranges = x.shape.map((n, i) => resolveRange(n, starts[i], ends[i], steps[i] ?? 1));
  return sliceBy(
    x,
    ranges.map(({ start }) => start),
    ranges.map(({ size }) => size),
    ranges.map(({ step }) => step),
  );
}

/** `slice` along one axis only. */
export function sliceAxis(x: Tensor, axis: number, start: Bound, end?: Bound, step: number = 1): Tensor {
  const resolved = axisToIndex('sliceAxis', x, axis);
  const along = (bound: Bound): Bound[] => [...new Array<null>(resolved).fill(null), bound];
  return slice(x, along(start), along(end), along(step));
}

/** Python's rule for `start:end:step` over n elements. */
function resolveRange(n: number, start: Bound, end: Bound, step: number) {
  if (step === 0 || [start ?? 0, end ?? 0, step].some((bound) => !Number.isInteger(bound))) {
    throw operatorError(
      ShapeError,
      'slice',
      `expected whole bounds and a whole step other than 0, given ${start ?? ''}:${end ?? ''}:${step}`,
    );
  }
  const [lowest, highest] = step > 0 ? [0, n] : [-1, n - 1];
  const clip = (bound: number) => Math.min(Math.max(bound < 0 ? bound + n : bound, lowest), highest);
  const from = start == null ? (step > 0 ? lowest : highest) : clip(start);
  const to = end == null ? (step > 0 ? highest : lowest) : clip(end);
  const size = Math.max(0, Math.ceil((to - from) / step));
  return size === 0 ? { start: 0, size, step: 1 } : { start: from, size, step };
}

interface PadAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

const padOp = defineOp<PadAttributes>({
  name: 'pad',
  infer([x], { before, after, value }) {
    if (!holds(x!.dtype, value)) {
      throw operatorError(DTypeError, 'pad', `${value} is no ${x!.dtype}; pad with a number of that type`);
    }
    return [{ dtype: x!.dtype, shape: x!.shape.map((n, i) => before[i]! + n + after[i]!) }];
  },
  lower(builder, [x], { inputs, outputs, attributes: { before, after, value } }) {
    const fill = builder.scalar(inputs[0]!.dtype, value);
    if (inputs[0]!.size === 0) return [builder.emit('Expand', [fill, builder.ints(outputs[0]!.shape)])];
    return [builder.emit('Pad', [x!, builder.ints([...before, ...after]), fill])];
  },
  vjp: ({ inputs: [x], cotangents: [g], attributes: { before } }) => [
    sliceBy(
      g!,
      before,
      x!.shape,
      before.map(() => 1),
    ),
  ],
  batch: ([x], _, { before, after, value }) => [padBy(x!, [0, ...before], [0, ...after], value)],
});

/** `before[i]` and `after[i]` elements of `value` added at the two ends of axis i. */
export function padBy(x: Tensor, before: readonly number[], after: readonly number[], value: number): Tensor {
  const nothing = before.every((n) => n === 0) && after.every((n) => n === 0);
  return nothing ? x : applyOne(padOp, [x], { before: [...before], after: [...after], value });
}
