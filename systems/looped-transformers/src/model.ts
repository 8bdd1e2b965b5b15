import {
  applyNorm,
  countParameters,
  embedding,
  type EmbeddingParameters,
  initEmbedding,
  initializers,
  initLinear,
  initRmsNorm,
  initTransformerBlock,
  linear,
  type LinearParameters,
  type NormParameters,
  positionEmbedding,
  rotaryTables,
  transformerBlock,
  type TransformerBlockParameters,
} from '@sardonyx/nn';
import { add, random, type Tensor, unstack } from '@sardonyx/tensor';

/** A (k⊗L) transformer: a block of `layers` distinct layers applied `loops` times (arXiv:2502.17416, §2). */
export interface LoopedTransformerConfig {
  /** k, distinct layers of the block. */
  readonly layers: number;
  /** L, times the block is applied; 1 makes an ordinary transformer of k layers. */
  readonly loops: number;
  readonly width: number;
  readonly heads: number;
  /** Hidden width of every layer's perceptron. */
  readonly hidden: number;
  readonly vocabulary: number;
  /** Longest sequence. */
  readonly length: number;
  readonly positions: 'learned' | 'rotary';
  /** `add` gives every loop after the first its input anew: X_t = f(X_{t−1} + X_0). The paper's loop has `none`. */
  readonly inject: 'none' | 'add';
  readonly activation: 'relu' | 'geluTanh';
  /** `rms` by default. Constructions with weights set by hand have `none`. */
  readonly norm?: 'rms' | 'none';
}

export interface LoopedTransformerParameters {
  readonly tokenEmbedding: EmbeddingParameters;
  /** Of learned positions only. */
  readonly positionEmbedding?: EmbeddingParameters;
  readonly block: readonly TransformerBlockParameters[];
  readonly norm: NormParameters;
  readonly head: LinearParameters;
}

/** Standard deviation of embeddings and of the matrices that read the residual stream. */
const initialDeviation = (width: number): number => 0.64 / Math.sqrt(width);

/** Throws RangeError where the configuration contradicts itself. */
export function checkConfig(config: LoopedTransformerConfig): void {
  const { layers, loops, width, heads, positions } = config;
  for (const [name, value] of Object.entries({ layers, loops, width, heads })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`looped transformer: ${name} must be a positive integer, given ${value}`);
    }
  }
  if (width % heads !== 0) {
    throw new RangeError(
      `looped transformer: width ${width} is not divisible by ${heads} heads; choose a width that is a multiple of the heads`,
    );
  }
  if (positions === 'rotary' && (width / heads) % 2 !== 0) {
    throw new RangeError(
      `looped transformer: rotary positions need an even head width, given ${width / heads}; choose other heads or learned positions`,
    );
  }
}

/**
 * Fresh parameters. Matrices that write to the residual stream are scaled by 1/√(2kL), so that it does not grow with
 * the number of loops.
 */
export function initLoopedTransformer(key: Tensor, config: LoopedTransformerConfig): LoopedTransformerParameters {
  checkConfig(config);
  const { layers, loops, width, heads, hidden, vocabulary, length } = config;
  const deviation = initialDeviation(width);
  const reading = { bias: false, weightInitializer: initializers.normal(deviation) };
  const writing = initializers.normal(deviation / Math.sqrt(2 * layers * loops));
  const [ofTokens, ofPositions, ofHead, ...ofLayers] = unstack(random.split(key, 3 + layers));
  return {
    tokenEmbedding: initEmbedding(ofTokens!, { entries: vocabulary, width }, { initializer: reading.weightInitializer }),
    ...(config.positions === 'learned' && {
      positionEmbedding: initEmbedding(ofPositions!, { entries: length, width }, { initializer: reading.weightInitializer }),
    }),
    block: ofLayers.map((ofLayer) =>
      initTransformerBlock(
        ofLayer,
        { width, heads, hidden },
        {
          norm: 'rms',
          attention: { ...reading, output: { bias: false, weightInitializer: writing } },
          mlp: { ...reading, bias: true, down: { bias: false, weightInitializer: writing } },
        },
      ),
    ),
    norm: initRmsNorm(width),
    head: initLinear(ofHead!, { inputs: width, outputs: vocabulary }, reading),
  };
}

/**
 * Logits of the next token: tokens int32 [batch, length] to [batch, length, vocabulary]. The block is applied
 * `loops` times with the same parameters: X_t = f(X_{t−1}), logits = norm(X_L)·W (arXiv:2502.17416, Definition 3.1).
 */
export function loopedTransformer(params: LoopedTransformerParameters, tokens: Tensor, config: LoopedTransformerConfig): Tensor {
  const length = tokens.shape.at(-1)!;
  if (length > config.length) {
    throw new RangeError(
      `looped transformer: a sequence of ${length} positions is longer than the model's ${config.length}; make the model longer`,
    );
  }
  const tokenVectors = embedding(params.tokenEmbedding, tokens);
  const first = params.positionEmbedding ? add(tokenVectors, positionEmbedding(params.positionEmbedding, length)) : tokenVectors;
  const rotary = config.positions === 'rotary' ? { rotary: rotaryTables(length, config.width / config.heads) } : {};
  const norm = config.norm ?? 'rms';
  const options = { heads: config.heads, norm, activation: config.activation, causal: true, ...rotary } as const;
  let x = first;
  for (let loop = 0; loop < config.loops; loop++) {
    if (loop > 0 && config.inject === 'add') x = add(x, first);
    for (const layer of params.block) x = transformerBlock(layer, x, options);
  }
  return linear(params.head, applyNorm(norm, params.norm, x));
}

/** Written the paper's way: `(2⊗3)` for two layers looped three times. */
export const loopedName = ({ layers, loops }: Pick<LoopedTransformerConfig, 'layers' | 'loops'>): string => `(${layers}⊗${loops})`;

export interface ModelSize {
  /** Parameters, each shared one counted once. */
  readonly distinctParameters: number;
  /** Layers applied: k·L. */
  readonly effectiveDepth: number;
  /** Floating-point operations of one forward pass over one token of a full sequence. */
  readonly flopsPerToken: number;
}

/** Operations of one forward pass over one token of a full sequence: 2·(4d² + 2·d·d_ff)·kL + 4·n·d·kL + 2·d·V. */
export const flopsPerToken = ({ layers, loops, width, hidden, length, vocabulary }: LoopedTransformerConfig): number =>
  layers * loops * (2 * (4 * width ** 2 + 2 * width * hidden) + 4 * length * width) + 2 * width * vocabulary;

/** Sizes of a model (arXiv:2502.17416, §3). */
export const modelSize = (params: LoopedTransformerParameters, config: LoopedTransformerConfig): ModelSize => ({
  distinctParameters: countParameters(params),
  effectiveDepth: config.layers * config.loops,
  flopsPerToken: flopsPerToken(config),
});
