import type { TokenizerDescription } from './description.js';
import { numberSpecialTokens } from './special-tokens.js';
import type { StreamingDecoder, Tokenizer } from './tokenizer.js';
import { describeCharacter, describePosition, TokenizerError, unknownId } from './tokenizer-error.js';
import { requireWellFormed } from './utf8.js';

/** One token a character (Unicode code point); special tokens follow. */
export class CharacterTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  private readonly ids: ReadonlyMap<string, number>;
  private readonly texts: readonly string[];

  /**
   * @param characters one code point each, in the order of their ids
   * @throws {TokenizerError} `vocabulary`, `invalid-option`
   */
  constructor(
    private readonly characters: readonly string[],
    specialTokens: readonly string[] = [],
  ) {
    if (characters.length === 0) {
      throw new TokenizerError('empty-text', 'characters', 'at least one', 'none', 'give a text that is not empty');
    }
    for (const character of characters) {
      requireWellFormed(character);
      if ([...character].length === 1) continue;
      const given = JSON.stringify(character);
      throw new TokenizerError('vocabulary', 'characters', 'one code point each', given, 'use a byte-level tokenizer for longer tokens');
    }
    this.ids = new Map(characters.map((character, id) => [character, id]));
    if (this.ids.size !== characters.length) {
      const twice = characters.find((character, i) => characters.indexOf(character) !== i)!;
      throw new TokenizerError('vocabulary', 'characters', 'each once', `${describeCharacter(twice)} twice`, 'leave one out');
    }
    this.specialTokens = numberSpecialTokens(specialTokens, characters.length);
    this.texts = [...characters, ...specialTokens];
    this.vocabularySize = this.texts.length;
  }

  /**
   * The characters that a text has, in the order of their code points.
   * @throws {TokenizerError} `empty-text`, `ill-formed-text`, `invalid-option`
   */
  static of(texts: string | Iterable<string>, specialTokens: readonly string[] = []): CharacterTokenizer {
    const found = new Set<string>();
    for (const text of typeof texts === 'string' ? [texts] : texts) {
      requireWellFormed(text);
      for (const character of text) found.add(character);
    }
    const characters = [...found].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
    return new CharacterTokenizer(characters, specialTokens);
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    let position = 0;
    for (const character of text) {
      const id = this.ids.get(character);
      if (id === undefined) this.refuse(text, character, position);
      ids.push(id);
      position += character.length;
    }
    return ids;
  }

  decode(ids: Iterable<number>): string {
    return Array.from(ids, (id) => this.textOf(id)).join('');
  }

  decodeStream(): StreamingDecoder {
    return { push: (id) => this.textOf(id), end: () => '' };
  }

  describe(): TokenizerDescription {
    return { kind: 'character', characters: this.characters, specialTokens: [...this.specialTokens.keys()] };
  }

  private textOf(id: number): string {
    return this.texts[id] ?? unknownId(id, this.vocabularySize);
  }

  private refuse(text: string, character: string, position: number): never {
    requireWellFormed(text);
    throw new TokenizerError(
      'unknown-character',
      `text at ${describePosition(text, position)}`,
      `one of the ${this.characters.length} characters of the vocabulary`,
      describeCharacter(character),
      'make the vocabulary of all texts, or use bytes or byte-level BPE, which know every character',
    );
  }
}
