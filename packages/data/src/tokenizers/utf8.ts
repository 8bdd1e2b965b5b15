import type { StreamingDecoder } from './tokenizer.js';
import { describeCharacter, describePosition, TokenizerError } from './tokenizer-error.js';

const encoder = new TextEncoder();

/**
 * The UTF-8 bytes of a text.
 * @throws {TokenizerError} `ill-formed-text` where it has a lone surrogate
 */
export function utf8Bytes(text: string): Uint8Array {
  requireWellFormed(text);
  return encoder.encode(text);
}

/** Throws the `ill-formed-text` error where `text` has a lone surrogate, which `TextEncoder` would replace silently. */
export function requireWellFormed(text: string): void {
  const position = text.search(/\p{Surrogate}/u);
  if (position === -1) return;
  throw new TokenizerError(
    'ill-formed-text',
    `text at ${describePosition(text, position)}`,
    'well-formed Unicode',
    `the lone surrogate ${describeCharacter(text[position]!)}`,
    'repair the text, for example with toWellFormed()',
  );
}

/** Text of ids that each stand for some bytes; a character may spread over several ids. */
export class ByteStreamDecoder implements StreamingDecoder {
  // A byte order mark is a character like others: without this option it would vanish.
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** @param bytesOf the bytes of a token; throws for ids that are none */
  constructor(private readonly bytesOf: (id: number) => Uint8Array) {}

  push(id: number): string {
    return this.decoder.decode(this.bytesOf(id), { stream: true });
  }

  end(): string {
    return this.decoder.decode();
  }
}

/** The text of all ids at once; see {@link ByteStreamDecoder}. */
export function decodeBytes(ids: Iterable<number>, bytesOf: (id: number) => Uint8Array): string {
  const pieces = Array.from(ids, bytesOf);
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
