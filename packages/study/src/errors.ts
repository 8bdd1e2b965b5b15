/**
 * An error that a person can act on: its message says what failed, what was expected, what was given and what to do.
 * `code` is stable and safe to match on; messages may be reworded.
 */
export class StudyError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The user gave something that cannot be used: an unknown name, a value outside its range, a path that is no run. */
export class BadInputError extends StudyError {}

/** Parameters that their schema refuses (code `parameter-value`) or does not have (`unknown-parameter`). */
export class ParameterError extends BadInputError {
  /** What is wrong, by parameter: what was expected, what was given, what to do. */
  readonly problems: Readonly<Record<string, string>>;

  constructor(code: 'parameter-value' | 'unknown-parameter', message: string, problems: Readonly<Record<string, string>>) {
    super(code, message);
    this.problems = problems;
  }
}

/** A study, system, figure or expectation was defined or used wrongly by its author. */
export class DefinitionError extends StudyError {
  constructor(message: string, options?: ErrorOptions) {
    super('definition', message, options);
  }
}

/** Where a storage failure leaves the caller: full, denied, read-only, missing, not a directory, or another failure. */
export type StorageErrorCode =
  | 'storage-full'
  | 'storage-denied'
  | 'storage-read-only'
  | 'storage-missing'
  | 'storage-not-a-directory'
  | 'storage-failed';

/** The file system refused. `path` is the file concerned; the operating system's error is the `cause`. */
export class StorageError extends StudyError {
  readonly path: string;

  constructor(code: StorageErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.path = path;
  }
}

/** A checkpoint file cannot be used. `code` says why: `checkpoint-truncated`, `checkpoint-checksum`, ... */
export class CheckpointError extends StudyError {}

/** Another live process holds the run (code `run-locked`). */
export class RunLockedError extends StudyError {
  constructor(message: string) {
    super('run-locked', message);
  }
}

/**
 * Thrown through a study when it was asked to stop and has saved what it needs; also the abort reason of
 * `ctx.signal`, so that `ctx.signal.throwIfAborted()` throws it. The run then has the status `interrupted`.
 */
export class Interrupted extends StudyError {
  constructor(message = 'The run was asked to stop.') {
    super('interrupted', message);
  }
}
