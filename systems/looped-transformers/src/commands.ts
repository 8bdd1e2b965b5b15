export { dataGen } from './commands/data-gen.js';
export { dataStats } from './commands/data-stats.js';
export { dataVerify } from './commands/data-verify.js';
export { theory } from './commands/theory.js';
