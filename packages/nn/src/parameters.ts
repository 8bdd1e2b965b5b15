import { treeLeaves } from '@sardonyx/tensor';

/** Number of elements of all tensors of a tree; a tensor that appears twice counts once. */
export const countParameters = (params: unknown): number => [...new Set(treeLeaves(params))].reduce((total, leaf) => total + leaf.size, 0);
