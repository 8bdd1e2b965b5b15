import { defineCommand } from '@sardonyx/study';
import { train as trainByConfig, trainParameters } from './train-run.js';

/** Trains a model by a configuration file. */
export const train = defineCommand({
  name: 'train',
  summary: 'train a model by a configuration or a preset; Ctrl-C saves, --resume goes on',
  arguments: [{ name: 'config', summary: 'JSON or YAML file, or a preset such as small/phop or paper/phop', optional: true }],
  examples: [
    'train small/phop --folder trained',
    'train model.yaml --set training.steps=5000 --set training.optimizer.name=muon',
    'train --resume trained',
  ],
  params: trainParameters,
  async run(ctx, params) {
    await trainByConfig(ctx, params, false);
  },
});
