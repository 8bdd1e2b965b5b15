import type { ExitCode } from './exit-code.js';
import type { Output } from './output.js';
import type { Systems } from './systems.js';

/** What every command is given. */
export interface Environment {
  readonly systems: Systems;
  readonly output: Output;
  /** Whether stack traces are wanted. */
  readonly debug: boolean;
  /** Sets the exit code of the process; 0 when a command does not call it. */
  finish(code: ExitCode): void;
}
