import { TensorError } from '../core/errors.js';

/** What kind of mistake an {@link OnnxExportError} reports; stable across versions. */
export type OnnxExportErrorCode =
  /** The function uses operators that only ONNX Runtime has, and a portable model was asked for. */
  | 'not-portable'
  /** Names of arguments or outputs that do not fit or are not distinct, or a position that no argument has. */
  | 'invalid-option'
  /** The function returned no tensors. */
  | 'no-outputs'
  /** The function captures an argument of another function that is being traced. */
  | 'captured-argument';

/** A function that cannot be exported as it was asked for. */
export class OnnxExportError extends TensorError {
  constructor(
    override readonly code: OnnxExportErrorCode,
    message: string,
  ) {
    super(code, `exportOnnx: ${message}`);
  }
}
