export { theory } from './commands/theory.js';
export { exportCommand } from './commands/export.js';
export { generate } from './commands/generate.js';
export { inspect } from './commands/inspect.js';
