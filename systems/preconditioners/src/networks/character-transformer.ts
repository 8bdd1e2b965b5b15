import {
  applyNorm,
  crossEntropy,
  embedding,
  type EmbeddingParameters,
  initEmbedding,
  initializers,
  initLinear,
  initNorm,
  initTransformerBlock,
  linear,
  type LinearParameters,
  type NormParameters,
  rotaryTables,
  transformerBlock,
  type TransformerBlockParameters,
} from '@sardonyx/nn';
import { random, type Tensor } from '@sardonyx/tensor';

export interface TransformerSizes {
  readonly vocabulary: number;
  readonly length: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

export interface TransformerParameters {
  readonly embedding: EmbeddingParameters;
  readonly blocks: readonly TransformerBlockParameters[];
  readonly norm: NormParameters;
  readonly head: LinearParameters;
}

/** Characters and those that follow them, both int32 [batch, length]. */
export interface CharacterBatch {
  readonly characters: Tensor;
  readonly following: Tensor;
}

/** Pre-norm blocks without biases in attention; matrices that write to the residual stream are scaled by 1/√(2·layers). */
export function initTransformer(key: Tensor, { vocabulary, width, heads, layers }: TransformerSizes): TransformerParameters {
  const writing = { bias: false, weightInitializer: initializers.normal(1 / Math.sqrt(2 * layers * width)) };
  return {
    embedding: initEmbedding(
      random.foldIn(key, 0),
      { entries: vocabulary, width },
      { initializer: initializers.normal(1 / Math.sqrt(width)) },
    ),
    blocks: Array.from({ length: layers }, (_, layer) =>
      initTransformerBlock(
        random.foldIn(key, layer + 1),
        { width, heads },
        { norm: 'rms', attention: { bias: false, output: writing }, mlp: { down: writing } },
      ),
    ),
    norm: initNorm('rms', width),
    head: initLinear(random.foldIn(key, layers + 1), { inputs: width, outputs: vocabulary }, { bias: false }),
  };
}

/** Logits of the next character: int32 [batch, length] to [batch, length, vocabulary]. Rotary positions. */
export function transformer(params: TransformerParameters, characters: Tensor, { width, heads }: TransformerSizes): Tensor {
  const rotary = rotaryTables(characters.shape.at(-1)!, width / heads);
  const x = params.blocks.reduce(
    (stream, block) => transformerBlock(block, stream, { heads, norm: 'rms', causal: true, rotary }),
    embedding(params.embedding, characters),
  );
  return linear(params.head, applyNorm('rms', params.norm, x));
}

/** Mean cross-entropy of the next character, nats a character. */
export const transformerLoss = (
  params: TransformerParameters,
  { characters, following }: CharacterBatch,
  sizes: TransformerSizes,
): Tensor => crossEntropy(transformer(params, characters, sizes), following);

/** Operations of a forward pass over one character of a full window: matrices 24·d² a layer, attention 4·n·d, head 2·d·V. */
export const transformerFlops = ({ vocabulary, length, width, layers }: TransformerSizes): number =>
  layers * (24 * width ** 2 + 4 * length * width) + 2 * width * vocabulary;
