import type { TokenizerDescription } from '@sardonyx/data/tokenizers';
import { readDocuments } from '../language/documents.js';
import { LanguageDataError } from '../language/language-data-error.js';
import { isSameTokenizer, openTokenSources } from '../language/token-sources.js';
import { tokenRange, type TokenStore } from '../language/token-store.js';
import { readTokenizerFiles } from '../language/tokenizer-files.js';
import { drawTextParts, expectSequence, textBucket, tokenizerFor, tokensOf } from './text-data.js';
import { type DataOf, expectRoom, type TrainConfig } from './train-config.js';
import type { TrainData } from './training-plan.js';

/* The data of language models: text files, or files of tokens. */

/** Tokens of a validation that are judged, at most, for every example asked for. */
const tokensAnExample = 128;

/** Text files, their tokens made by a tokenizer that goes with the model. */
export async function textTrainData(config: TrainConfig, data: DataOf<'text'>): Promise<TrainData> {
  expectRoom(config.model, data.length);
  const texts: string[] = [];
  for await (const { text } of readDocuments(data.text)) texts.push(text);
  const text = texts.join('\n');
  const cut = Math.round(text.length * (1 - data.validation));
  const parts = { learned: text.slice(0, cut), judged: text.slice(cut) };
  const tokenizer = tokenizerFor(data.tokenizer, parts, data.vocabularySize);
  const [learned, judged] = [tokensOf(tokenizer, parts.learned), tokensOf(tokenizer, parts.judged)];
  return languageTrainData(config, data.length, { learned, judged, tokenizer: tokenizer.describe() });
}

/**
 * Token files and packed texts, read where they lie.
 * @throws {LanguageDataError} as `openTokenSources`, and `tokenizer` where a tokenizer is missing or not that of the tokens
 */
export async function tokenTrainData(config: TrainConfig, data: DataOf<'tokens'>): Promise<TrainData> {
  expectRoom(config.model, data.length);
  const given = data.tokenizer === undefined ? undefined : await tokenizerIn(data.tokenizer);
  const size = data.vocabularySize ?? given?.vocabularySize;
  if (given && size! < given.vocabularySize) {
    const expected = `at most the ${size} tokens of data.vocabularySize`;
    throw new LanguageDataError('tokenizer', `tokenizer of ${data.tokenizer}`, expected, String(given.vocabularySize), 'raise it');
  }
  const { format, validation } = data;
  const all = await openTokenSources(data.tokens, { format, ...(size !== undefined && { vocabularySize: size }) });
  if (given && all.tokenizer && !isSameTokenizer(given, all.tokenizer)) {
    await all.close();
    const remedy = 'leave data.tokenizer out';
    throw new LanguageDataError('tokenizer', `tokenizer of ${data.tokenizer}`, 'that of the packed text', 'another one', remedy);
  }
  const closing = [all];
  const close = async (): Promise<void> => void (await Promise.all(closing.map((sources) => sources.close())));
  try {
    let [learned, judged]: TokenStore[] = [];
    if (typeof validation === 'number') {
      const cut = Math.round(all.length * (1 - validation));
      [learned, judged] = [tokenRange(all, 0, cut), tokenRange(all, cut, all.length)];
    } else {
      const others = await openTokenSources(validation, { format, vocabularySize: all.vocabularySize });
      closing.push(others);
      [learned, judged] = [all, others];
    }
    const tokenizer = (given ?? all.tokenizer)?.describe();
    return { ...languageTrainData(config, data.length, { learned, judged, ...(tokenizer && { tokenizer }) }), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function tokenizerIn(folder: string) {
  const tokenizer = await readTokenizerFiles(folder);
  if (tokenizer) return tokenizer;
  const expected = 'vocab.json and merges.txt, or tokenizer.json';
  throw new LanguageDataError('tokenizer', `folder ${folder}`, expected, 'none of them', 'check data.tokenizer');
}

interface LanguageParts {
  readonly learned: TokenStore;
  readonly judged: TokenStore;
  readonly tokenizer?: TokenizerDescription;
}

function languageTrainData(
  { training, evaluation }: TrainConfig,
  length: number,
  { learned, judged: all, tokenizer }: LanguageParts,
): TrainData {
  const judged = tokenRange(all, 0, Math.min(all.length, tokensAnExample * evaluation.examples));
  expectSequence(learned, length, 'text to learn, data.validation left out');
  expectSequence(judged, 1, 'text of data.validation');
  return {
    name: 'text',
    vocabularySize: learned.vocabularySize,
    length,
    description: tokenizer ? { tokenizer } : {},
    buckets: [textBucket('validation', judged, length, Math.ceil(training.batchSize / training.accumulate))],
    batch: (stream) => drawTextParts(stream, learned, { ...training, length }),
    close: () => Promise.resolve(),
  };
}
