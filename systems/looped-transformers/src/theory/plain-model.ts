import { completeConfig, type LoopedTransformerConfig, type LoopedTransformerParameters } from '../model/model.js';
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
export function unrolledModel(model: ScheduledModel): {
  readonly config: LoopedTransformerConfig;
  readonly params: LoopedTransformerParameters;
} {
  const schedule = scheduleOf(model);
  return {
    config: { ...model.config, layers: schedule.length, loops: 1 },
    params: { ...model.params, block: schedule.map((layer) => model.params.block[layer]!) },
  };
}

/**
 * Throws TheoryError `unsupported` unless the model is of the theorems' kind: no norms, ReLU, learned positions, one block
 * without anything between its loops, and maps of attention and logits without biases.
 */
export function expectPlainModel({ config, params }: ScheduledModel, name: string): void {
  const { dtype } = params.tokenEmbedding.weight;
  const { norm, activation, positions, inject, prelude, coda, tieBlocks, loopEmbedding } = completeConfig(config);
  const layers = params.block;
  const parts: readonly (readonly [present: unknown, part: string])[] = [
    [dtype !== 'float32' && dtype !== 'float64', `dtype ${dtype}`],
    [norm !== 'none', `norm ${norm}`],
    [activation !== 'relu', `activation ${activation}`],
    [params.positionEmbedding === undefined, `positions ${positions}`],
    [inject !== 'none', `inject ${inject}`],
    [prelude + coda > 0, 'layers outside the block'],
    [tieBlocks !== 'hard', `tieBlocks ${tieBlocks}`],
    [loopEmbedding !== 'none', `loopEmbedding ${loopEmbedding}`],
    [
      layers.some(({ attention: { query, key, value, output } }) => [query, key, value, output].some(({ bias }) => bias)),
      'attention biases',
    ],
    [layers.some(({ mlp }) => mlp.gate), 'a gated perceptron'],
    [layers.some(({ attention: { query, key } }) => query.weight.shape[1] !== key.weight.shape[1]), 'heads that share keys'],
    [params.head === undefined, 'a tied head'],
    [params.head?.bias, 'a bias of the logits'],
  ];
  const unsupported = parts.filter(([present]) => present).map(([, part]) => part);
  if (unsupported.length === 0) return;
  throw new TheoryError(
    'unsupported',
    `${name}: expected a model with norm none, relu, learned positions, an untied head and no attention biases, given ${unsupported.join(', ')}; train one without`,
  );
}
