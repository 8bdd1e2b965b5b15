import {
  type FloatDType,
  layerNorm as normalizeLayer,
  type NormalizationOptions,
  ones,
  rmsNorm as normalizeRootMeanSquare,
  ShapeError,
  type Tensor,
  zeros,
} from '@sardonyx/tensor';

/** Which normalization: by mean and variance, by the root mean square, or none, which has no parameters. */
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

/** `undefined` for the kind `none`. */
export function initNorm(kind: Exclude<NormKind, 'none'>, width: number, options?: NormOptions): NormParameters;
export function initNorm(kind: NormKind, width: number, options?: NormOptions): NormParameters | undefined;
export function initNorm(kind: NormKind, width: number, options: NormOptions = {}): NormParameters | undefined {
  if (kind === 'none') return undefined;
  return kind === 'layer' ? initLayerNorm(width, options) : initRmsNorm(width, options);
}

/**
 * (x − mean)/√(var + ε)·gain + bias over the last axis, x [..., width]; ε is 1e-5 by default.
 * Ba, Kiros, Hinton 2016 (arXiv:1607.06450).
 */
export const layerNorm = ({ gain, bias }: NormParameters, x: Tensor, options: NormalizationOptions = {}): Tensor =>
  normalizeLayer(x, gain, bias ?? zeros(gain.shape, gain.dtype), options);

/** x/√(mean(x²) + ε)·gain over the last axis, x [..., width]; ε is 1e-6 by default. Zhang, Sennrich 2019 (arXiv:1910.07467). */
export const rmsNorm = ({ gain }: NormParameters, x: Tensor, options: NormalizationOptions = {}): Tensor =>
  normalizeRootMeanSquare(x, gain, options);

/**
 * Layer or root-mean-square normalization, or x itself, as `kind` says.
 * Throws ShapeError where a normalization has no parameters.
 */
export function applyNorm(kind: NormKind, params: NormParameters | undefined, x: Tensor, options: NormalizationOptions = {}): Tensor {
  if (kind === 'none') return x;
  if (!params) {
    throw new ShapeError('shape', `applyNorm: expected the parameters of a ${kind} normalization, given none; set norm to 'none'`);
  }
  return (kind === 'layer' ? layerNorm : rmsNorm)(params, x, options);
}
