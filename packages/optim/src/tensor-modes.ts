import { concat, matmul, moveAxis, reshape, split, type Tensor } from '@sardonyx/tensor';

/* Tensors of any order seen along one axis ("mode"): the matrix of all its fibres, and a matrix applied to each of them. */

/** scale·G₍ᵢ₎·G₍ᵢ₎ᵀ, where the unfolding G₍ᵢ₎ has axis i as rows and all others as columns: shape [n, n] with n = shape[i]. */
export function modeProduct(g: Tensor, axis: number, scale = 1): Tensor {
  const n = g.shape[axis]!;
  if (axis === g.rank - 1) {
    const rows = g.rank === 2 ? g : reshape(g, [-1, n]);
    return matmul(rows, rows, { transposeA: true, scale });
  }
  const unfolded = reshape(axis === 0 ? g : moveAxis(g, axis, 0), [n, -1]);
  return matmul(unfolded, unfolded, { transposeB: true, scale });
}

/** Every fibre x along an axis replaced by M·x, or by Mᵀ·x; M is [n, n]. The shape stays. */
export function alongMode(g: Tensor, axis: number, m: Tensor, { transpose = false } = {}): Tensor {
  const n = g.shape[axis]!;
  if (axis === g.rank - 1) {
    const rows = g.rank === 2 ? g : reshape(g, [-1, n]);
    const product = matmul(rows, m, { transposeB: !transpose });
    return g.rank === 2 ? product : reshape(product, g.shape);
  }
  const stack = g.rank === 2 ? g : reshape(g, axis === 0 ? [n, -1] : [sizeOf(g.shape.slice(0, axis)), n, -1]);
  const product = matmul(m, stack, { transposeA: transpose });
  return g.rank === 2 ? product : reshape(product, g.shape);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/**
 * A shape with neighbouring axes joined, from the left unless told otherwise, while their product is at most `limit`, and
 * axes of length 1 dropped; [1] for a scalar.
 */
export function mergedShape(shape: readonly number[], limit: number, { fromRight = false } = {}): number[] {
  if (fromRight) return mergedShape(shape.toReversed(), limit).toReversed();
  const merged: number[] = [];
  let current = 1;
  for (const n of shape) {
    if (current * n <= limit) {
      current *= n;
      continue;
    }
    if (current > 1) merged.push(current);
    current = n;
  }
  if (current > 1 || merged.length === 0) merged.push(current);
  return merged;
}

/** A tensor cut along every axis into pieces of at most `limit`, in row-major order of the pieces. */
export function splitIntoBlocks(x: Tensor, limit: number): Tensor[] {
  return x.shape.reduce<Tensor[]>(
    (parts, n, axis) => (n <= limit ? parts : parts.flatMap((part) => split(part, pieces(n, limit), axis))),
    [x],
  );
}

/** Blocks as `splitIntoBlocks` cut them, joined to the given shape. */
export function joinBlocks(blocks: readonly Tensor[], shape: readonly number[], limit: number): Tensor {
  return shape.reduceRight<readonly Tensor[]>((parts, n, axis) => {
    const count = pieces(n, limit).length;
    if (count === 1) return parts;
    return Array.from({ length: parts.length / count }, (_, i) => concat(parts.slice(i * count, (i + 1) * count), axis));
  }, blocks)[0]!;
}

const pieces = (n: number, limit: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil(n / limit)) }, (_, i) => Math.min(limit, n - i * limit));
