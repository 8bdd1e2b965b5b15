import type { Tensor } from '@sardonyx/tensor';

/** What an optimizer remembers between steps: plain trees of tensors, ready to be donated and checkpointed. */
export interface OptimizerState<P> {
  /** Steps taken so far, an int32 scalar. */
  readonly step: Tensor;
  /** Named values for each parameter, such as moments, each a tree of the parameters' form. */
  readonly slots: Readonly<Record<string, P>>;
}

/** How an optimizer treats one parameter. */
export interface ParameterTreatment {
  /** In words: the set, the axes with a factor, the group. */
  readonly treatment: string;
  /** Floating-point operations of an update; those of every k-th update count by a k-th. */
  readonly flopsPerStep: number;
}

/**
 * An optimizer as two pure functions over trees of parameters. `update` returns the new parameters rather than a
 * difference to be added: that saves one pass over memory in the compiled step.
 *
 * Where a step needs what no tensor program does (eigenvectors, QR factorizations, the check that throws), the optimizer
 * also has `refresh`: the host's share of the step, to be called after every update with what it returned, before
 * anything else uses it. On a step that is due, the update may leave the parameters to it. Parameters and state between
 * the two calls are a valid checkpoint: `refresh` goes on from there. An update that was not followed by its refresh
 * makes the parameters of the next one NaN.
 */
export interface Optimizer {
  readonly name: string;
  init<P>(params: P): OptimizerState<P>;
  update<P>(gradients: P, state: OptimizerState<P>, params: P): [P, OptimizerState<P>];
  /** The host's share of the step just taken; returns what it was given where there is nothing to do. */
  refresh?<P>(state: OptimizerState<P>, params: P): Promise<[P, OptimizerState<P>]>;
  /** What it does with a parameter, for `explain`; without it, its elements are taken one by one. */
  describe?(path: string, parameter: Tensor): ParameterTreatment;
  /** Whether `refresh` has work after update number `step`, 1 the first: a trainer that counts may leave out the others. */
  refreshDue?(step: number): boolean;
}

/** Chooses parameters by their path in the tree, such as `blocks[0].attention.query.bias`, or by shape. */
export type ParameterFilter = (path: string, parameter: Tensor) => boolean;
