import type { DType, Tensor } from '../../src/index.js';

/** A host array in row-major order: what reference code works on. int64 and bool elements are plain numbers. */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** How test elements are drawn; all draws are seeded by the case's name. */
export type Draw =
  | 'normal'
  | 'positive' // in [0.5, 2]
  | 'unit' // in (−1, 1)
  | 'distinct' // pairwise different and apart by at least 0.1: for max, sort, topK
  | { readonly integersBelow: number }
  | { readonly values: readonly number[] };

export interface InputSpec {
  readonly shape: readonly number[];
  /** float32 by default. */
  readonly dtype?: DType;
  /** normal by default for floats, integers below 10 for integers, coin flips for bool. */
  readonly draw?: Draw;
}

/** One call of an operator: value, gradient, batching and speed are all checked from this description. */
export interface OpCase {
  /** Operator first, then what is special: `sum over two axes, keepDims`. */
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  readonly call: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  /** The same by plain loops over host arrays, written without the engine. */
  readonly reference: (...inputs: HostArray[]) => HostArray | readonly HostArray[];
  /** Inputs whose gradient is checked in float64 by central differences; all floating-point inputs by default, [] for none. */
  readonly gradient?: readonly number[];
  /** Set false where the gradient cannot be differentiated again; say why beside it. */
  readonly secondGradient?: false;
  /** Relative tolerance of the value in float32 where the default (2e-6) is not enough; say why beside it. */
  readonly tolerance?: number;
  /** Dtypes besides float32 in which the value is checked too (floating-point inputs converted). */
  readonly alsoIn?: readonly DType[];
  /** Set false where batching by `vmap` makes no sense (creation of constants). */
  readonly vmap?: false;
}

/** A call that must throw while tracing; the message must hold the operator, every text listed and the caller's line. */
export interface BadCase {
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  readonly call: (...inputs: Tensor[]) => unknown;
  readonly error: 'ShapeError' | 'DTypeError' | 'UnsupportedError';
  readonly says: readonly string[];
}

/** All cases of one family of operators: `cases/<file>.ts` exports one suite and `conformance.test.ts` runs them all. */
export interface Suite {
  readonly family: string;
  readonly cases: readonly OpCase[];
  readonly bad: readonly BadCase[];
}
