import {
  type FloatDType,
  layerNorm as normalizeLayer,
  type NormalizationOptions,
  ones,
  rmsNorm as normalizeRootMeanSquare,
  type Tensor,
  zeros,
} from '@sardonyx/tensor';

/** Which normalization: by mean and variance, by the root mean square, or none, which leaves its parameters unread. */
export type NormKind = 'layer' | 'rms' | 'none';

export interface NormParameters {
  /** [width], ones at the start */
  readonly gain: Tensor;
  /** [width], zeros at the start; of layer normalization only. */
  readonly bias?: Tensor;
}

export interface NormOptions {
  /** Whether layer normalization has a bias; true by default. */
  readonly bias?: boolean;
  readonly dtype?: FloatDType;
}

export const initLayerNorm = (width: number, { bias = true, dtype = 'float32' }: NormOptions = {}): NormParameters => ({
  gain: ones([width], dtype),
  ...(bias && { bias: zeros([width], dtype) }),
});

export const initRmsNorm = (width: number, { dtype = 'float32' }: NormOptions = {}): NormParameters => ({
  gain: ones([width], dtype),
});

export const initNorm = (kind: NormKind, width: number, options: NormOptions = {}): NormParameters =>
  kind === 'layer' ? initLayerNorm(width, options) : initRmsNorm(width, options);

/**
 * (x − mean)/√(var + ε)·gain + bias over the last axis, x [..., width]; ε is 1e-5 by default.
 * Ba, Kiros, Hinton 2016 (arXiv:1607.06450).
 */
export const layerNorm = ({ gain, bias }: NormParameters, x: Tensor, options: NormalizationOptions = {}): Tensor =>
  normalizeLayer(x, gain, bias ?? zeros(gain.shape, gain.dtype), options);

/** x/√(mean(x²) + ε)·gain over the last axis, x [..., width]; ε is 1e-6 by default. Zhang, Sennrich 2019 (arXiv:1910.07467). */
export const rmsNorm = ({ gain }: NormParameters, x: Tensor, options: NormalizationOptions = {}): Tensor =>
  normalizeRootMeanSquare(x, gain, options);

/** Layer or root-mean-square normalization, or x itself, as `kind` says. */
export const applyNorm = (kind: NormKind, params: NormParameters, x: Tensor, options: NormalizationOptions = {}): Tensor =>
  kind === 'none' ? x : (kind === 'layer' ? layerNorm : rmsNorm)(params, x, options);
