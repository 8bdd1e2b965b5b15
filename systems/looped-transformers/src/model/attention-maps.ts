import { applyNorm, attentionProbabilities, transformerBlock } from '@sardonyx/nn';
import type { Tensor } from '@sardonyx/tensor';
import { applyCoda, type ApplyLayer, type ForwardOptions, loopInput, statesFrom } from './model.js';
import type { LoopedTransformerConfig } from './model-config.js';
import type { LoopedTransformerParameters } from './model-parameters.js';

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
