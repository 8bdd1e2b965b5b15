import {
  type EmbeddingParameters,
  initEmbedding,
  initializers,
  initLinear,
  initNorm,
  initTransformerBlock,
  type LinearParameters,
  type NormParameters,
  type TransformerBlockParameters,
} from '@sardonyx/nn';
import { concat, eye, random, type Tensor, unstack, zeros } from '@sardonyx/tensor';
import { checkConfig, type CompleteConfig, completeConfig, effectiveDepth, type LoopedTransformerConfig } from './model-config.js';

/** Layers one after another. */
export type Layers = readonly TransformerBlockParameters[];

/** A tree of tensors. What a configuration does not ask for is absent. */
export interface LoopedTransformerParameters {
  /** [vocabulary, width] */
  readonly tokenEmbedding: EmbeddingParameters;
  /** [length, width], of learned positions. */
  readonly positionEmbedding?: EmbeddingParameters;
  readonly prelude?: Layers;
  /** The k layers that are looped; all k·L of them where blocks are tied softly. */
  readonly block: Layers;
  readonly coda?: Layers;
  /** [2·width, width], of `inject: 'concatLinear'`: the rows of X_{t−1}, then those of X_0. */
  readonly injection?: LinearParameters;
  /** [loops, width], of learned loop embeddings. */
  readonly loopEmbedding?: EmbeddingParameters;
  readonly loopNorm?: NormParameters;
  /** Before the head; absent where `norm` is `none`. */
  readonly norm?: NormParameters;
  /** [width, vocabulary]; absent where the token embedding is the head. */
  readonly head?: LinearParameters;
  /** [width, 1], of `exitGate`. */
  readonly exitGate?: LinearParameters;
}

/** Standard deviation of embeddings and of the matrices that read the residual stream. */
const initialDeviation = (width: number): number => 0.64 / Math.sqrt(width);

/** Numbers folded into the key for parameters that only some configurations have, so that the others stay the same. */
const extraKeys = { loopEmbedding: 1_000_001 };

/**
 * Fresh parameters. Matrices that write to the residual stream are scaled by 1/√(2D), so that it does not grow with
 * the number of loops. An injecting map starts as the identity on X_{t−1}, a gate as even odds.
 */
export function initLoopedTransformer(key: Tensor, config: LoopedTransformerConfig): LoopedTransformerParameters {
  checkConfig(config);
  const complete = completeConfig(config);
  const { layers, loops, width, vocabulary, length, prelude, coda, norm } = complete;
  const deviation = initialDeviation(width);
  const reading = { bias: false, weightInitializer: initializers.normal(deviation) };
  const table = { initializer: reading.weightInitializer };
  const ofBlock = complete.tieBlocks === 'soft' ? layers * loops : layers;
  const [ofTokens, ofPositions, ofHead, ...ofLayers] = unstack(random.split(key, 3 + ofBlock + prelude + coda));
  const drawn = ofLayers.map((ofLayer) => initLayer(ofLayer, complete, deviation));
  return {
    tokenEmbedding: initEmbedding(ofTokens!, { entries: vocabulary, width }, table),
    ...(config.positions === 'learned' && { positionEmbedding: initEmbedding(ofPositions!, { entries: length, width }, table) }),
    ...(prelude > 0 && { prelude: drawn.slice(ofBlock, ofBlock + prelude) }),
    block: drawn.slice(0, ofBlock),
    ...(coda > 0 && { coda: drawn.slice(ofBlock + prelude) }),
    ...(config.inject === 'concatLinear' && { injection: { weight: concat([eye(width), zeros([width, width])], 0) } }),
    ...(complete.loopEmbedding === 'learned' && {
      loopEmbedding: initEmbedding(random.foldIn(key, extraKeys.loopEmbedding), { entries: loops, width }, table),
    }),
    ...(complete.loopNorm && norm !== 'none' && { loopNorm: initNorm(norm, width) }),
    ...(norm !== 'none' && { norm: initNorm(norm, width) }),
    ...(!complete.tiedHead && { head: initLinear(ofHead!, { inputs: width, outputs: vocabulary }, reading) }),
    ...(complete.exitGate && { exitGate: { weight: zeros([width, 1]), bias: zeros([1]) } }),
  };
}

function initLayer(key: Tensor, config: CompleteConfig, deviation: number): TransformerBlockParameters {
  const { width, heads, headWidth, hidden, norm, attentionBias, mlpBias } = config;
  const weightInitializer = initializers.normal(deviation);
  const writing = initializers.normal(deviation / Math.sqrt(2 * effectiveDepth(config)));
  return initTransformerBlock(
    key,
    { width, heads, headWidth, hidden },
    {
      norm,
      attention: { bias: attentionBias, weightInitializer, output: { bias: attentionBias, weightInitializer: writing } },
      mlp: { bias: mlpBias !== 'none', weightInitializer, down: { bias: mlpBias === 'both', weightInitializer: writing } },
    },
  );
}
