/** What kind of mistake a {@link LanguageDataError} reports; stable across versions. */
export type LanguageDataErrorCode =
  | 'empty-file'
  /** A file with NUL bytes or in another encoding than UTF-8, or a folder. */
  | 'not-text'
  /** A compressed file that is damaged or ends too early. */
  | 'compression'
  /** A line, item or element that is not what its format says. */
  | 'bad-record'
  | 'too-large'
  /** A text, an evaluation set or a list of tokens with too little in it. */
  | 'too-small'
  /** A token that the vocabulary does not have. */
  | 'token-range'
  /** A directory of shards whose manifest is missing or disagrees with its files. */
  | 'shards'
  /** Files of a tokenizer that are missing or damaged. */
  | 'tokenizer'
  /** A state that was saved for other data or options. */
  | 'state-mismatch'
  | 'invalid-option';

/** Text or tokens that cannot be used: what was expected, what was given, what to do. */
export class LanguageDataError extends Error {
  override readonly name = 'LanguageDataError';

  constructor(
    readonly code: LanguageDataErrorCode,
    what: string,
    expected: string,
    given: string,
    remedy: string,
    options: ErrorOptions = {},
  ) {
    super(`${what}: expected ${expected}, given ${given}; ${remedy}.`, options);
  }
}
