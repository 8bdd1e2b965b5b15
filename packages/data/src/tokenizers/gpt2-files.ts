import { ByteLevelBpeTokenizer } from './byte-level-bpe.js';
import { TokenizerError } from './tokenizer-error.js';

/** The texts of GPT-2's two files. */
export interface Gpt2Files {
  /** JSON: the id of every token. */
  readonly vocabulary: string;
  /** A comment, then one merge a line, its two tokens with a space between. */
  readonly merges: string;
}

/**
 * Byte-level BPE from the texts of `vocab.json` and `merges.txt`. Tokens that no merge makes, such as `<|endoftext|>`, are
 * special tokens.
 * @throws {TokenizerError} `vocabulary` where ids are missing, repeated or no integers; `merges`
 */
export function readGpt2Files({ vocabulary, merges }: Gpt2Files): ByteLevelBpeTokenizer {
  return new ByteLevelBpeTokenizer(parseVocabulary(vocabulary), parseMerges(merges));
}

/** Writes what {@link readGpt2Files} reads; other libraries read it too. */
export function writeGpt2Files(tokenizer: ByteLevelBpeTokenizer): Gpt2Files {
  const ids = Object.fromEntries(tokenizer.vocabulary.map((token, id) => [token, id]));
  const lines = tokenizer.merges.map(([left, right]) => `${left} ${right}\n`);
  return { vocabulary: `${JSON.stringify(ids)}\n`, merges: `#version: 0.2\n${lines.join('')}` };
}

function parseVocabulary(text: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new TokenizerError('vocabulary', 'vocab.json', 'JSON', 'something else', 'take the original file', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new TokenizerError('vocabulary', 'vocab.json', 'an object of ids by token', typeof parsed, 'take the original file');
  }
  return tokensById(Object.entries(parsed), 'vocab.json');
}

/** Tokens in the order of their ids, which must be 0, 1, 2 and so on. */
export function tokensById(entries: readonly (readonly [string, unknown])[], file: string): string[] {
  const tokens: string[] = [];
  for (const [token, id] of entries) {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < entries.length && tokens[id] === undefined) {
      tokens[id] = token;
      continue;
    }
    const expected = `each id from 0 to ${entries.length - 1} once`;
    throw new TokenizerError('vocabulary', file, expected, `${JSON.stringify(id)} for ${JSON.stringify(token)}`, 'take the original file');
  }
  return tokens;
}

function parseMerges(text: string): [string, string][] {
  const merges: [string, string][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || (index === 0 && line.startsWith('#version'))) continue;
    merges.push(parseMerge(line, `merges.txt, line ${index + 1}`));
  }
  return merges;
}

/** The two tokens of one line. */
export function parseMerge(line: string, place: string): [string, string] {
  const [left, right, ...others] = line.split(' ');
  if (left && right && others.length === 0) return [left, right];
  throw new TokenizerError('merges', place, 'two tokens with a space between', JSON.stringify(line), 'take the original file');
}
