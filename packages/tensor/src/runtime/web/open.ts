export { openWebRuntime as openRuntime } from './web-runtime.js';
