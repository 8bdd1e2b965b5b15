/* Questions in files, in the layouts of the data sets of arXiv:2502.17416, section 3. */

export * from './asdiv.js';
export * from './json-items.js';
export * from './open-domain.js';
export * from './question-file.js';
export * from './reading.js';
export * from './svamp.js';
