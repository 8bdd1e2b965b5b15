/** What kind of mistake a {@link ModelError} reports; stable across versions. */
export type ModelErrorCode =
  /** A configuration that contradicts itself. */
  | 'config'
  /** A sequence longer than the model's positions. */
  | 'length'
  /** A number of loops that the model cannot be applied with. */
  | 'loops'
  /** A token that is not in the vocabulary. */
  | 'token'
  /** Options of sampling, of exits or of growth that contradict each other or the model. */
  | 'option'
  /** A model file that is missing, broken or of another model. */
  | 'model-file'
  /** Weights of another program that are not what their names promise. */
  | 'import';

/** A looped transformer asked to be or to do what it cannot. */
export class ModelError extends RangeError {
  override readonly name = 'ModelError';

  constructor(
    readonly code: ModelErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`looped transformer: ${message}`, options);
  }
}
