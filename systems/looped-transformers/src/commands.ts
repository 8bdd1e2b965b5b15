export { dataGen } from './commands/data-gen.js';
export { dataStats } from './commands/data-stats.js';
export { dataVerify } from './commands/data-verify.js';
export { theory } from './commands/theory.js';
export { compare } from './commands/compare.js';
export { evaluate } from './commands/evaluate.js';
export { train } from './commands/train.js';
