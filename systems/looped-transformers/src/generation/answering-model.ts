import { type Tokenizer, tokenizerFromDescription } from '@sardonyx/data/tokenizers';
import { logLikelihoodOf } from '../language/log-likelihood.js';
import { crossEntropyScorer } from '../language/perplexity.js';
import type { LanguageModel } from '../language/questions/question.js';
import { endOfAnswer } from '../language/questions/evaluate-questions.js';
import type { ModelDocument } from '../model/model-document.js';
import { loopedTransformer, type LoopedTransformerParameters } from '../model/model.js';
import { ModelError } from '../model/model-error.js';
import { modelText } from '../model/model-text.js';
import { createDecoder, streamTokens } from './decoding.js';

export interface AnsweringOptions {
  /** As trained by default. */
  readonly loops?: number;
  /** New tokens of an answer at most; 32 by default, or half the model's positions where that is less. */
  readonly maxTokens?: number;
}

/** A model with its tokenizer, to be asked questions; dispose of it after use. */
export interface AnsweringModel extends LanguageModel {
  readonly tokenizer: Tokenizer;
  dispose(): void;
}

/**
 * A language model that answers: greedy decoding up to the end of the answer, and the likelihood of continuations. Of a prompt that is
 * too long the last part counts.
 * Throws ModelError `model-file` where the model has no tokenizer, `loops`, `option` for more new tokens than positions.
 */
export async function answeringModel(document: ModelDocument, options: AnsweringOptions = {}): Promise<AnsweringModel> {
  const { params, config, tokenizer: description } = document;
  if (!description)
    throw new ModelError('model-file', 'questions are asked in text, but the model has no tokenizer; take a language model');
  const tokenizer = tokenizerFromDescription(description);
  const { maxTokens = Math.min(32, Math.ceil(config.length / 2)) } = options;
  if (maxTokens > config.length) {
    throw new ModelError(
      'option',
      `answers of ${maxTokens} new tokens are longer than the model's ${config.length} positions; ask for fewer`,
    );
  }
  const loops = options.loops ?? config.loops;
  const decoder = await createDecoder(params, config, { loops });
  const scorer = crossEntropyScorer<LoopedTransformerParameters>((given, tokens) => loopedTransformer(given, tokens, config, { loops }));
  const text = modelText(document);
  const stop = text.endToken === undefined ? {} : { stopToken: text.endToken };
  return {
    tokenizer,
    logLikelihood: logLikelihoodOf(scorer, params, tokenizer, config.length),
    async complete(prompt) {
      const ids = tokenizer.encode(prompt).slice(-(config.length + 1 - maxTokens));
      const stream = text.decodeStream();
      let answer = '';
      for await (const [token] of streamTokens(decoder, [ids], { maxTokens, temperature: 0, ...stop })) {
        if (token === text.endToken) break;
        answer += stream.push(token!);
        // What follows would be cut off again.
        if (answer.trimStart().includes(endOfAnswer)) return answer;
      }
      return answer + stream.end();
    },
    dispose() {
      decoder.dispose();
      scorer.dispose();
    },
  };
}
