import type { TokenizerDescription } from './description.js';
import { numberSpecialTokens } from './special-tokens.js';
import type { StreamingDecoder, Tokenizer } from './tokenizer.js';
import { unknownId } from './tokenizer-error.js';
import { ByteStreamDecoder, decodeBytes, utf8Bytes } from './utf8.js';

/** One token a byte of the text's UTF-8 form: ids 0 to 255, special tokens from 256. */
export class ByteTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  private readonly bytes: readonly Uint8Array[];

  /** @throws {TokenizerError} `invalid-option` where names of special tokens are empty or stand twice */
  constructor(specialTokens: readonly string[] = []) {
    this.specialTokens = numberSpecialTokens(specialTokens, 256);
    this.bytes = [...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)), ...specialTokens.map(utf8Bytes)];
    this.vocabularySize = this.bytes.length;
  }

  encode(text: string): number[] {
    return Array.from(utf8Bytes(text));
  }

  decode(ids: Iterable<number>): string {
    return decodeBytes(ids, this.bytesOf);
  }

  decodeStream(): StreamingDecoder {
    return new ByteStreamDecoder(this.bytesOf);
  }

  describe(): TokenizerDescription {
    return { kind: 'byte', specialTokens: [...this.specialTokens.keys()] };
  }

  private readonly bytesOf = (id: number): Uint8Array => this.bytes[id] ?? unknownId(id, this.vocabularySize);
}
