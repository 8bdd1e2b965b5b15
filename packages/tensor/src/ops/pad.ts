import { operatorError, ShapeError } from '../core/errors.js';
import { applyOne, defineOp, type Op } from '../core/op.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { addAll } from './arithmetic.js';
import { sum } from './broadcast.js';
import { padBy, sliceAxis } from './slice.js';

type ExtendMode = 'edge' | 'reflect';

interface ExtendAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly mode: ExtendMode;
}

const extendOp: Op<ExtendAttributes> = defineOp<ExtendAttributes>({
  name: 'padExtend',
  infer: ([x], { before, after }) => [{ dtype: x!.dtype, shape: x!.shape.map((n, i) => before[i]! + n + after[i]!) }],
  lower: (builder, [x], { attributes: { before, after, mode } }) => [
    builder.emit('Pad', [x!, builder.ints([...before, ...after])], { mode }),
  ],
  vjp: ({ cotangents: [g], attributes: { before, after, mode } }) => [
    before.reduce((folded, n, axis) => foldAxis(folded, axis, n, after[axis]!, mode), g!),
  ],
  batch: ([x], _, { before, after, mode }) => [applyOne(extendOp, [x!], { before: [0, ...before], after: [0, ...after], mode })],
});

/** The adjoint of extending one axis: what was copied to the two ends is added to where it came from. */
function foldAxis(g: Tensor, axis: number, before: number, after: number, mode: ExtendMode): Tensor {
  if (before === 0 && after === 0) return g;
  const end = g.shape[axis]! - after;
  const n = end - before;
  const place = (part: Tensor, start: number) => {
    const zeros = g.shape.map(() => 0);
    return padBy(part, zeros.with(axis, start), zeros.with(axis, n - start - part.shape[axis]!), 0);
  };
  const terms = [sliceAxis(g, axis, before, end)];
  if (before > 0) {
    const head = sliceAxis(g, axis, 0, before);
    terms.push(mode === 'edge' ? place(sum(head, axis, { keepDims: true }), 0) : place(reversed(head, axis), 1));
  }
  if (after > 0) {
    const tail = sliceAxis(g, axis, end);
    terms.push(mode === 'edge' ? place(sum(tail, axis, { keepDims: true }), n - 1) : place(reversed(tail, axis), n - 1 - after));
  }
  return addAll(terms);
}

const reversed = (x: Tensor, axis: number): Tensor => sliceAxis(x, axis, null, null, -1);

export interface PadOptions {
  /** What is added in mode `constant`; 0 by default. */
  readonly value?: number;
  /**
   * `constant` (default) adds `value`, `edge` repeats the outermost element, `reflect` mirrors the tensor without
   * repeating that element (at most n − 1 elements at each end of an axis of size n).
   */
  readonly mode?: 'constant' | 'edge' | 'reflect';
}

/**
 * `x` with elements added at the ends of its axes: `widths[i]` is `[before, after]` for axis i, axes beyond the list are
 * left as they are. Throws ShapeError for negative widths (use `slice`), for more widths than axes, for mode `edge` on an
 * empty axis and for mode `reflect` beyond n − 1 elements; DTypeError where `x` cannot hold `value`.
 */
export function pad(x: Tensor, widths: readonly (readonly [before: number, after: number])[], options: PadOptions = {}): Tensor {
  const { value = 0, mode = 'constant' } = options;
  if (widths.length > x.rank) {
    throw operatorError(ShapeError, 'pad', `expected widths for at most ${x.rank} axes of ${formatShape(x.shape)}, given ${widths.length}`);
  }
  const before = x.shape.map((_, i) => widths[i]?.[0] ?? 0);
  const after = x.shape.map((_, i) => widths[i]?.[1] ?? 0);
  x.shape.forEach((n, axis) => {
    const longest = Math.max(before[axis]!, after[axis]!);
    const most = mode === 'constant' || longest === 0 ? Infinity : mode === 'edge' ? (n > 0 ? Infinity : 0) : n - 1;
    if (![before[axis]!, after[axis]!].every((width) => Number.isInteger(width) && width >= 0 && width <= most)) {
      throw operatorError(
        ShapeError,
        'pad',
        `axis ${axis} of ${formatShape(x.shape)} cannot be padded by [${before[axis]}, ${after[axis]}] in mode ${mode}; expected whole numbers from 0${most < Infinity ? ` to ${most}` : ' on'}`,
      );
    }
  });
  if (mode === 'constant') return padBy(x, before, after, value);
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x;
  return applyOne(extendOp, [x], { before, after, mode });
}
