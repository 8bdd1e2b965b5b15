import { add, cast, clip, div, flatten, minimum, mul, sqrt, square, sum, type Tensor, TensorError } from '@sardonyx/tensor';
import { joinPack, mapElements, packsOf } from './packing.js';

/** √Σ x² over all elements of all tensors of a tree, a scalar of their first dtype. */
export function globalNorm(tree: unknown): Tensor {
  const { leaves } = flatten(tree);
  if (leaves.length === 0) throw new TensorError('tree', 'globalNorm: expected a tree with tensors, given none');
  const { dtype } = leaves[0]!;
  const squares = packsOf(leaves).map((pack) => cast(sum(square(joinPack(pack, leaves))), dtype));
  return sqrt(squares.reduce((total, x) => add(total, x)));
}

/**
 * Gradients scaled down so that their global norm is at most `maxNorm`, and the norm they had (a scalar to log).
 * Pascanu, Mikolov, Bengio 2013 (arXiv:1211.5063), algorithm 1. Non-finite gradients stay non-finite.
 */
export function clipByGlobalNorm<P>(gradients: P, maxNorm: number): [P, Tensor] {
  if (!(maxNorm > 0)) throw new TensorError('clip', `clipByGlobalNorm: expected a norm above 0, given ${maxNorm}`);
  const norm = globalNorm(gradients);
  const factor = minimum(div(maxNorm, norm), 1);
  const [clipped] = mapElements(([g]) => [mul(g!, cast(factor, g!.dtype))], [gradients]);
  return [clipped!, norm];
}

/** Gradients with every element moved into [−limit, limit], and the global norm they had. */
export function clipByValue<P>(gradients: P, limit: number): [P, Tensor] {
  if (!(limit > 0)) throw new TensorError('clip', `clipByValue: expected a limit above 0, given ${limit}`);
  const [clipped] = mapElements(([g]) => [clip(g!, -limit, limit)], [gradients]);
  return [clipped!, globalNorm(gradients)];
}
