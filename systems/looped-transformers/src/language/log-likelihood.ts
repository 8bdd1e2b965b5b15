import { endOfText, type Tokenizer } from '@sardonyx/data/tokenizers';
import { LanguageDataError } from './language-data-error.js';
import { packSequences, promptAndAnswer, sequenceBatch } from '../tasks/task-sequence.js';
import type { CrossEntropyScorer } from './perplexity.js';

/**
 * ln p(continuation | prompt) under a model, for {@link LanguageModel}. Both texts are encoded by themselves; an empty prompt
 * is the end of a text. Of a prompt that is too long the last part counts.
 * @param length positions of the model
 * @throws {LanguageDataError} from the function made: `too-small` for an empty continuation, or an empty prompt where the
 *   tokenizer has no end of text; `too-large` for a continuation longer than the model
 */
export function logLikelihoodOf<P>(
  scorer: CrossEntropyScorer<P>,
  params: P,
  tokenizer: Tokenizer,
  length: number,
): (prompt: string, continuation: string) => Promise<number> {
  return async (prompt, continuation) => {
    const answer = tokenizer.encode(continuation);
    if (answer.length === 0) {
      throw new LanguageDataError('too-small', 'continuation', 'a text', 'nothing', 'give what should follow the prompt');
    }
    if (answer.length > length) {
      const given = `${answer.length} tokens`;
      throw new LanguageDataError('too-large', 'continuation', `at most the model's ${length} tokens`, given, 'shorten it');
    }
    const before = promptIds(tokenizer, prompt).slice(-(length + 1 - answer.length));
    const packed = packSequences([promptAndAnswer(before, answer)], length, 0);
    const [nats] = await scorer.rowNats(params, sequenceBatch(packed, length));
    return -nats!;
  };
}

function promptIds(tokenizer: Tokenizer, prompt: string): number[] {
  const ids = tokenizer.encode(prompt);
  if (ids.length > 0) return ids;
  const end = tokenizer.specialTokens.get(endOfText);
  if (end !== undefined) return [end];
  throw new LanguageDataError('too-small', 'prompt', 'a text', 'nothing', `use a tokenizer with ${endOfText}, or a prompt`);
}
