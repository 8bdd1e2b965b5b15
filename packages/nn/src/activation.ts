import { elu, geluErf, geluTanh, relu, sigmoid, silu, square, tanh, type Tensor } from '@sardonyx/tensor';

export type ActivationName = 'gelu' | 'geluTanh' | 'relu' | 'reluSquared' | 'silu' | 'elu' | 'tanh' | 'sigmoid' | 'identity';

/** Activations by name, as configurations give them; all of one tensor, any shape. */
export const activations: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  /** Exact, by the error function. */
  gelu: geluErf,
  /** The approximation by tanh. */
  geluTanh,
  relu,
  /** max(x, 0)². So et al. 2021 (arXiv:2109.08668). */
  reluSquared: (x) => square(relu(x)),
  silu,
  elu: (x) => elu(x),
  tanh,
  sigmoid,
  identity: (x) => x,
};

/** An activation by name, or any function of one tensor that keeps its shape. */
export type Activation = ActivationName | ((x: Tensor) => Tensor);

export const activationOf = (activation: Activation): ((x: Tensor) => Tensor) =>
  typeof activation === 'function' ? activation : activations[activation];
