/**
 * GPT-2's words, which no token crosses: contractions, letters, digits and other signs, each with one space before it, and
 * white space, of which the last belongs to the word that follows (Radford et al. 2019, section 2.2). White space is
 * Unicode's: that of JavaScript's `\s` differs in U+0085 and U+FEFF.
 */
const word =
  /'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The text cut into words; joined they are the text. */
export const splitWords = (text: string): readonly string[] => text.match(word) ?? [];
