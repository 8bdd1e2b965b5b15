/** What kind of mistake an {@link OnnxFormatError} reports; stable across versions. */
export type OnnxFormatErrorCode =
  /** The bytes end inside a field. */
  | 'truncated'
  /** The bytes are not a protobuf message, or a field has the wrong wire type. */
  | 'malformed'
  /** A field without which the message means nothing is absent (the graph, an operator's name, …). */
  | 'missing-field'
  /** A valid ONNX feature that this reader does not represent (sparse tensors, sequence types, …). */
  | 'unsupported'
  /** A value outside its domain: a negative dimension, an integer that is none, an unknown element type. */
  | 'invalid-value'
  /** The bytes or strings of a tensor disagree with its dimensions. */
  | 'size-mismatch'
  /** More than protobuf's two gibibytes, or more elements than can be counted. */
  | 'too-large'
  /** Subgraphs nested deeper than the reader follows. */
  | 'too-deep'
  /** The location of external data is absolute or leaves the model's directory. */
  | 'external-path'
  /** The file with external data is absent. */
  | 'external-missing'
  /** The file with external data ends before the tensor does. */
  | 'external-short';

/** The parts of an {@link OnnxFormatError}, each a phrase without a full stop. */
export interface OnnxFormatProblem {
  readonly code: OnnxFormatErrorCode;
  /** Where in the model, e.g. `graph.node[3].attribute[0]`, or the file's path. */
  readonly path: string;
  readonly expected: string;
  readonly given: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

/** An ONNX model that cannot be read or written: what was expected, what was given, what to do. */
export class OnnxFormatError extends Error {
  override readonly name = 'OnnxFormatError';
  readonly code: OnnxFormatErrorCode;
  readonly path: string;
  readonly expected: string;
  readonly given: string;
  readonly remedy: string;

  constructor(problem: OnnxFormatProblem) {
    const { code, path, expected, given, remedy, cause } = problem;
    super(`ONNX model, ${path}: expected ${expected}, given ${given}; ${remedy}.`, cause === undefined ? {} : { cause });
    this.code = code;
    this.path = path;
    this.expected = expected;
    this.given = given;
    this.remedy = remedy;
  }
}
