import { flatten, norm, stack, type Tensor } from '@sardonyx/tensor';

/**
 * A step whose loss or gradient is not finite. `code` is `diverged`; the state of the trainer holds NaN from then on:
 * restore an earlier one.
 */
export class DivergenceError extends Error {
  readonly code = 'diverged';
  /** The step, 1 the first. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** The parameter of the largest norm before the step, and that norm. */
  readonly largest: { readonly path: string; readonly norm: number };

  constructor(step: number, loss: number, gradientNorm: number, largest: DivergenceError['largest']) {
    super(
      `training: expected a finite loss and gradient, given loss ${loss} and gradient norm ${gradientNorm} at step ${step}; ` +
        `the largest parameter before it was ${largest.path} with norm ${largest.norm.toPrecision(4)}; ` +
        'lower the learning rate, warm up longer, or clip harder',
    );
    this.name = 'DivergenceError';
    this.step = step;
    this.loss = loss;
    this.gradientNorm = gradientNorm;
    this.largest = largest;
  }
}

/** Euclidean norm of every parameter, in the order of the tree: float32 [parameters]. */
export const parameterNorms = (params: unknown): Tensor => stack(flatten(params).leaves.map((leaf) => norm(leaf)));

/** The parameter whose norm is largest; one that is not finite counts as larger than any. */
export function largestParameter(params: unknown, norms: ArrayLike<number>): DivergenceError['largest'] {
  const { paths } = flatten(params).structure;
  const size = (i: number): number => (Number.isFinite(norms[i]) ? norms[i]! : Infinity);
  const at = paths.reduce((largest, _, i) => (size(i) > size(largest) ? i : largest), 0);
  return { path: paths[at]!, norm: norms[at]! };
}
