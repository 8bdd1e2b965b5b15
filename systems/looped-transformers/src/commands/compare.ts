import { defineCommand } from '@sardonyx/study';
import { train as trainByConfig, trainParameters } from './train-run.js';

/** Trains a looped model and its two baselines on the same data in the same order. */
export const compare = defineCommand({
  name: 'compare',
  summary: 'train (k⊗L), (k⊗1) and (kL⊗1) of a configuration on the same data in the same order',
  arguments: [{ name: 'config', summary: 'JSON or YAML file, or a preset such as small/phop or paper/phop', optional: true }],
  examples: ['compare small/phop --folder compared', 'compare paper/addition --set model.loops=6 --estimate true'],
  params: trainParameters,
  async run(ctx, params) {
    await trainByConfig(ctx, params, true);
  },
});
