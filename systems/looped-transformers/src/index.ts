import { defineSystem } from '@sardonyx/study';
import { exportCommand, generate as generateCommand, inspect, theory as theoryCommand } from './commands.js';
import { addition } from './studies/addition.js';
import { memory } from './studies/memory.js';
import { theoryStudy } from './studies/theory.js';

export * from './language/index.js';
export * from './model-file.js';
export * from './training.js';
export * as theory from './theory/index.js';
export { addition, memory, theoryStudy };

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
  studies: [addition, memory, theoryStudy],
  commands: [generateCommand, exportCommand, inspect, theoryCommand],
});
