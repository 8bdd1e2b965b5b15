import type { Tokenizer } from '@sardonyx/data/tokenizers';
import { LanguageDataError } from './language-data-error.js';

/** UTF-16 units after which a piece ends at the next chance. */
const pieceLength = 2 ** 24;

/** Longer pieces could have more tokens than V8's growing arrays hold, some 2²⁶·⁴: three bytes a UTF-16 unit, or one character. */
const longestPiece = { bytes: 2 ** 24 + 2 ** 23, characters: 2 ** 26 } as const;

/**
 * A text in pieces whose tokens, one piece after the other, are those of the whole. Pieces begin with white space that follows
 * something else, where a word of byte-level BPE begins too; bytes end everywhere. Other tokenizers get the text whole.
 * @throws {LanguageDataError} `too-large` for a piece that has more tokens than can be held
 */
export function* encodablePieces(text: string, tokenizer: Tokenizer, source: string): Generator<string, void> {
  const isByteLevel = ['byte', 'byte-level-bpe'].includes(tokenizer.describe().kind);
  const longest = isByteLevel ? longestPiece.bytes : longestPiece.characters;
  for (const piece of isByteLevel ? wordPieces(text) : [text]) {
    if (piece.length > longest) {
      const expected = `at most ${longest} UTF-16 units ${isByteLevel ? 'without white space' : 'in one text for this tokenizer'}`;
      const remedy = 'divide the text, or make it JSON lines, which are read one by one';
      throw new LanguageDataError('too-large', source, expected, String(piece.length), remedy);
    }
    yield piece;
  }
}

/**
 * A text cut where words of byte-level BPE begin: at white space after something else, which stands at the end of no word.
 * @param length UTF-16 units that pieces have at least, but for the last
 */
export function* wordPieces(text: string, length = pieceLength): Generator<string, void> {
  const boundary = /(?<=\P{White_Space})\p{White_Space}/gu;
  let start = 0;
  while (text.length - start > length) {
    boundary.lastIndex = start + length;
    const cut = boundary.exec(text)?.index;
    if (cut === undefined) break;
    yield text.slice(start, cut);
    start = cut;
  }
  yield text.slice(start);
}
