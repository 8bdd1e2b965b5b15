import { stat } from 'node:fs/promises';
import type { Tokenizer } from '@sardonyx/data/tokenizers';
import { LanguageDataError } from './language-data-error.js';
import { openTokenFile, type OpenTokens, type TokenStoreFormat } from './token-file.js';
import { openPackedText } from './token-shards.js';
import { joinedTokens } from './token-store.js';

/** Token files and packed texts, end to end. */
export interface TokenSources extends OpenTokens {
  /** Of the packed texts among them. */
  readonly tokenizer?: Tokenizer;
}

export interface TokenSourceOptions {
  /** Of the files; packed texts are always `raw`. */
  readonly format: TokenStoreFormat;
  /** Tokens of the vocabulary, which files do not tell; that of the packed texts by default. */
  readonly vocabularySize?: number;
}

/** Tokens that are checked at a time. */
const checkedAtOnce = 2 ** 20;

/**
 * Opens token files, and folders of packed text with the manifest of `packDocuments`, as one store, and reads all of it once, so
 * that no token outside the vocabulary is met later.
 * @throws {LanguageDataError} as `openTokenFile` and `openPackedText`; `token-range` with file and position; `invalid-option` for
 *   files without a size of the vocabulary; `tokenizer` where packed texts are of different ones, or of more tokens than the vocabulary
 */
export async function openTokenSources(paths: readonly string[], options: TokenSourceOptions): Promise<TokenSources> {
  const opened: (OpenTokens & { readonly tokenizer?: Tokenizer })[] = [];
  const close = async (): Promise<void> => void (await Promise.all(opened.map((store) => store.close())));
  try {
    for (const path of paths) {
      const isFolder = (await stat(path)).isDirectory();
      opened.push(isFolder ? await openPackedText(path) : await openTokenFile(path, sizeFor(path, options), options));
    }
    const [first, ...others] = opened.flatMap(({ tokenizer }) => tokenizer ?? []);
    const vocabularySize = options.vocabularySize ?? first!.vocabularySize;
    if (first) expectOneTokenizer(first, others, vocabularySize);
    const joined = joinedTokens(opened, vocabularySize);
    for (let start = 0; start < joined.length; start += checkedAtOnce) {
      await joined.read(start, Math.min(checkedAtOnce, joined.length - start));
    }
    return { ...joined, ...(first && { tokenizer: first }), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function sizeFor(path: string, { vocabularySize }: TokenSourceOptions): number {
  if (vocabularySize !== undefined) return vocabularySize;
  const expected = 'the size of its vocabulary, which a file of tokens does not tell';
  throw new LanguageDataError('invalid-option', `file ${path}`, expected, 'none', 'give vocabularySize, 50257 for GPT-2, or a tokenizer');
}

function expectOneTokenizer(first: Tokenizer, others: readonly Tokenizer[], vocabularySize: number): void {
  if (first.vocabularySize > vocabularySize) {
    const given = `one of ${first.vocabularySize}`;
    throw new LanguageDataError(
      'tokenizer',
      'packed text',
      `a tokenizer of at most ${vocabularySize} tokens`,
      given,
      'raise vocabularySize',
    );
  }
  if (others.every((other) => isSameTokenizer(first, other))) return;
  throw new LanguageDataError('tokenizer', 'packed texts', 'one tokenizer for all', 'different ones', 'pack them with one tokenizer');
}

/** Whether two tokenizers give the same tokens. */
export const isSameTokenizer = (a: Tokenizer, b: Tokenizer): boolean => JSON.stringify(a.describe()) === JSON.stringify(b.describe());
