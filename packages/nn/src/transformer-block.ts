import { add, dropout, mul, type NormalizationOptions, type Tensor } from '@sardonyx/tensor';
import type { Activation } from './activation.js';
import { decodeStep, type KeyValueCache } from './key-value-cache.js';
import { splitKey } from './keys.js';
import { initMlp, mlp, type MlpInitOptions, type MlpParameters } from './mlp.js';
import {
  type AttentionInitOptions,
  type AttentionParameters,
  type AttentionSizes,
  type HeadsOptions,
  initMultiHeadAttention,
  multiHeadAttention,
} from './multi-head-attention.js';
import { applyNorm, initNorm, type NormKind, type NormOptions, type NormParameters } from './norm.js';

export interface TransformerBlockParameters {
  /** Absent where the kind of norm is `none`, as the other norms. */
  readonly attentionNorm?: NormParameters;
  readonly attention: AttentionParameters;
  /** Of blocks with cross-attention only. */
  readonly crossNorm?: NormParameters;
  readonly crossAttention?: AttentionParameters;
  readonly mlpNorm?: NormParameters;
  readonly mlp: MlpParameters;
}

export interface TransformerBlockSizes extends AttentionSizes {
  /** Hidden width of the perceptron, 4·width by default. */
  readonly hidden?: number;
}

export interface TransformerBlockInitOptions {
  /** `layer` by default. */
  readonly norm?: NormKind;
  readonly normOptions?: NormOptions;
  readonly attention?: AttentionInitOptions;
  readonly mlp?: MlpInitOptions;
  /** Whether there is an attention to a context between the two; false by default. */
  readonly cross?: boolean;
}

export function initTransformerBlock(
  key: Tensor,
  sizes: TransformerBlockSizes,
  options: TransformerBlockInitOptions = {},
): TransformerBlockParameters {
  const { norm = 'layer', normOptions = {}, cross = false } = options;
  const { hidden, contextWidth, ...attentionSizes } = sizes;
  const [attentionKey, crossKey, mlpKey] = splitKey(key, 3);
  const crossSizes = { ...attentionSizes, contextWidth: contextWidth ?? sizes.width };
  const ownNorm = () => initNorm(norm, sizes.width, normOptions);
  return {
    ...(norm !== 'none' && { attentionNorm: ownNorm()! }),
    attention: initMultiHeadAttention(attentionKey!, attentionSizes, options.attention),
    ...(cross && {
      ...(norm !== 'none' && { crossNorm: ownNorm()! }),
      crossAttention: initMultiHeadAttention(crossKey!, crossSizes, options.attention),
    }),
    ...(norm !== 'none' && { mlpNorm: ownNorm()! }),
    mlp: initMlp(mlpKey!, { width: sizes.width, ...(hidden !== undefined && { hidden }) }, options.mlp),
  };
}

export interface BlockOptions extends HeadsOptions, NormalizationOptions {
  /** As the parameters were made for; `layer` by default. */
  readonly norm?: NormKind;
  /** `gelu` by default. */
  readonly activation?: Activation;
  /** Factor on what every sublayer adds to the residual stream; 1 by default. */
  readonly residualScale?: number | Tensor;
}

export interface TransformerBlockOptions extends BlockOptions {
  readonly causal?: boolean;
  /** bool, broadcastable to [..., heads, queries, keys]: true where a query may see a key. */
  readonly mask?: Tensor;
  /** [..., keys, contextWidth], for the cross-attention. */
  readonly context?: Tensor;
  readonly contextMask?: Tensor;
  /** Of what every sublayer adds. Give a new key every step; leave it out for inference. */
  readonly dropout?: { readonly rate: number; readonly key: Tensor };
}

/**
 * Pre-norm transformer block: x + s·attention(norm(x)), then x + s·mlp(norm(x)); with an attention to the context between
 * where the parameters have one. x [..., length, width] to the same shape. Xiong et al. 2020 (arXiv:2002.04745).
 */
export function transformerBlock(params: TransformerBlockParameters, x: Tensor, options: TransformerBlockOptions): Tensor {
  const { heads, rotary, causal = false, mask, context, contextMask } = options;
  const { norm = 'layer', activation = 'gelu', residualScale = 1, dropout: drop } = options;
  const keys = drop ? splitKey(drop.key, 3) : [];
  const normalize = (p: NormParameters | undefined, y: Tensor) => applyNorm(norm, p, y, options);
  const addTo = (stream: Tensor, change: Tensor, sublayer: number) =>
    addScaled(stream, drop ? dropout(change, drop.rate, keys[sublayer]!) : change, residualScale);

  const self = { heads, causal, ...(mask && { mask }), ...(rotary && { rotary }) };
  let y = addTo(x, multiHeadAttention(params.attention, normalize(params.attentionNorm, x), self), 0);
  if (params.crossAttention && context) {
    const cross = { heads, context, ...(contextMask && { mask: contextMask }) };
    y = addTo(y, multiHeadAttention(params.crossAttention, normalize(params.crossNorm, y), cross), 1);
  }
  return addTo(y, mlp(params.mlp, normalize(params.mlpNorm, y), { activation }), 2);
}

/** The block over new positions only, with keys and values of those before in a cache; see `decodeStep`. */
export function decodeTransformerBlock(
  params: TransformerBlockParameters,
  x: Tensor,
  cache: KeyValueCache,
  position: Tensor,
  options: BlockOptions,
): { readonly output: Tensor; readonly cache: KeyValueCache } {
  const { norm = 'layer', activation = 'gelu', residualScale = 1 } = options;
  const step = decodeStep(params.attention, applyNorm(norm, params.attentionNorm, x, options), cache, position, options);
  const y = addScaled(x, step.output, residualScale);
  const change = mlp(params.mlp, applyNorm(norm, params.mlpNorm, y, options), { activation });
  return { output: addScaled(y, change, residualScale), cache: step.cache };
}

const addScaled = (stream: Tensor, change: Tensor, scale: number | Tensor): Tensor =>
  add(stream, scale === 1 ? change : mul(change, scale));
