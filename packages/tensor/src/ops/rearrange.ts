import { operatorError, ShapeError } from '../core/errors.js';
import { formatShape, resolveAxes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { broadcastTo } from './broadcast.js';
import { axisToIndex } from './checks.js';
import { concat } from './join.js';
import { slice, sliceAxis } from './slice.js';
import { expandDims, reshape } from './structure.js';

/** Elements in reverse order along the given axes, along all of them by default. */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  const reversed = resolveAxes('flip', axes, x.rank);
  return slice(
    x,
    [],
    [],
    x.shape.map((_, axis) => (reversed.includes(axis) ? -1 : 1)),
  );
}

/**
 * Elements moved on by `shift` places along an axis, those pushed over the end coming back at the start.
 * A negative shift moves towards the start.
 */
export function roll(x: Tensor, shift: number, axis: number): Tensor {
  const resolved = axisToIndex('roll', x, axis);
  if (!Number.isInteger(shift)) {
    throw operatorError(ShapeError, 'roll', `expected a whole number of places, given ${shift}`);
  }
  const n = x.shape[resolved]!;
  const places = n === 0 ? 0 : ((shift % n) + n) % n;
  if (places === 0) return x;
  return concat([sliceAxis(x, resolved, n - places), sliceAxis(x, resolved, 0, n - places)], resolved);
}

/**
 * `x` laid side by side `counts[i]` times along axis i. As in NumPy, missing counts are 1 and belong to the first axes,
 * and `x` gets new leading axes where there are more counts than axes.
 */
export function tile(x: Tensor, counts: readonly number[]): Tensor {
  if (counts.some((count) => !isCount(count))) {
    throw operatorError(ShapeError, 'tile', `expected whole counts of 0 or more, given ${formatShape(counts)}`);
  }
  const rank = Math.max(x.rank, counts.length);
  const shape = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const times = [...new Array<number>(rank - counts.length).fill(1), ...counts];
  const cells = reshape(
    x,
    shape.flatMap((n) => [1, n]),
  );
  const copies = broadcastTo(
    cells,
    shape.flatMap((n, i) => [times[i]!, n]),
  );
  return reshape(
    copies,
    shape.map((n, i) => n * times[i]!),
  );
}

/** Each element `count` times in a row along an axis (NumPy's `repeat`; see `tile` to repeat the whole). */
export function repeat(x: Tensor, count: number, axis: number): Tensor {
  const resolved = axisToIndex('repeat', x, axis);
  if (!isCount(count)) {
    throw operatorError(ShapeError, 'repeat', `expected a whole count of 0 or more, given ${count}`);
  }
  const copies = broadcastTo(expandDims(x, resolved + 1), [...x.shape.slice(0, resolved + 1), count, ...x.shape.slice(resolved + 1)]);
  return reshape(copies, x.shape.with(resolved, x.shape[resolved]! * count));
}

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;
