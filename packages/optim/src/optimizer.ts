import type { Tensor } from '@sardonyx/tensor';

/** What an optimizer remembers between steps: plain trees of tensors, ready to be donated and checkpointed. */
export interface OptimizerState<P> {
  /** Steps taken so far, an int32 scalar. */
  readonly step: Tensor;
  /** Named values for each parameter, such as moments, each a tree of the parameters' form. */
  readonly slots: Readonly<Record<string, P>>;
}

/**
 * An optimizer as two pure functions over trees of parameters. `update` returns the new parameters rather than a
 * difference to be added: that saves one pass over memory in the compiled step.
 */
export interface Optimizer {
  readonly name: string;
  init<P>(params: P): OptimizerState<P>;
  update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>];
}

/** Chooses parameters by their path in the tree, such as `blocks[0].attention.query.bias`, or by shape. */
export type ParameterFilter = (path: string, parameter: Tensor) => boolean;
