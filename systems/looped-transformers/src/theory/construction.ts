import { jit, tensor, type Tensor } from '@sardonyx/tensor';
import { loopedTransformer, loopLogits, type LoopedTransformerConfig, type LoopedTransformerParameters } from '../model/model.js';
import { columnsMatrix, type HandSetLayer, layerWeights, rowsMatrix, sizesOf, type WeightDType } from './layer-weights.js';
import { denseForm, type LinearForm } from './residual-layout.js';

/** What a construction claims about its size, to be held against the weights it returns. */
export interface ClaimedSize {
  /** Distinct layers of the block. */
  readonly layers: number;
  readonly loops: number;
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
  /** Hidden width of the perceptrons. */
  readonly hidden: number;
}

/** The same sizes, as a construction's weights have them. */
export const actualSize = ({ config, params }: Construction<never, unknown>): ClaimedSize => ({
  layers: params.block.length,
  loops: config.loops,
  width: params.tokenEmbedding.weight.shape[1]!,
  heads: config.heads,
  headWidth: params.block[0]!.attention.query.weight.shape[1]! / config.heads,
  hidden: params.block[0]!.mlp.up.weight.shape[1]!,
});

/** A theorem as weights: a model of the ordinary code, and how problems become tokens and logits become answers. */
export interface Construction<Problem, Answer> {
  readonly name: string;
  readonly config: LoopedTransformerConfig;
  readonly params: LoopedTransformerParameters;
  /** Loops after which the answer stands; `config.loops`. */
  readonly loops: number;
  readonly claimed: ClaimedSize;
  /** Tokens of a problem. Throws TheoryError where the construction was not made for it. */
  encode(problem: Problem): Int32Array;
  /** The answer from the logits of a sequence, [length, vocabulary] row by row. */
  decode(logits: Float64Array, problem: Problem): Answer;
}

/** A model by the linear forms of its parts. */
export interface HandSetModel {
  readonly width: number;
  readonly heads: number;
  readonly loops: number;
  /** What each token, and each position, puts into the residual stream. */
  readonly tokens: readonly LinearForm[];
  readonly positions: readonly LinearForm[];
  readonly layers: readonly HandSetLayer[];
  /** The logit of each token, a linear form of the residual stream. */
  readonly logits: readonly LinearForm[];
}

/** Configuration and weights of the ordinary model: no norms, ReLU, causal, learned positions. */
export function assembleModel(
  model: HandSetModel,
  dtype: WeightDType,
): { readonly config: LoopedTransformerConfig; readonly params: LoopedTransformerParameters } {
  const { width, heads, loops, tokens, positions, layers, logits } = model;
  const sizes = sizesOf(layers, width, heads);
  return {
    config: {
      ...sizes,
      layers: layers.length,
      loops,
      vocabulary: tokens.length,
      length: positions.length,
      positions: 'learned',
      inject: 'none',
      activation: 'relu',
      norm: 'none',
    },
    params: {
      tokenEmbedding: { weight: rowsMatrix(tokens, width, dtype) },
      positionEmbedding: { weight: rowsMatrix(positions, width, dtype) },
      block: layers.map((layer) => layerWeights(layer, sizes, dtype)),
      head: { weight: columnsMatrix(width, logits, dtype) },
    },
  };
}

/** A vector put into a slot: the linear form of an embedding's row. */
export const put = (slot: { readonly offset: number }, values: readonly number[]): LinearForm => denseForm(values, slot.offset);

/** Logits of token sequences of one length by the ordinary model code, after `loops` loops: one array for every sequence. */
export async function sequenceLogits(
  model: { readonly config: LoopedTransformerConfig; readonly params: LoopedTransformerParameters },
  sequences: readonly ArrayLike<number>[],
  loops = model.config.loops,
): Promise<Float64Array[]> {
  return (await compiledLogits(model, sequences, (params, tokens) => [loopedTransformer(params, tokens, model.config, { loops })]))[0]!;
}

/** Logits after every loop, the logit lens: [loop][sequence], for t = 1 … L. */
export const logitsOfEveryLoop = (
  model: { readonly config: LoopedTransformerConfig; readonly params: LoopedTransformerParameters },
  sequences: readonly ArrayLike<number>[],
): Promise<Float64Array[][]> => compiledLogits(model, sequences, (params, tokens) => loopLogits(params, tokens, model.config));

async function compiledLogits(
  { config, params }: { readonly config: LoopedTransformerConfig; readonly params: LoopedTransformerParameters },
  sequences: readonly ArrayLike<number>[],
  forward: (params: LoopedTransformerParameters, tokens: Tensor) => Tensor[],
): Promise<Float64Array[][]> {
  const length = sequences[0]!.length;
  const tokens = tensor(Int32Array.from(sequences.flatMap((sequence) => Array.from(sequence))), [sequences.length, length]);
  const compiled = jit(forward);
  const size = length * config.vocabulary;
  const all: Float64Array[][] = [];
  for (const logits of compiled(params, tokens)) {
    const values = Float64Array.from((await logits.data()) as Float32Array | Float64Array);
    logits.dispose();
    all.push(sequences.map((_, at) => values.subarray(at * size, (at + 1) * size)));
  }
  compiled.dispose();
  return all;
}

/** Answers of a construction to problems whose token sequences have one length, after `loops` loops. */
export async function solve<Problem, Answer>(
  construction: Construction<Problem, Answer>,
  problems: readonly Problem[],
  loops = construction.loops,
): Promise<Answer[]> {
  const logits = await sequenceLogits(
    construction,
    problems.map((problem) => construction.encode(problem)),
    loops,
  );
  return problems.map((problem, at) => construction.decode(logits[at]!, problem));
}

/** The index of the largest of `count` numbers from `offset` on; the first of equal ones. */
export function largestAt(values: ArrayLike<number>, offset: number, count: number): number {
  let best = 0;
  for (let at = 1; at < count; at++) if (values[offset + at]! > values[offset + best]!) best = at;
  return best;
}
