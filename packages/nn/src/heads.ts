import { expandDims, reshape, ShapeError, swapAxes, type Tensor } from '@sardonyx/tensor';

/* How the width of a projection is seen as heads, and heads of queries as groups that share keys and values. */

/** [..., length, heads·width] to [..., heads, length, width]. Throws ShapeError where the heads do not divide the width. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const width = x.shape.at(-1)! / heads;
  if (!Number.isInteger(width)) {
    throw new ShapeError('shape', `multiHeadAttention: expected a width that ${heads} heads divide, given [${x.shape.join(', ')}]`);
  }
  return swapAxes(reshape(x, [...x.shape.slice(0, -1), heads, width]), -3, -2);
}

/** [..., heads, length, width] to [..., length, heads·width]. */
export function joinHeads(x: Tensor): Tensor {
  const [heads, length, width] = x.shape.slice(-3) as [number, number, number];
  return reshape(swapAxes(x, -3, -2), [...x.shape.slice(0, -3), length, heads * width]);
}

/** [..., heads, m, n] to [..., heads / size, size, m, n]: consecutive heads form a group. */
export function groupHeads(x: Tensor, size: number): Tensor {
  const [heads, m, n] = x.shape.slice(-3) as [number, number, number];
  return reshape(x, [...x.shape.slice(0, -3), heads / size, size, m, n]);
}

/** [..., groups, size, m, n] to [..., groups·size, m, n]. */
export function ungroupHeads(x: Tensor): Tensor {
  const [groups, size, m, n] = x.shape.slice(-4) as [number, number, number, number];
  return reshape(x, [...x.shape.slice(0, -4), groups * size, m, n]);
}

/** A mask broadcastable to [..., heads, queries, keys], seen by groups of heads. */
export function groupMask(mask: Tensor, size: number): Tensor {
  if (mask.rank < 3) return mask;
  return mask.shape.at(-3) === 1 ? expandDims(mask, -3) : groupHeads(mask, size);
}
