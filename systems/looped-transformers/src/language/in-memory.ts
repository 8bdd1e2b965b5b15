/* Language modelling without files: for Node and browsers. */

export * from './language-batches.js';
export * from './language-data-error.js';
export * from './perplexity.js';
export * from './token-store.js';
