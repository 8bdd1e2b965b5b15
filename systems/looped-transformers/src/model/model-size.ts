import { countParameters } from '@sardonyx/nn';
import { type CompleteConfig, completeConfig, effectiveDepth, type LoopedTransformerConfig } from './model-config.js';

/* How large a model is: parameters, operations and memory, from its configuration alone (arXiv:2502.17416, §3). */

/** Numbers of parameters. */
export interface ParameterCounts {
  /** Each shared parameter once: what is stored and what the optimizer has state for. */
  readonly distinct: number;
  /** Of `distinct`: tables of tokens and positions, and the output head unless it is the token table. */
  readonly embedding: number;
  /** Of `distinct`: everything else. */
  readonly nonEmbedding: number;
  /** As many as the same model would have with no two layers shared. */
  readonly effective: number;
}

const normSize = ({ norm, width }: CompleteConfig): number => ({ rms: width, layer: 2 * width, none: 0 })[norm];

/** Weights of a layer's matrices, without biases and norms: 4·d² + 2·d·d_ff where heads fill the width. */
export function matrixParametersPerLayer(config: LoopedTransformerConfig): number {
  const { width, heads, headWidth, hidden } = completeConfig(config);
  return 4 * width * heads * headWidth + 2 * width * hidden;
}

/** Parameters of one layer, biases and norms included. */
export function parametersPerLayer(config: LoopedTransformerConfig): number {
  const complete = completeConfig(config);
  const { width, heads, headWidth, hidden, attentionBias, mlpBias } = complete;
  const biases = (attentionBias ? 3 * heads * headWidth + width : 0) + { none: 0, hidden, both: hidden + width }[mlpBias];
  return matrixParametersPerLayer(config) + biases + 2 * normSize(complete);
}

/** Distinct, effective and embedding parameters, counted from the configuration. */
export function parameterCounts(config: LoopedTransformerConfig): ParameterCounts {
  const complete = completeConfig(config);
  const { width, vocabulary, length, positions, tiedHead, layers, loops, prelude, coda, tieBlocks } = complete;
  const tables = vocabulary + (positions === 'learned' ? length : 0) + (tiedHead ? 0 : vocabulary);
  const embedding = tables * width;
  const ofLoop =
    (complete.inject === 'concatLinear' ? 2 * width * width : 0) +
    (complete.loopEmbedding === 'learned' ? loops * width : 0) +
    (complete.loopNorm ? normSize(complete) : 0) +
    (complete.exitGate ? width + 1 : 0);
  const perLayer = parametersPerLayer(config);
  const once = prelude + coda + (tieBlocks === 'soft' ? layers * loops : layers);
  const nonEmbedding = once * perLayer + ofLoop + normSize(complete);
  return {
    distinct: embedding + nonEmbedding,
    embedding,
    nonEmbedding,
    effective: embedding + nonEmbedding + (effectiveDepth(config) - once) * perLayer,
  };
}

/**
 * Floating-point operations of one forward pass over one token of a full sequence:
 * 2·(4d² + 2·d·d_ff)·D + 4·n·d·D + 2·d·V, and 4·d² a loop where the input is injected by a map.
 */
export const flopsPerToken = (config: LoopedTransformerConfig): number => forwardFlops(config, 4);

/** As `flopsPerToken`, for a program that computes only the scores a causal model looks at: about half of them. */
export const causalFlopsPerToken = (config: LoopedTransformerConfig): number => forwardFlops(config, 2);

function forwardFlops(config: LoopedTransformerConfig, perScore: number): number {
  const { width, heads, headWidth, length, vocabulary, loops, inject } = completeConfig(config);
  const perLayer = 2 * matrixParametersPerLayer(config) + perScore * length * heads * headWidth;
  const injection = inject === 'concatLinear' ? 4 * width * width * loops : 0;
  return effectiveDepth(config) * perLayer + injection + 2 * width * vocabulary;
}

/** Forward and backward of a training step, for one token: three times the forward pass, and once more what is recomputed. */
export function trainingFlopsPerToken(config: LoopedTransformerConfig): number {
  const { width, vocabulary, checkpoint = 'none' } = config;
  const forward = flopsPerToken(config);
  return 3 * forward + (checkpoint === 'none' ? 0 : forward - 2 * width * vocabulary);
}

/**
 * Bytes of activations that a training step keeps for its gradients, an estimate. A layer keeps for every token: its input,
 * the middle of the residual stream, both norms' results, queries, keys, values and what attention returns (d each), both
 * sides of the activation (d_ff each) and a row of probabilities a head (n each). Recomputed layers or loops keep their
 * input, and one of them at a time the rest. It grows with the depth, not with the parameters.
 */
export function activationBytes(
  config: LoopedTransformerConfig,
  { batch, length = config.length, bytesPerElement = 4 }: { batch: number; length?: number; bytesPerElement?: number },
): number {
  const { width, heads, headWidth, hidden, vocabulary, layers, prelude, coda, loops, checkpoint, bpttLoops } = completeConfig(config);
  const layer = 4 * width + 4 * heads * headWidth + 2 * hidden + heads * length;
  const kept = Math.min(loops, bpttLoops);
  const outside = (bpttLoops < loops ? 0 : prelude) + coda;
  const perToken = {
    none: (outside + kept * layers) * layer,
    perLoop: (kept - 1) * width + (outside + layers) * layer,
    perLayer: (outside + kept * layers - 1) * width + layer,
  }[checkpoint];
  return (perToken + 2 * vocabulary) * batch * length * bytesPerElement;
}

/** Bytes of the keys and values that decoding keeps for a sequence of `length` positions: one cache for every layer applied. */
export function cacheBytes(config: LoopedTransformerConfig, length = config.length, bytesPerElement = 4): number {
  const { heads, headWidth } = completeConfig(config);
  return 2 * effectiveDepth(config) * heads * headWidth * length * bytesPerElement;
}

export interface ModelSize {
  /** Parameters, each shared one counted once. */
  readonly distinctParameters: number;
  /** Of these, tables of tokens and positions, and the output head unless it is the token table. */
  readonly embeddingParameters: number;
  /** As many as the same model would have with no two layers shared. */
  readonly effectiveParameters: number;
  /** Layers applied: a + kL + c. */
  readonly effectiveDepth: number;
  /** Floating-point operations of one forward pass over one token of a full sequence. */
  readonly flopsPerToken: number;
}

/** Sizes of a model; its parameters are counted in the tree itself. */
export function modelSize(params: unknown, config: LoopedTransformerConfig): ModelSize {
  const { embedding, effective, distinct } = parameterCounts(config);
  const counted = countParameters(params);
  return {
    distinctParameters: counted,
    embeddingParameters: embedding,
    effectiveParameters: counted + effective - distinct,
    effectiveDepth: effectiveDepth(config),
    flopsPerToken: flopsPerToken(config),
  };
}
