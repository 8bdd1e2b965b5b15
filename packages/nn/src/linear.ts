import { add, type FloatDType, matmul, random, type Tensor } from '@sardonyx/tensor';
import { type Initializer, normal, zeros } from './initializers.js';

export interface LinearParameters {
  /** [inputs, outputs] */
  readonly weight: Tensor;
  /** [outputs] */
  readonly bias?: Tensor;
}

export interface LinearSizes {
  readonly inputs: number;
  readonly outputs: number;
}

export interface LinearOptions {
  /** Whether there is a bias; true by default. */
  readonly bias?: boolean;
  /** Of the weight; normal with variance 1/inputs by default, which keeps the size of activations. */
  readonly weightInitializer?: Initializer;
  /** Of the bias; zeros by default. */
  readonly biasInitializer?: Initializer;
  readonly dtype?: FloatDType;
}

/** Parameters of an affine map. */
export function initLinear(key: Tensor, { inputs, outputs }: LinearSizes, options: LinearOptions = {}): LinearParameters {
  const { bias = true, biasInitializer = zeros, dtype } = options;
  const { weightInitializer = normal(1 / Math.sqrt(inputs)) } = options;
  const weight = weightInitializer(key, [inputs, outputs], dtype);
  // Folding never meets the draws of a key, and a folded key that a constant bias leaves unused costs nothing.
  return bias ? { weight, bias: biasInitializer(random.foldIn(key, 1), [outputs], dtype) } : { weight };
}

/** x·W + b: x [..., inputs] to [..., outputs]. Throws ShapeError where the last size of x is not `inputs`. */
export function linear(params: LinearParameters, x: Tensor): Tensor {
  const product = matmul(x, params.weight);
  return params.bias ? add(product, params.bias) : product;
}
