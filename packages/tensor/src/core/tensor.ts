import type { DType } from './dtype.js';
import { formatType } from './errors.js';
import type { Node } from './op.js';
import type { Shape } from './shape.js';
import type { Value } from '../runtime/value.js';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/**
 * Where a tensor's elements come from.
 * - `value`: they exist (or will, once a run in progress ends);
 * - `parameter`: an argument of a function being traced;
 * - `output`: an operator's output, computed when somebody asks for it.
 */
export type Origin =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'output'; readonly node: Node; readonly index: number };

/**
 * An n-dimensional array of one dtype. Operators never compute at once: they add a node to a graph, which is
 * compiled and run as a whole by `jit`, `evaluate` or `data()`. The operators are methods, see `api/methods.ts`.
 */
export class Tensor implements TensorType {
  /** @internal Replaced by the value once the tensor has been evaluated. */
  origin: Origin;

  /** @internal Use `tensor(...)`, `zeros(...)` or an operator. */
  constructor(
    readonly dtype: DType,
    readonly shape: Shape,
    origin: Origin,
  ) {
    this.origin = origin;
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }

  toString(): string {
    return `Tensor(${formatType(this.dtype, this.shape)}, ${this.origin.kind})`;
  }
}
