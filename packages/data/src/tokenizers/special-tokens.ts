import { TokenizerError } from './tokenizer-error.js';

/**
 * Ids for special tokens that follow an ordinary vocabulary.
 * @throws {TokenizerError} `invalid-option` where a name is empty or stands twice
 */
export function numberSpecialTokens(names: readonly string[], firstId: number): ReadonlyMap<string, number> {
  for (const [i, name] of names.entries()) {
    if (name !== '' && names.indexOf(name) === i) continue;
    throw new TokenizerError(
      'invalid-option',
      'special tokens',
      'names that are not empty and differ',
      JSON.stringify(names),
      'rename or leave one out',
    );
  }
  return new Map(names.map((name, i) => [name, firstId + i]));
}
