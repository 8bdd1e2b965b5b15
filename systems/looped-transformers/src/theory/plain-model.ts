import type { LoopedTransformerConfig, LoopedTransformerParameters } from '../model.js';
import { TheoryError } from './theory-error.js';

/** A model by its distinct layers and the order they are applied in. */
export interface ScheduledModel {
  readonly config: LoopedTransformerConfig;
  /** `params.block` holds the R distinct layers. */
  readonly params: LoopedTransformerParameters;
  /** r(0) … r(L−1): which distinct layer each of the L steps applies; the block once for every loop by default. */
  readonly schedule?: readonly number[];
}

/** The schedule of a model: as given, or the block's layers in order, once for every loop. */
export function scheduleOf({ config, params, schedule }: ScheduledModel): readonly number[] {
  const given = schedule ?? Array.from({ length: config.loops }, () => [...params.block.keys()]).flat();
  if (given.length > 0 && given.every((layer) => params.block[layer] !== undefined)) return given;
  throw new TheoryError(
    'argument',
    `schedule: expected at least one of the layers 0 to ${params.block.length - 1}, given [${given.join(', ')}]`,
  );
}

/** The ordinary model of L layers, without loops, that applies the layers in the order of the schedule. */
export function unrolledModel(model: ScheduledModel): { readonly config: LoopedTransformerConfig; readonly params: LoopedTransformerParameters } {
  const schedule = scheduleOf(model);
  return {
    config: { ...model.config, layers: schedule.length, loops: 1 },
    params: { ...model.params, block: schedule.map((layer) => model.params.block[layer]!) },
  };
}

/**
 * Throws TheoryError `unsupported` unless the model is of the theorems' kind: no norms, ReLU, learned positions, no
 * injection, and maps of attention and logits without biases.
 */
export function expectPlainModel({ config, params }: ScheduledModel, name: string): void {
  const layers = params.block;
  const { dtype } = params.tokenEmbedding.weight;
  const unsupported = [
    dtype !== 'float32' && dtype !== 'float64' && `dtype ${dtype}`,
    config.norm !== 'none' && `norm ${config.norm ?? 'rms'}`,
    config.activation !== 'relu' && `activation ${config.activation}`,
    (config.positions !== 'learned' || params.positionEmbedding === undefined) && `positions ${config.positions}`,
    config.inject !== 'none' && `inject ${config.inject}`,
    layers.some(({ attention: { query, key, value, output } }) => [query, key, value, output].some(({ bias }) => bias)) && 'attention biases',
    layers.some(({ mlp }) => mlp.gate) && 'a gated perceptron',
    layers.some(({ attention: { query, key } }) => query.weight.shape[1] !== key.weight.shape[1]) && 'heads that share keys',
    params.head.bias && 'a bias of the logits',
  ].filter((part) => typeof part === 'string');
  if (unsupported.length === 0) return;
  throw new TheoryError(
    'unsupported',
    `${name}: expected a model with norm none, relu, learned positions and no attention biases, given ${unsupported.join(', ')}; train one with norm none`,
  );
}
