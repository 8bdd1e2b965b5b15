import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import type { ByteLevelBpeTokenizer } from './byte-level-bpe.js';
import type { TokenizerDescription } from './description.js';
import type { StreamingDecoder, Tokenizer } from './tokenizer.js';
import { TokenizerError, unknownId } from './tokenizer-error.js';
import { requireWellFormed } from './utf8.js';

/** What a byte-level decoder shows while a character lacks bytes. */
const replacement = '\u{fffd}';

/**
 * A tokenizer of any kind that `tokenizer.json` files describe, run by Hugging Face's library. Two things differ from the
 * tokenizers of this package: names of special tokens in a text become these tokens, and where the file asks for a
 * normalization (lower case, accents), `decode` gives the normalized text.
 */
export class JsonTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  private readonly tokenizer: HuggingFaceTokenizer;

  /**
   * @param json the parsed content of `tokenizer.json`
   * @throws {TokenizerError} `vocabulary` where the library cannot make a tokenizer of it
   */
  constructor(private readonly json: object) {
    try {
      this.tokenizer = new HuggingFaceTokenizer(json, {});
    } catch (cause) {
      throw new TokenizerError('vocabulary', 'tokenizer.json', 'a tokenizer', String(cause), 'take the original file', { cause });
    }
    this.specialTokens = new Map(
      [...this.tokenizer.get_added_tokens_decoder()].filter(([, token]) => token.special).map(([id, token]) => [token.content, id]),
    );
    // Ids may have gaps, and a model's table of tokens is as long as the largest.
    let largest = -1;
    for (const id of this.tokenizer.get_vocab(true).values()) largest = Math.max(largest, id);
    this.vocabularySize = largest + 1;
  }

  encode(text: string): number[] {
    requireWellFormed(text);
    return [...this.tokenizer.encode(text, { add_special_tokens: false }).ids];
  }

  decode(ids: Iterable<number>): string {
    const list = Array.from(ids, (id) => this.checked(id));
    // The library refuses to decode nothing.
    return list.length === 0 ? '' : this.tokenizer.decode(list, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  /**
   * What the text of all ids has more than that of the ids before: an id can change how those before it read, so that only
   * whole texts can be decoded. Ids whose text is complete are left out of the next decoding but for the last few, which
   * keeps the work of an id bounded.
   */
  decodeStream(): StreamingDecoder {
    let pending: number[] = [];
    let shown = '';
    return {
      push: (id) => {
        pending.push(id);
        const text = this.decode(pending);
        if (text.endsWith(replacement)) return '';
        const fresh = text.slice(shown.length);
        pending = pending.slice(-contextTokens);
        shown = this.decode(pending);
        return fresh;
      },
      end: () => {
        const rest = this.decode(pending).slice(shown.length);
        pending = [];
        shown = '';
        return rest;
      },
    };
  }

  describe(): TokenizerDescription {
    return { kind: 'tokenizer-json', json: this.json };
  }

  private checked(id: number): number {
    return Number.isInteger(id) && this.tokenizer.id_to_token(id) !== undefined ? id : unknownId(id, this.vocabularySize);
  }
}

/** Enough to tell whether a word starts the text, which decides on its leading space. */
const contextTokens = 4;

/**
 * The tokenizer that the text of a `tokenizer.json` describes.
 * @throws {TokenizerError} `vocabulary` where it is not JSON or describes none
 */
export function readTokenizerJson(text: string): JsonTokenizer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new TokenizerError('vocabulary', 'tokenizer.json', 'JSON', 'something else', 'take the original file', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || !('model' in parsed)) {
    const given = 'no field "model"';
    throw new TokenizerError('vocabulary', 'tokenizer.json', 'an object with a model', given, 'take the original file');
  }
  return new JsonTokenizer(parsed);
}

/** The text of a `tokenizer.json` for a byte-level BPE, which the tokenizers library and its ports read. */
export function writeTokenizerJson(tokenizer: ByteLevelBpeTokenizer): string {
  const { vocabulary, merges, specialTokens } = tokenizer;
  const special = [...specialTokens].map(([content, id]) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return `${JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
  })}\n`;
}
