/** Exit codes of the command line. */
export const exitCode = {
  /** Done, and every expectation holds. */
  done: 0,
  /** The work failed: a study's error, a full disk, a missing part. */
  failure: 1,
  /** Wrong usage or bad input. */
  usage: 2,
  /** Done, and an expectation fails. */
  expectationFails: 3,
  /** Interrupted; a run, or a training, can be resumed. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
