import { defineSystem } from '@sardonyx/study';
import * as commands from './commands.js';
import * as studies from './studies.js';

export * from './analysis/index.js';
export * from './generation/answering-model.js';
export * from './language/index.js';
export { type Gpt2CheckpointOptions, readGpt2Checkpoint } from './model/gpt2-checkpoint.js';
export * from './model/model-document.js';
export * from './model/model-file.js';
export * from './studies.js';
export * from './tasks/data-set.js';
export { problemFormats } from './tasks/problem-formats.js';
export { checkedTaskParameters, taskParameters } from './tasks/task-parameters.js';
export * from './training.js';
export * as theory from './theory/index.js';

/** Reasoning with looped transformers: k layers applied L times against k·L different ones. */
export const system = defineSystem({
  name: 'looped-transformers',
  title: 'Reasoning with looped transformers',
  paper: {
    arxiv: '2502.17416',
    title: 'Reasoning with Latent Thoughts: On the Power of Looped Transformers',
    authors: 'Nikunj Saunshi, Nishanth Dikkala, Zhiyuan Li, Sanjiv Kumar, Sashank J. Reddi',
    year: 2025,
  },
  summary: 'k layers looped L times: reasoning tasks, language modelling, looping regularisation',
  studies: Object.values(studies),
  commands: Object.values(commands),
});
