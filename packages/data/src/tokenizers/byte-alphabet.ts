/*
 * GPT-2's files show every byte as one printable character, so that tokens can stand in JSON and in lines of text: the
 * printable bytes of Latin-1 as themselves, the other 68 in order as U+0100 and up. The alphabet is part of the format of
 * vocab.json, merges.txt and tokenizer.json.
 */

const isPrintable = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;

/** The character of every byte. */
export const characterOfByte: readonly string[] = (() => {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : 256 + others++));
})();

const byteOfCharacter: ReadonlyMap<string, number> = new Map(characterOfByte.map((character, byte) => [character, byte]));

/** The bytes in the order of their characters, which numbers the first 256 tokens of GPT-2 and of the tokenizers library. */
export const bytesByCharacter: readonly number[] = characterOfByte
  .map((_, byte) => byte)
  .sort((a, b) => characterOfByte[a]!.charCodeAt(0) - characterOfByte[b]!.charCodeAt(0));

/** The bytes that a token of a file shows; undefined where it has a character that shows none. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes = Array.from(token, (character) => byteOfCharacter.get(character));
  return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes as number[]);
}
