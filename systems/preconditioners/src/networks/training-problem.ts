import type { Tensor } from '@sardonyx/tensor';

/**
 * A network and its data, for optimizers to be compared on. `P` is the tree of parameters and `B` that of a batch, both of
 * tensors. Embeddings stand under `embedding`, the last layer under `head`.
 */
export interface TrainingProblem<P, B> {
  /** Fresh parameters; traced. */
  init(key: Tensor): P;
  /** Mean cross-entropy of a batch, nats; traced. */
  loss(params: P, batch: B): Tensor;
  /** What update `step`, 1 the first, learns from: a function of seed and step alone, so that a run goes on anywhere. */
  batch(seed: number, step: number): B;
  /** What all optimizers are judged on, one batch. */
  validation(): B;
  /** The validation loss of the process that made the data, nats, which no network is expected to pass; 0 where unknown. */
  readonly floor: number;
  /** Floating-point operations of a training step without the optimizer's. */
  readonly flopsPerStep: number;
}

/** Whether a parameter belongs to an embedding or to the last layer, which optimizers for hidden matrices leave to AdamW. */
export const isEmbeddingOrHead = (path: string): boolean => /^(embedding|head)\b/.test(path);
