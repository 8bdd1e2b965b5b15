import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  ByteLevelBpeTrainer,
  ByteTokenizer,
  CharacterTokenizer,
  endOfText,
  type Tokenizer,
  tokenizerFromDescription,
} from '@sardonyx/data/tokenizers';
import { BadInputError } from '@sardonyx/study';
import { z } from 'zod';
import type { TextDocument } from '../language/documents.js';
import { wordPieces } from '../language/text-pieces.js';
import { isPackedText, openPackedText } from '../language/token-shards.js';
import { readTokenizerFiles } from '../language/tokenizer-files.js';
import { configFile } from '../model/model-document.js';
import { loadModel } from '../model/model-file.js';
import { tokenizerNames } from '../training/text-data.js';
import { didYouMeanPath } from './near-path.js';

/* The tokenizer that texts are packed with: learned from them, or taken from what a person has. */

/** 256 bytes and the end of a text. */
const leastVocabulary = 257;
const defaultVocabulary = 1024;

export const tokenizerParameters = {
  tokenizer: z
    .enum(tokenizerNames)
    .optional()
    .describe('bytes, the characters that the texts have, or byte-level BPE learned from them; bytes by default'),
  vocabularySize: z
    .int()
    .min(leastVocabulary)
    .max(2 ** 22)
    .optional()
    .describe(`tokens of bpe at most: 256 bytes, the end of a text, and merges; ${defaultVocabulary} by default`),
  tokenizerFrom: z
    .string()
    .default('')
    .describe('folder whose tokenizer to use: a model, a packed text, or vocab.json and merges.txt, or tokenizer.json'),
};
const flags = z.object(tokenizerParameters);
type TokenizerFlags = z.output<typeof flags>;

/**
 * Refuses flags of a tokenizer that contradict each other.
 * @throws {BadInputError} `argument`
 */
export function expectTokenizerFlags({ tokenizer, vocabularySize, tokenizerFrom }: TokenizerFlags): void {
  const refuse = (what: string, expected: string, given: string, remedy: string): never => {
    throw new BadInputError('argument', `Cannot use ${what}: expected ${expected}, given ${given}; ${remedy}.`);
  };
  if (tokenizerFrom !== '' && tokenizer !== undefined)
    refuse('--tokenizer', 'no --tokenizer-from beside it', 'both', 'leave one of them out');
  if (vocabularySize === undefined || tokenizer === 'bpe') return;
  const given = tokenizerFrom === '' ? `--tokenizer ${tokenizer ?? 'byte'}, which has a size of its own` : '--tokenizer-from';
  const isChosen = tokenizerFrom !== '' || tokenizer !== undefined;
  const remedy = isChosen ? 'leave one of them out' : 'add it, or leave --vocabulary-size out';
  refuse('--vocabulary-size', '--tokenizer bpe beside it', given, remedy);
}

/**
 * The tokenizer that flags ask for.
 * @param documents the texts, asked for only where a tokenizer is learned from them
 * @throws {BadInputError} `tokenizer` where a folder has none; as the tokenizers and readers of files
 */
export async function packingTokenizer(p: TokenizerFlags, documents: () => AsyncIterable<TextDocument>): Promise<Tokenizer> {
  if (p.tokenizerFrom !== '') return tokenizerOfFolder(p.tokenizerFrom);
  switch (p.tokenizer) {
    case 'character': {
      const characters = new Set<string>();
      for await (const { text } of documents()) for (const character of text) characters.add(character);
      return CharacterTokenizer.of(characters, [endOfText]);
    }
    case 'bpe': {
      const trainer = new ByteLevelBpeTrainer();
      for await (const { text } of documents()) for (const piece of wordPieces(text)) trainer.add(piece);
      return trainer.train({ vocabularySize: p.vocabularySize ?? defaultVocabulary });
    }
    default:
      return new ByteTokenizer([endOfText]);
  }
}

async function tokenizerOfFolder(folder: string): Promise<Tokenizer> {
  const files = await readTokenizerFiles(folder);
  if (files) return files;
  if (await isPackedText(folder)) {
    const packed = await openPackedText(folder);
    await packed.close();
    return packed.tokenizer;
  }
  const refusal = (given: string): BadInputError => {
    const expected = 'a model with a tokenizer, a packed text, vocab.json and merges.txt, or tokenizer.json';
    return new BadInputError('tokenizer', `Cannot take the tokenizer of "${folder}": expected ${expected}, given ${given}`);
  };
  if (!existsSync(folder)) throw refusal(`nothing of this name; ${didYouMeanPath(folder)}`);
  if (!existsSync(join(folder, configFile))) throw refusal('none of them; give another folder.');
  const { tokenizer } = await loadModel(folder);
  if (!tokenizer) throw refusal('a model without one; give a language model.');
  return tokenizerFromDescription(tokenizer);
}
