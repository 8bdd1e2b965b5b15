import type { Tensor } from '@sardonyx/tensor';

/** Sequences side by side, padded to one length. */
export interface SequenceBatch {
  /** int32 [batch, length] */
  readonly tokens: Tensor;
  /** int32 [batch, length]: what each position is to predict: the token after it, or the answer of the prefix that ends there. */
  readonly targets: Tensor;
  /** float32 [batch, length]: 1 where the target belongs to the answer or ends it, 0 elsewhere. */
  readonly weights: Tensor;
}
