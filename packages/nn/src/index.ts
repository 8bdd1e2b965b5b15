export { dropout } from '@sardonyx/tensor';
export { type Activation, type ActivationName, activationOf, activations } from './activation.js';
export {
  conv1d,
  conv2d,
  type ConvInitOptions,
  type ConvParameters,
  type ConvSizes,
  initConv1d,
  initConv2d,
} from './convolution.js';
export {
  embedding,
  type EmbeddingOptions,
  type EmbeddingParameters,
  type EmbeddingSizes,
  initEmbedding,
  positionEmbedding,
  unembed,
} from './embedding.js';
export * as initializers from './initializers.js';
export type { Distribution, Fans, Initializer, KaimingOptions } from './initializers.js';
export {
  decodeStep,
  initKeyValueCache,
  type KeyValueCache,
  type KeyValueCacheSizes,
} from './key-value-cache.js';
export { initLinear, linear, type LinearOptions, type LinearParameters, type LinearSizes } from './linear.js';
export {
  binaryCrossEntropyWithLogits,
  type BinaryCrossEntropyOptions,
  cosineSimilarity,
  crossEntropy,
  type CrossEntropyOptions,
  huber,
  type HuberOptions,
  klDivergence,
  meanAbsoluteError,
  meanSquaredError,
} from './losses.js';
export { accuracy, binaryAccuracy, topKAccuracy } from './metrics.js';
export { initMlp, mlp, type MlpInitOptions, type MlpOptions, type MlpParameters, type MlpSizes } from './mlp.js';
export {
  type AttentionInitOptions,
  type AttentionParameters,
  attentionProbabilities,
  type AttentionSizes,
  type HeadsOptions,
  initMultiHeadAttention,
  multiHeadAttention,
  type MultiHeadAttentionOptions,
  type RotaryOptions,
} from './multi-head-attention.js';
export {
  applyNorm,
  initLayerNorm,
  initNorm,
  initRmsNorm,
  layerNorm,
  type NormKind,
  type NormOptions,
  type NormParameters,
  rmsNorm,
} from './norm.js';
export { countParameters } from './parameters.js';
export type { ReductionOptions } from './reduction.js';
export { rotaryTables, type RotaryTables } from './rotary-tables.js';
export {
  type BlockOptions,
  decodeTransformerBlock,
  initTransformerBlock,
  transformerBlock,
  type TransformerBlockInitOptions,
  type TransformerBlockOptions,
  type TransformerBlockParameters,
  type TransformerBlockSizes,
} from './transformer-block.js';
