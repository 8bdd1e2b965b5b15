import type { RunCommand } from './command-line.js';

/** A measurement of Sardonyx alone, which prints its own report. */
export interface Script {
  readonly name: string;
  readonly title: string;
  /** Resolves to the exit code. */
  run(command: RunCommand): Promise<number>;
}
