import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readGpt2Files, type Tokenizer, tokenizerFromDescription } from '@sardonyx/data/tokenizers';
import { LanguageDataError } from './language-data-error.js';

/* A tokenizer in the files that Hugging Face publishes beside a model. */

const [vocabularyName, mergesName, jsonName] = ['vocab.json', 'merges.txt', 'tokenizer.json'] as const;

/**
 * The tokenizer of a folder: byte-level BPE of `vocab.json` and `merges.txt`, else any that a `tokenizer.json` describes; undefined
 * where the folder holds none of them.
 * @throws {LanguageDataError} `tokenizer` where one of the two files is alone, or `tokenizer.json` is no JSON
 * @throws {TokenizerError} for files that are damaged
 */
export async function readTokenizerFiles(folder: string): Promise<Tokenizer | undefined> {
  const [vocabulary, merges] = await Promise.all([vocabularyName, mergesName].map((name) => textIfThere(join(folder, name))));
  if (vocabulary !== undefined && merges !== undefined) return readGpt2Files({ vocabulary, merges });
  const json = await textIfThere(join(folder, jsonName));
  if (json !== undefined) return tokenizerFromDescription({ kind: 'tokenizer-json', json: parsed(folder, json) });
  if (vocabulary === merges) return undefined;
  const [there, missing] = merges === undefined ? [vocabularyName, mergesName] : [mergesName, vocabularyName];
  const remedy = `add it, or move ${there} away to go without a tokenizer`;
  throw new LanguageDataError('tokenizer', `folder ${folder}`, `${missing} beside ${there}`, `${there} alone`, remedy);
}

function parsed(folder: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const given = JSON.stringify(text.slice(0, 60));
    throw new LanguageDataError('tokenizer', `file ${join(folder, jsonName)}`, 'JSON', given, 'take the original file', { cause });
  }
}

/** The content of a file that may be missing. */
export async function textIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  });
}
