/* Language modelling: texts, tokens in files, perplexity, questions and their judgement. */

export * from './documents.js';
export * from './in-memory.js';
export * from './json-lines.js';
export * from './questions/index.js';
export * from './records.js';
export * from './text-file.js';
export * from './text-lines.js';
export * from './token-file.js';
export * from './token-shards.js';
export * from './token-sources.js';
export { readTokenizerFiles } from './tokenizer-files.js';
