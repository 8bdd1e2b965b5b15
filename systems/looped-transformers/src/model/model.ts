import {
  applyNorm,
  embedding,
  linear,
  positionEmbedding,
  rotaryTables,
  transformerBlock,
  type TransformerBlockOptions,
  type TransformerBlockParameters,
  unembed,
} from '@sardonyx/nn';
import { add, arange, checkpoint, concat, full, minimum, sliceAxis, stopGradient, type Tensor } from '@sardonyx/tensor';
import { completeConfig, type LoopedTransformerConfig, loopsOf } from './model-config.js';
import { ModelError } from './model-error.js';
import type { Layers, LoopedTransformerParameters } from './model-parameters.js';

export * from './model-config.js';
export * from './model-parameters.js';
export * from './model-size.js';

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
