/** What kind of mistake a {@link TokenizerError} reports; stable across versions. */
export type TokenizerErrorCode =
  /** A character of the text that the vocabulary does not have. */
  | 'unknown-character'
  /** A token id outside the vocabulary. */
  | 'unknown-id'
  /** A lone surrogate, which no UTF-8 text can hold. */
  | 'ill-formed-text'
  /** Nothing to make a vocabulary of. */
  | 'empty-text'
  | 'invalid-option'
  /** A vocabulary with gaps, duplicates or missing bytes, or a file that is none. */
  | 'vocabulary'
  /** A merge of tokens that the vocabulary does not have, or a line that is no merge. */
  | 'merges';

/** Text or token ids that cannot be converted, or a tokenizer that cannot be made: what was expected, what was given, what to do. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';

  constructor(
    readonly code: TokenizerErrorCode,
    what: string,
    expected: string,
    given: string,
    remedy: string,
    options: ErrorOptions = {},
  ) {
    super(`tokenizer, ${what}: expected ${expected}, given ${given}; ${remedy}.`, options);
  }
}

/** Throws the `unknown-id` error of a vocabulary. */
export function unknownId(id: number, vocabularySize: number): never {
  throw new TokenizerError(
    'unknown-id',
    'token id',
    `an integer from 0 to ${vocabularySize - 1}`,
    String(id),
    'decode with the tokenizer that made the ids',
  );
}

/** `U+00E9 "é"`; surrogates and control characters are named by number only. */
export function describeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{C}\p{Z}]/u.test(character) ? name : `${name} ${JSON.stringify(character)}`;
}

/** `position 17 (line 2, column 4)`: UTF-16 units from 0, lines and columns from 1. */
export function describePosition(text: string, position: number): string {
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1;
  return `position ${position} (line ${line}, column ${column})`;
}
