export { audit } from './commands/audit.js';
export { bound } from './commands/bound.js';
export { explain } from './commands/explain.js';
export { roots } from './commands/roots.js';
