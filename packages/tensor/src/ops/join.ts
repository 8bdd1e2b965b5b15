import { operatorError, ShapeError } from '../core/errors.js';
import { apply, applyOne, defineOp } from '../core/op.js';
import { formatShape, resolveAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { broadcastTo } from './broadcast.js';
import { axisToIndex, commonDType } from './checks.js';
import { zerosLike } from './full.js';
import { sliceAxis } from './slice.js';
import { expandDims, squeeze } from './structure.js';

interface ConcatAttributes {
  readonly axis: number;
}

interface SplitAttributes {
  readonly sizes: readonly number[];
  readonly axis: number;
}

const concatOp = defineOp<ConcatAttributes>({
  name: 'concat',
  infer(inputs, { axis }) {
    const dtype = commonDType('concat', inputs);
    const { shape } = inputs[0]!;
    const fits = inputs.every((x) => x.shape.length === shape.length && x.shape.every((n, i) => i === axis || n === shape[i]));
    if (!fits) {
      throw operatorError(
        ShapeError,
        'concat',
        `shapes ${inputs.map((x) => formatShape(x.shape)).join(' and ')} must agree on all axes but axis ${axis}`,
      );
    }
    const length = inputs.reduce((total, x) => total + x.shape[axis]!, 0);
    return [{ dtype, shape: shape.with(axis, length) }];
  },
  lower: (builder, inputs, { attributes: { axis } }) => [builder.emit('Concat', inputs, { axis })],
  vjp({ inputs, cotangents: [g], needs, attributes: { axis } }) {
    let start = 0;
    return inputs.map((x, i) => {
      const end = start + x.shape[axis]!;
      const part = needs[i] ? sliceAxis(g!, axis, start, end) : undefined;
      start = end;
      return part;
    });
  },
  batch(inputs, batched, { axis }) {
    const size = inputs[batched.indexOf(true)]!.shape[0]!;
    const all = inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])));
    return [concat(all, axis + 1)];
  },
});

/**
 * Tensors one after another along an axis, the first by default; they agree in dtype and on all other axes.
 * Throws ShapeError and DTypeError where they do not, ShapeError for an empty list or scalars (see `stack`).
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = firstOf('concat', tensors);
  const resolved = axisToIndex('concat', first, axis);
  return tensors.length === 1 ? first : (unsplit(tensors, resolved) ?? applyOne(concatOp, tensors, { axis: resolved }));
}

/** What `split` took apart along the axis, where all its parts come together again in their order. */
function unsplit(tensors: readonly Tensor[], axis: number): Tensor | undefined {
  const { origin } = tensors[0]!;
  if (origin.kind !== 'output' || origin.node.op !== (splitOp as unknown)) return undefined;
  const { outputs, inputs, attributes } = origin.node;
  const whole = outputs.length === tensors.length && outputs.every((part, i) => part === tensors[i]);
  return whole && (attributes as SplitAttributes).axis === axis ? inputs[0] : undefined;
}

/** Tensors of one shape side by side along a new axis, in front by default. Throws ShapeError for an empty list. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = firstOf('stack', tensors);
  const at = resolveAxis('stack', axis, first.rank + 1);
  if (tensors.some((x) => formatShape(x.shape) !== formatShape(first.shape))) {
    throw operatorError(
      ShapeError,
      'stack',
      `expected tensors of one shape, given ${tensors.map((x) => formatShape(x.shape)).join(' and ')}`,
    );
  }
  return concat(
    tensors.map((x) => expandDims(x, at)),
    at,
  );
}

function firstOf(operator: string, tensors: readonly Tensor[]): Tensor {
  const first = tensors[0];
  if (!first) throw operatorError(ShapeError, operator, 'expected at least one tensor, given none');
  return first;
}

const splitOp = defineOp<SplitAttributes>({
  name: 'split',
  infer: ([x], { sizes, axis }) => sizes.map((size) => ({ dtype: x!.dtype, shape: x!.shape.with(axis, size) })),
  lower: (builder, [x], { attributes: { sizes, axis } }) => builder.emitMany('Split', [x!, builder.ints(sizes)], sizes.length, { axis }),
  vjp: ({ outputs, cotangents, attributes: { axis } }) => [
    concat(
      outputs.map((y, i) => cotangents[i] ?? zerosLike(y)),
      axis,
    ),
  ],
  batch: ([x], _, { sizes, axis }) => split(x!, sizes, axis + 1),
});

/**
 * Consecutive parts along an axis, the first by default: of the given sizes, or that many of equal size.
 * Throws ShapeError where the sizes do not add up to the axis or the number of parts does not divide it.
 */
export function split(x: Tensor, sizesOrCount: number | readonly number[], axis = 0): Tensor[] {
  const resolved = axisToIndex('split', x, axis);
  const n = x.shape[resolved]!;
  const sizes =
    typeof sizesOrCount === 'number'
      ? new Array<number>(Math.max(1, Math.ceil(sizesOrCount) || 1)).fill(n / sizesOrCount)
      : [...sizesOrCount];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== n || sizes.some((size) => !Number.isInteger(size) || size < 0)) {
    const wanted = typeof sizesOrCount === 'number' ? `${sizesOrCount} equal parts` : `parts of sizes ${formatShape(sizes)}`;
    throw operatorError(ShapeError, 'split', `axis ${axis} of ${formatShape(x.shape)} does not fall into ${wanted}`);
  }
  return sizes.length === 1 ? [x] : apply(splitOp, [x], { sizes, axis: resolved });
}

/** The slices along an axis, the first by default, each without that axis: the inverse of `stack`. */
export function unstack(x: Tensor, axis = 0): Tensor[] {
  const resolved = axisToIndex('unstack', x, axis);
  const n = x.shape[resolved]!;
  if (n === 0) return [];
  return split(x, n, resolved).map((part) => squeeze(part, resolved));
}
