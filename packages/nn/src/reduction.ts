import { cast, div, mean, mul, sum, type Tensor } from '@sardonyx/tensor';

export interface ReductionOptions {
  /** `mean` over everything (default), `sum`, or `none` for each loss by itself. */
  readonly reduction?: 'mean' | 'sum' | 'none';
  /**
   * Weight of every loss, broadcastable to their shape; bool masks count as ones and zeros. The mean is over the total
   * weight.
   */
  readonly weights?: Tensor;
}

/** Losses of single elements or rows, weighted and put together as asked for. */
export function reduceLosses(losses: Tensor, { reduction = 'mean', weights }: ReductionOptions): Tensor {
  if (!weights) return reduction === 'none' ? losses : reduction === 'sum' ? sum(losses) : mean(losses);
  const given = weights.dtype === 'bool' ? cast(weights, losses.dtype) : weights;
  const weighted = mul(losses, given);
  if (reduction === 'none') return weighted;
  if (reduction === 'sum') return sum(weighted);
  // Each weight counts as often as it is broadcast.
  const repeats = losses.size / given.size;
  return div(sum(weighted), mul(sum(given), repeats));
}
