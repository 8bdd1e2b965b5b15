import type { DType, TypedArray } from '../core/dtype.js';
import { TensorError } from '../core/errors.js';
import { formatShape, sameShape } from '../core/shape.js';
import { flatten } from '../core/tree.js';
import { evaluate } from '../transforms/evaluate.js';
import { tensor } from './create.js';
import { data } from './read.js';

/** The elements of a tensor on the host, as files and checkpoints hold them. */
export interface NamedArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Copies of all tensors of a tree by their path, such as `blocks[0].attention.query`. Computes them where need be. */
export async function toArrays(tree: unknown): Promise<Record<string, NamedArray>> {
  const { leaves, structure } = flatten(tree);
  await evaluate(leaves);
  const entries = leaves.map(async (leaf, i) => {
    const { dtype, shape } = leaf;
    return [structure.paths[i]!, { dtype, shape, data: await data(leaf) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * A tree like `like` with the values of `arrays`, which must hold an array of the same dtype and shape for every path.
 * Throws TensorError `arrays` that lists what is missing or differs.
 */
export function fromArrays<T>(like: T, arrays: Readonly<Record<string, NamedArray>>): T {
  const { leaves, structure } = flatten(like);
  const faults = leaves.flatMap((leaf, i) => {
    const path = structure.paths[i]!;
    const given = arrays[path];
    if (!given) return [`${path} is missing`];
    if (given.dtype === leaf.dtype && sameShape(given.shape, leaf.shape)) return [];
    return [`${path} is ${given.dtype}${formatShape(given.shape)}, expected ${leaf.dtype}${formatShape(leaf.shape)}`];
  });
  if (faults.length > 0) {
    throw new TensorError(
      'arrays',
      `fromArrays: the arrays do not fit the tree: ${faults.slice(0, 5).join('; ')}${faults.length > 5 ? `; and ${faults.length - 5} more` : ''}`,
    );
  }
  return structure.unflatten(leaves.map((leaf, i) => tensor(arrays[structure.paths[i]!]!.data, leaf.shape, leaf.dtype))) as T;
}
