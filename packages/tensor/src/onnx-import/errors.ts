import { TensorError } from '../core/errors.js';

/** What kind of mistake an {@link OnnxImportError} reports; stable across versions. */
export type OnnxImportErrorCode =
  /** The model uses operators that are not translated; all of them are listed. */
  | 'unsupported-operator'
  /** An operator set older or newer than those that are translated. */
  | 'unsupported-opset'
  /** An element type no tensor of ours has. */
  | 'unsupported-type'
  /** A node reads a value that nothing produces, or the model's functions call each other in a circle. */
  | 'malformed-graph'
  /** A shape, an axis or another setting depends on values that are only known when the model runs. */
  | 'data-dependent-shape'
  /** A node was refused the shapes or element types that reached it; `cause` has the operator's own error. */
  | 'operator-failed'
  | 'missing-input'
  | 'unknown-input'
  | 'input-dtype'
  | 'input-shape'
  | 'missing-parameter'
  | 'unknown-parameter'
  | 'parameter-type'
  /** An option names a parameter that the model does not have. */
  | 'invalid-option';

/** An ONNX model that cannot be imported, or an imported one that cannot be called as it was. */
export class OnnxImportError extends TensorError {
  constructor(
    override readonly code: OnnxImportErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, `importOnnx: ${message}`, options);
  }
}
