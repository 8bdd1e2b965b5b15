import { ByteLevelBpeTokenizer } from './byte-level-bpe.js';
import { ByteTokenizer } from './byte-tokenizer.js';
import { CharacterTokenizer } from './character-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';
import { TokenizerError } from './tokenizer-error.js';
import { JsonTokenizer } from './tokenizer-json.js';

/** A tokenizer as plain JSON, for the files of models and data sets. */
export type TokenizerDescription =
  | { readonly kind: 'character'; readonly characters: readonly string[]; readonly specialTokens: readonly string[] }
  | { readonly kind: 'byte'; readonly specialTokens: readonly string[] }
  | {
      readonly kind: 'byte-level-bpe';
      /** In the order of the ids, in the alphabet of GPT-2's files. */
      readonly vocabulary: readonly string[];
      readonly merges: readonly (readonly [string, string])[];
    }
  | {
      readonly kind: 'tokenizer-json';
      /** The content of a `tokenizer.json`. */
      readonly json: object;
    };

/**
 * The tokenizer that was described; what JSON holds is checked.
 * @throws {TokenizerError} `vocabulary` where this is no description; as the tokenizers' constructors
 */
export function tokenizerFromDescription(description: unknown): Tokenizer {
  const fields = isRecord(description) ? description : {};
  switch (fields['kind']) {
    case 'character':
      return new CharacterTokenizer(strings(fields, 'characters'), strings(fields, 'specialTokens'));
    case 'byte':
      return new ByteTokenizer(strings(fields, 'specialTokens'));
    case 'byte-level-bpe':
      return new ByteLevelBpeTokenizer(strings(fields, 'vocabulary'), pairs(fields, 'merges'));
    case 'tokenizer-json':
      if (isRecord(fields['json'])) return new JsonTokenizer(fields['json']);
      throw broken('json', 'the content of a tokenizer.json', fields['json']);
    default:
      throw broken('kind', 'character, byte, byte-level-bpe or tokenizer-json', fields['kind']);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isString = (value: unknown): value is string => typeof value === 'string';

function strings(fields: Fields, name: string): string[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every(isString)) return value;
  throw broken(name, 'an array of strings', value);
}

function pairs(fields: Fields, name: string): [string, string][] {
  const value = fields[name];
  const isPair = (entry: unknown): entry is [string, string] => Array.isArray(entry) && entry.length === 2 && entry.every(isString);
  if (Array.isArray(value) && value.every(isPair)) return value;
  throw broken(name, 'an array of pairs of strings', value);
}

function broken(name: string, expected: string, value: unknown): TokenizerError {
  const given = JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
  return new TokenizerError('vocabulary', `description, ${name}`, expected, given, 'take what describe() gave');
}
