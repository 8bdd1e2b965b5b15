export * from './analysis-error.js';
export * from './isoplot.js';
export * from './least-squares-line.js';
export * from './memorized-bits.js';
export * from './percentage-gap.js';
export * from './reported-results.js';
export * from './scaling-law.js';
