import { endOfText, type StreamingDecoder, tokenizerFromDescription } from '@sardonyx/data/tokenizers';
import type { ModelDocument } from './model-document.js';
import { ModelError } from './model-error.js';

/** How a model's tokens are text. */
export interface ModelText {
  /** Throws ModelError `token` or TokenizerError for text that the model has no tokens for. */
  encode(text: string): number[];
  decodeStream(): StreamingDecoder;
  /** What stands for one token by itself; U+FFFD where it is part of a character. */
  label(token: number): string;
  /** The token that ends a text by itself, where there is one. */
  readonly endToken: number | undefined;
}

/** The text of a model by its tokenizer, or by the vocabulary of its task. Throws ModelError `model-file` where it has neither. */
export function modelText({ tokenizer, vocabulary }: Pick<ModelDocument, 'tokenizer' | 'vocabulary'>): ModelText {
  if (tokenizer) {
    const made = tokenizerFromDescription(tokenizer);
    return {
      encode: (text) => made.encode(text),
      decodeStream: () => made.decodeStream(),
      // A model may have more tokens than its tokenizer.
      label: (token) => (token < made.vocabularySize ? made.decode([token]) : `token ${token}`),
      endToken: made.specialTokens.get(endOfText),
    };
  }
  if (!vocabulary) {
    throw new ModelError(
      'model-file',
      'the model has neither a tokenizer nor a vocabulary, so that its tokens are no text; save it with one',
    );
  }
  const end = vocabulary.indexOf('<eos>');
  return {
    encode: (text) => encodeByVocabulary(text, vocabulary),
    decodeStream: () => ({ push: (id) => vocabulary[id] ?? '', end: () => '' }),
    label: (token) => vocabulary[token] ?? `token ${token}`,
    endToken: end < 0 ? undefined : end,
  };
}

/** Tokens as a text that is read as these tokens: words with spaces between them, characters without. */
export function writtenTokens(tokens: readonly number[], text: Pick<ModelText, 'encode' | 'label'>): string {
  const labels = tokens.map(text.label);
  const [close, wide] = [labels.join(''), labels.join(' ')];
  const isRead = (written: string): boolean => text.encode(written).join() === tokens.join();
  const hasWords = labels.some((label) => label.length > 1);
  return (hasWords && isRead(wide)) || !isRead(close) ? wide : close;
}

/** The longest token that fits, from place to place; white space that begins no token only separates. */
function encodeByVocabulary(text: string, vocabulary: readonly string[]): number[] {
  const longestFirst = vocabulary.map((token, id) => ({ token, id })).filter(({ token }) => token !== '');
  longestFirst.sort((a, b) => b.token.length - a.token.length);
  const ids: number[] = [];
  for (let place = 0; place < text.length; ) {
    const found = longestFirst.find(({ token }) => text.startsWith(token, place));
    if (!found && /\s/.test(text[place]!)) {
      place++;
      continue;
    }
    if (!found) throw unknownCharacter(text, place, vocabulary);
    ids.push(found.id);
    place += found.token.length;
  }
  return ids;
}

function unknownCharacter(text: string, place: number, vocabulary: readonly string[]): ModelError {
  const point = text.codePointAt(place)!;
  const character = String.fromCodePoint(point);
  const shown = vocabulary.length > 24 ? `${vocabulary.slice(0, 24).join(' ')} …` : vocabulary.join(' ');
  return new ModelError(
    'token',
    `${JSON.stringify(character)} (U+${point.toString(16).toUpperCase().padStart(4, '0')}) at position ${place} is not in the vocabulary: expected tokens of ${shown}`,
  );
}
