export { theory } from './commands/theory.js';
