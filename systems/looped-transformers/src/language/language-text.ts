import type { Tokenizer } from '@sardonyx/data/tokenizers';
import { splitInOrder, type TokenStore, tokenStoreOf } from './token-store.js';

/** A text as tokens, its end kept for validation. */
export interface LanguageText {
  readonly tokenizer: Tokenizer;
  readonly training: TokenStore;
  readonly validation: TokenStore;
  /** Length of the validation's text in UTF-8, for bits per byte. */
  readonly validationBytes: number;
}

/**
 * Encodes a text that fits in memory and splits it in order. Texts that do not fit are packed into shards.
 * @param validationShare between 0 and 1; a tenth by default
 * @throws {TokenizerError} where the tokenizer cannot encode the text
 * @throws {LanguageDataError} `too-small`, `invalid-option`
 */
export async function languageText(text: string, tokenizer: Tokenizer, validationShare = 0.1): Promise<LanguageText> {
  const { training, validation } = splitInOrder(tokenStoreOf(tokenizer.encode(text), tokenizer.vocabularySize), validationShare);
  const validationText = tokenizer.decode(await validation.read(0, validation.length));
  return { tokenizer, training, validation, validationBytes: new TextEncoder().encode(validationText).length };
}
