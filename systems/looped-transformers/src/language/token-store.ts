import { LanguageDataError } from './language-data-error.js';

/** Token ids side by side: two bytes each for vocabularies up to 65,536 tokens, four beyond. */
export type TokenIds = Uint16Array | Uint32Array;

/** A long sequence of tokens, in memory or in files. */
export interface TokenStore {
  readonly length: number;
  readonly vocabularySize: number;
  /** `count` ids from `start` on, which must be there. */
  read(start: number, count: number): Promise<TokenIds>;
}

/** Room for `length` ids of a vocabulary. */
export const tokenIds = (vocabularySize: number, length: number): TokenIds =>
  vocabularySize <= 2 ** 16 ? new Uint16Array(length) : new Uint32Array(length);

/**
 * Ids in memory; they are copied.
 * @throws {LanguageDataError} `token-range` where an id is outside the vocabulary
 */
export function tokenStoreOf(ids: ArrayLike<number>, vocabularySize: number): TokenStore {
  const stored = tokenIds(vocabularySize, ids.length);
  for (let i = 0; i < ids.length; i++) stored[i] = checkedId(ids[i]!, vocabularySize, i);
  return {
    length: stored.length,
    vocabularySize,
    read: async (start, count) => stored.slice(...checkedRange(start, count, stored.length)),
  };
}

/** Returns the id, or throws the `token-range` error that says where it stood, in which file where there is one. */
export function checkedId(id: number, vocabularySize: number, position: number, file?: string): number {
  if (Number.isInteger(id) && id >= 0 && id < vocabularySize) return id;
  const expected = `an id below the vocabulary's size ${vocabularySize}`;
  const place = `${file === undefined ? '' : `file ${file}, `}token at position ${position}`;
  throw new LanguageDataError('token-range', place, expected, String(id), 'use the tokenizer of the tokens');
}

/** Start and end of a read, or RangeError where they are not in the store. */
export function checkedRange(start: number, count: number, length: number): [number, number] {
  if (Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 0 && start + count <= length)
    return [start, start + count];
  throw new RangeError(`token store: expected a range within ${length} tokens, given ${count} from ${start}; read less`);
}

/** Stores end to end as one of a vocabulary that holds those of all. */
export function joinedTokens(stores: readonly TokenStore[], vocabularySize: number): TokenStore {
  let length = 0;
  const starts = stores.map((store) => (length += store.length) - store.length);
  return {
    length,
    vocabularySize,
    async read(start, count) {
      const [, end] = checkedRange(start, count, length);
      const ids = tokenIds(vocabularySize, count);
      for (const [i, store] of stores.entries()) {
        const [first, last] = [Math.max(start, starts[i]!), Math.min(end, starts[i]! + store.length)];
        if (first < last) ids.set(await store.read(first - starts[i]!, last - first), first - start);
      }
      return ids;
    },
  };
}

/** The tokens from `start` up to `end` as a store of their own. */
export function tokenRange(store: TokenStore, start: number, end: number): TokenStore {
  const [first] = checkedRange(start, end - start, store.length);
  const length = end - start;
  return {
    length,
    vocabularySize: store.vocabularySize,
    read: async (from, count) => store.read(first + checkedRange(from, count, length)[0], count),
  };
}

/**
 * The first part for training and the rest for validation, in the order of the text, so that no text of the one stands
 * between texts of the other.
 * @param validationShare between 0 and 1; a tenth by default
 * @throws {LanguageDataError} `invalid-option`; `too-small` where a part would be empty
 */
export function splitInOrder(store: TokenStore, validationShare = 0.1): { readonly training: TokenStore; readonly validation: TokenStore } {
  if (!(validationShare > 0 && validationShare < 1)) {
    const expected = 'a number between 0 and 1';
    throw new LanguageDataError('invalid-option', 'share of validation', expected, String(validationShare), 'take 0.1, say');
  }
  const cut = store.length - Math.round(store.length * validationShare);
  if (cut === 0 || cut === store.length) {
    const expected = 'tokens for training and validation';
    throw new LanguageDataError('too-small', 'split', expected, `${store.length} in all`, 'give more text or another share');
  }
  return { training: tokenRange(store, 0, cut), validation: tokenRange(store, cut, store.length) };
}
