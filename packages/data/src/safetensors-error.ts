/** What kind of mistake a {@link SafetensorsError} reports; stable across versions. */
export type SafetensorsErrorCode =
  /** The file ends before its header, or before a tensor that is being read. */
  | 'truncated'
  /** The header claims to be longer than the file or the format's limit. */
  | 'header-length'
  /** The header is not a JSON object in UTF-8. */
  | 'header-json'
  /** An entry of the header lacks a field or has one of the wrong kind. */
  | 'header-entry'
  | 'duplicate-name'
  /** An element type that the format does not know, or this package does not hold. */
  | 'dtype'
  /** A shape with something else than non-negative integers, or with more elements than can be counted. */
  | 'shape'
  /** Offsets that overlap, leave a gap or do not end with the file. */
  | 'offsets'
  /** A tensor whose bytes or elements disagree with its dtype and shape. */
  | 'size-mismatch'
  /** No tensor of this name. */
  | 'unknown-name'
  /** The reader was closed. */
  | 'closed'
  /** A path was given in a browser, which has no files. */
  | 'no-files';

/** A safetensors file that cannot be read or written: what was expected, what was given, what to do. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';

  constructor(
    readonly code: SafetensorsErrorCode,
    what: string,
    expected: string,
    given: string,
    remedy: string,
    options: ErrorOptions = {},
  ) {
    super(`safetensors, ${what}: expected ${expected}, given ${given}; ${remedy}.`, options);
  }
}
