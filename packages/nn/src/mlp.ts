import { mul, type Tensor } from '@sardonyx/tensor';
import { type Activation, activationOf } from './activation.js';
import { initLinear, linear, type LinearOptions, type LinearParameters } from './linear.js';
import { splitKey } from './keys.js';

export interface MlpParameters {
  /** width → hidden */
  readonly up: LinearParameters;
  /** width → hidden, of gated variants only. */
  readonly gate?: LinearParameters;
  /** hidden → outputs */
  readonly down: LinearParameters;
}

export interface MlpSizes {
  readonly width: number;
  /** 4·width by default. */
  readonly hidden?: number;
  /** `width` by default. */
  readonly outputs?: number;
}

export interface MlpInitOptions extends LinearOptions {
  /** Whether a second map of the input, activated, multiplies the hidden layer; false by default. */
  readonly gated?: boolean;
  /** Options of the last map where they differ from the others', such as a smaller initializer. */
  readonly down?: LinearOptions;
}

export function initMlp(key: Tensor, sizes: MlpSizes, options: MlpInitOptions = {}): MlpParameters {
  const { width, hidden = 4 * width, outputs = width } = sizes;
  const { gated = false, down, ...each } = options;
  const [upKey, gateKey, downKey] = splitKey(key, 3);
  return {
    up: initLinear(upKey!, { inputs: width, outputs: hidden }, each),
    ...(gated && { gate: initLinear(gateKey!, { inputs: width, outputs: hidden }, each) }),
    down: initLinear(downKey!, { inputs: hidden, outputs }, { ...each, ...down }),
  };
}

export interface MlpOptions {
  /** `gelu` by default. */
  readonly activation?: Activation;
}

/**
 * Two-layer perceptron f(x·U)·D, or (f(x·G) ∘ x·U)·D where the parameters hold a gate (GLU; SwiGLU with silu:
 * Shazeer 2020, arXiv:2002.05202). x [..., width] to [..., outputs].
 */
export function mlp(params: MlpParameters, x: Tensor, { activation = 'gelu' }: MlpOptions = {}): Tensor {
  const activate = activationOf(activation);
  const up = linear(params.up, x);
  const hidden = params.gate ? mul(activate(linear(params.gate, x)), up) : activate(up);
  return linear(params.down, hidden);
}
