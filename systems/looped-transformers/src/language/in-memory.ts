/* Language modelling without files: for Node and browsers. */

export * from './language-batches.js';
export * from './language-data-error.js';
export * from './log-likelihood.js';
export * from './perplexity.js';
export * from './probes/key-value-facts.js';
export * from './probes/task-questions.js';
export * from './probes/word-problems.js';
export * from './questions/answer-scores.js';
export * from './questions/evaluate-questions.js';
export * from './questions/few-shot.js';
export * from './questions/question.js';
export * from './token-store.js';
