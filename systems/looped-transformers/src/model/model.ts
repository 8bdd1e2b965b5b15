import {
  applyNorm,
  attentionProbabilities,
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
  positionEmbedding,
  rotaryTables,
  transformerBlock,
  type TransformerBlockOptions,
  type TransformerBlockParameters,
  unembed,
} from '@sardonyx/nn';
import {
  add,
  arange,
  checkpoint,
  concat,
  eye,
  full,
  minimum,
  random,
  sliceAxis,
  stopGradient,
  type Tensor,
  unstack,
  zeros,
} from '@sardonyx/tensor';
import { checkConfig, type CompleteConfig, completeConfig, effectiveDepth, type LoopedTransformerConfig, loopsOf } from './model-config.js';
import { ModelError } from './model-error.js';

export * from './model-config.js';
export * from './model-size.js';

type Layers = readonly TransformerBlockParameters[];

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

/** What may differ between two applications of the same model. */
export interface ForwardOptions {
  /** Loops to apply instead of the configured ones: any number ≥ 1 that loop embeddings and soft ties allow. */
  readonly loops?: number;
}

/**
 * Logits of the next token: tokens int32 [batch, length] to [batch, length, vocabulary]. The block is applied
 * `loops` times with the same parameters: X_t = f(X_{t−1}), logits = norm(X_L)·W (arXiv:2502.17416, Definition 3.1).
 *
 * Throws ModelError `length` for a sequence longer than the model's, `loops` as `loopsOf`.
 */
export const loopedTransformer = (
  params: LoopedTransformerParameters,
  tokens: Tensor,
  config: LoopedTransformerConfig,
  options: ForwardOptions = {},
): Tensor => readOut(params, loopStates(params, tokens, config, options).at(-1)!, config);

/** The states X_0, X_1, …, X_L, each [batch, length, width]: what the block was given, and what every loop made of it. */
export const loopStates = (
  params: LoopedTransformerParameters,
  tokens: Tensor,
  config: LoopedTransformerConfig,
  options: ForwardOptions = {},
): Tensor[] => statesFrom(params, loopInput(params, tokens, config), config, options);

/** The states X_0, …, X_L from the first of them. */
export function statesFrom(
  params: LoopedTransformerParameters,
  first: Tensor,
  config: LoopedTransformerConfig,
  options: ForwardOptions = {},
  apply?: ApplyLayer,
): Tensor[] {
  const loops = loopsOf(config, options.loops);
  const states = [first];
  for (let loop = 1; loop <= loops; loop++) {
    const before = states.at(-1)!;
    const isCut = loop > 1 && loop === loops - (config.bpttLoops ?? loops) + 1;
    states.push(applyLoop(params, isCut ? stopGradient(before) : before, first, loop, config, apply));
  }
  return states;
}

/** The logits that every loop's state gives, X_1 to X_L: the logit lens. The last are those of `loopedTransformer`. */
export const loopLogits = (
  params: LoopedTransformerParameters,
  tokens: Tensor,
  config: LoopedTransformerConfig,
  options: ForwardOptions = {},
): Tensor[] =>
  loopStates(params, tokens, config, options)
    .slice(1)
    .map((state) => readOut(params, state, config));

/** X_0: embedded tokens int32 [batch, length] after the prelude, [batch, length, width]. */
export const loopInput = (
  params: LoopedTransformerParameters,
  tokens: Tensor,
  config: LoopedTransformerConfig,
  apply?: ApplyLayer,
): Tensor => loopInputFrom(params, embedTokens(params, tokens, config), config, apply);

/** X_0 of embedded tokens. */
export const loopInputFrom = (
  params: LoopedTransformerParameters,
  embedded: Tensor,
  config: LoopedTransformerConfig,
  apply?: ApplyLayer,
): Tensor => applyLayers(params.prelude ?? [], embedded, config, apply);

/**
 * Tokens int32 [batch, length] with their positions, [batch, length, width]. Positions count from `start`, an int32 scalar,
 * 0 by default. Throws ModelError `length`.
 */
export function embedTokens(params: LoopedTransformerParameters, tokens: Tensor, config: LoopedTransformerConfig, start?: Tensor): Tensor {
  const length = tokens.shape.at(-1)!;
  expectLength(length, config);
  const vectors = embedding(params.tokenEmbedding, tokens);
  if (!params.positionEmbedding) return vectors;
  const table = params.positionEmbedding;
  if (!start) return add(vectors, positionEmbedding(table, length));
  // Tokens that stand past the table are padding, whose results nobody reads.
  const places = minimum(add(start, arange(length, { dtype: 'int32' })), table.weight.shape[0]! - 1);
  return add(vectors, embedding(table, places));
}

/** Throws ModelError `length` for a sequence longer than the model's. */
export function expectLength(length: number, { length: longest, positions }: LoopedTransformerConfig): void {
  if (length <= longest) return;
  const remedy = positions === 'learned' ? 'make the model longer, or train it with rotary positions' : 'make the model longer';
  throw new ModelError('length', `a sequence of ${length} positions is longer than the model's ${longest}; ${remedy}`);
}

/** X_t from X_{t−1} and X_0; `loop` is t, from 1. */
export function applyLoop(
  params: LoopedTransformerParameters,
  state: Tensor,
  input: Tensor,
  loop: number,
  config: LoopedTransformerConfig,
  apply?: ApplyLayer,
): Tensor {
  const body = (block: Layers, x: Tensor): Tensor => {
    const y = applyLayers(block, x, config, apply);
    return config.loopNorm ? applyNorm(config.norm ?? 'rms', params.loopNorm, y, normOptions(config)) : y;
  };
  const given = loopEntry(params, state, input, loop, config);
  const layers = layersOfLoop(params, loop, config);
  return config.checkpoint === 'perLoop' && !apply ? checkpoint(body)(layers, given) : body(layers, given);
}

/** The k layers of a loop: the same in all, or its own where blocks are tied softly. */
export const layersOfLoop = (
  { block }: LoopedTransformerParameters,
  loop: number,
  { layers, tieBlocks }: LoopedTransformerConfig,
): Layers => (tieBlocks === 'soft' ? block.slice((loop - 1) * layers, loop * layers) : block);

/** What loop t applies its layers to: X_{t−1} with X_0 injected and the loop's embedding added, as configured. */
export function loopEntry(
  params: LoopedTransformerParameters,
  state: Tensor,
  input: Tensor,
  loop: number,
  config: LoopedTransformerConfig,
): Tensor {
  const injected = inject(params, state, input, loop, config);
  const mark = loopMark(params, loop, config);
  return mark ? add(injected, mark) : injected;
}

function inject(params: LoopedTransformerParameters, state: Tensor, input: Tensor, loop: number, config: LoopedTransformerConfig): Tensor {
  switch (config.inject) {
    case 'none':
      return state;
    case 'add':
      return loop > 1 ? add(state, input) : state;
    case 'concatLinear':
      return linear(params.injection!, concat([state, input], -1));
  }
}

/** The embedding of loop t, broadcastable to a state; `undefined` where there is none. */
function loopMark(params: LoopedTransformerParameters, loop: number, config: LoopedTransformerConfig): Tensor | undefined {
  const { loopEmbedding, loops, width, beyondLoops } = completeConfig(config);
  const place = beyondLoops === 'repeatLast' ? Math.min(loop, loops) : loop;
  if (loopEmbedding === 'none') return undefined;
  if (loopEmbedding === 'learned') return sliceAxis(params.loopEmbedding!.weight, 0, place - 1, place);
  const { cos, sin } = rotaryTables(full([1], place), width, 10_000, floatOf(params));
  return concat([sin, cos], -1);
}

/** Logits of a loop's state: through the coda, the final norm and the head. */
export const readOut = (params: LoopedTransformerParameters, state: Tensor, config: LoopedTransformerConfig): Tensor =>
  logitsOf(params, applyCoda(params, state, config), config);

export const applyCoda = (
  params: LoopedTransformerParameters,
  state: Tensor,
  config: LoopedTransformerConfig,
  apply?: ApplyLayer,
): Tensor => applyLayers(params.coda ?? [], state, config, apply);

/** Logits of what the last layer gives: through the final norm and the head. */
export function logitsOf(params: LoopedTransformerParameters, x: Tensor, config: LoopedTransformerConfig): Tensor {
  const normalized = applyNorm(config.norm ?? 'rms', params.norm, x, normOptions(config));
  return params.head ? linear(params.head, normalized) : unembed(params.tokenEmbedding, normalized);
}

/** Applies one layer in place of `transformerBlock`: to watch it, or to decode. Called in the order of application. */
export type ApplyLayer = (layer: TransformerBlockParameters, x: Tensor, options: TransformerBlockOptions) => Tensor;

function applyLayers(layers: Layers, x: Tensor, config: LoopedTransformerConfig, apply?: ApplyLayer): Tensor {
  if (layers.length === 0) return x;
  const options = layerOptions(config, x);
  const plain = (layer: TransformerBlockParameters, y: Tensor) => (apply ?? transformerBlock)(layer, y, options);
  const applied = config.checkpoint === 'perLayer' && !apply ? checkpoint(plain) : plain;
  return layers.reduce((y, layer) => applied(layer, y), x);
}

function layerOptions(config: LoopedTransformerConfig, x: Tensor): TransformerBlockOptions {
  const { heads, norm, activation } = completeConfig(config);
  const rotary = rotaryOf(config, x.shape.at(-2)!, x.dtype as 'float32');
  return { heads, norm, activation, causal: true, ...normOptions(config), ...(rotary && { rotary }) };
}

/** Tables of the first `length` positions and their layout, where positions are rotary. */
export function rotaryOf(config: LoopedTransformerConfig, length: number, dtype: 'float32' | 'float64' = 'float32') {
  const { positions, headWidth, rotaryBase, rotaryLayout } = completeConfig(config);
  return positions === 'rotary' ? { ...rotaryTables(length, headWidth, rotaryBase, dtype), layout: rotaryLayout } : undefined;
}

/** The ε of normalizations, where it is not the usual one. */
export const normOptions = ({ normEpsilon }: LoopedTransformerConfig): { readonly epsilon?: number } =>
  normEpsilon === undefined ? {} : { epsilon: normEpsilon };

const floatOf = ({ tokenEmbedding }: LoopedTransformerParameters): 'float32' | 'float64' =>
  tokenEmbedding.weight.dtype as 'float32' | 'float64';

/** What every layer attends to, in the order of its application, each [batch, heads, length, length]. */
export interface AttentionMaps {
  readonly prelude: readonly Tensor[];
  /** `loops[t − 1][j]` is layer j of loop t. */
  readonly loops: readonly (readonly Tensor[])[];
  readonly coda: readonly Tensor[];
}

/** The attention probabilities of every loop, layer and head: row i is what position i attends to. */
export function attentionMaps(
  params: LoopedTransformerParameters,
  tokens: Tensor,
  config: LoopedTransformerConfig,
  options: ForwardOptions = {},
): AttentionMaps {
  const watching = (maps: Tensor[]): ApplyLayer => {
    return (layer, x, layerOptions) => {
      const normalized = applyNorm(layerOptions.norm!, layer.attentionNorm, x, layerOptions);
      maps.push(attentionProbabilities(layer.attention, normalized, layerOptions));
      return transformerBlock(layer, x, layerOptions);
    };
  };
  const [prelude, ofLoops, coda]: [Tensor[], Tensor[], Tensor[]] = [[], [], []];
  const first = loopInput(params, tokens, config, watching(prelude));
  const states = statesFrom(params, first, config, options, watching(ofLoops));
  applyCoda(params, states.at(-1)!, config, watching(coda));
  const loops = states.slice(1).map((_, i) => ofLoops.slice(i * config.layers, (i + 1) * config.layers));
  return { prelude, loops, coda };
}
