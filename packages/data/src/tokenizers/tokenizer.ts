import type { TokenizerDescription } from './description.js';

/** Ids from 0 to `vocabularySize` − 1 for pieces of text. Every kind of tokenizer gives `decode(encode(text)) === text`. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** Tokens that no text is encoded to by itself, by name, such as `<|endoftext|>`. */
  readonly specialTokens: ReadonlyMap<string, number>;
  /**
   * The ids of a text. Names of special tokens in it are ordinary text; see {@link encodeWithSpecialTokens}.
   * @throws {TokenizerError} `ill-formed-text`; `unknown-character` of a vocabulary of characters
   */
  encode(text: string): number[];
  /**
   * The text of the ids; special tokens stand by their names. Bytes that are no UTF-8, which only ids that come of no
   * text can make, become U+FFFD.
   * @throws {TokenizerError} `unknown-id`
   */
  decode(ids: Iterable<number>): string;
  /** Decodes ids that arrive one by one. */
  decodeStream(): StreamingDecoder;
  /** Everything that {@link tokenizerFromDescription} needs to make this tokenizer again; plain JSON. */
  describe(): TokenizerDescription;
}

/** Text of ids that arrive one by one. What it gives, joined, is what `decode` gives at once. */
export interface StreamingDecoder {
  /** The text that `id` completes: empty while a character still lacks bytes. */
  push(id: number): string;
  /** The rest: U+FFFD where the ids end within a character. */
  end(): string;
}

/** The name under which texts are told apart in a stream of tokens; GPT-2's. */
export const endOfText = '<|endoftext|>';

/**
 * Encodes a text in which names of special tokens stand for these tokens. Where names overlap, the earliest counts, and
 * of those the longest. Never give it text of strangers, who could write the names too.
 * @throws {TokenizerError} as {@link Tokenizer.encode}
 */
export function encodeWithSpecialTokens(tokenizer: Tokenizer, text: string): number[] {
  const names = [...tokenizer.specialTokens.keys()].sort((a, b) => b.length - a.length);
  if (names.length === 0) return tokenizer.encode(text);
  const anyName = new RegExp(`(${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')})`, 'u');
  // Splitting at a group keeps what was matched: texts at even places, names at odd ones.
  const pieces = text.split(anyName);
  return pieces.flatMap((piece, i) => (i % 2 === 1 ? [tokenizer.specialTokens.get(piece)!] : tokenizer.encode(piece)));
}
