export { dataGen } from './commands/data-gen.js';
export { dataStats } from './commands/data-stats.js';
export { dataVerify } from './commands/data-verify.js';
export { theory } from './commands/theory.js';
export { exportCommand } from './commands/export.js';
export { generate } from './commands/generate.js';
export { inspect } from './commands/inspect.js';
