export { runCommandLine } from './cli.js';
export { exitCode } from './exit-code.js';
export type { ExitCode } from './exit-code.js';
export type { Output, OutputStream } from './output.js';
