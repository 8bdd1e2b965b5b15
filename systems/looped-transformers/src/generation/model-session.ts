import { createDecoder, type Decoder, expectTokens, streamTokens } from './decoding.js';
import { completeConfig, loopedName, type LoopedTransformerConfig, loopsOf, parameterCounts } from '../model/model.js';
import type { ExampleQuestion, ModelDocument } from '../model/model-document.js';
import { ModelError } from '../model/model-error.js';
import { modelText, type ModelText, writtenTokens } from '../model/model-text.js';
import { type Observation, observeModel } from '../model/observation.js';
import type { SamplingOptions } from './sampling.js';
import { isTaskName, taskNamed } from '../tasks/registry.js';
import type { SequenceTask } from '../tasks/task.js';
import { taskExample } from '../tasks/task-example.js';

/** What can be said of a model before it is asked. */
export interface ModelFacts {
  /** `(1⊗4)` */
  readonly name: string;
  readonly config: LoopedTransformerConfig;
  /** Distinct parameters. */
  readonly parameters: number;
  /** Loops that can be asked for; undefined where any number can. */
  readonly mostLoops?: number;
  /** The tokens as text, of models of tasks. */
  readonly vocabulary?: readonly string[];
  /** What the model was trained on, where it is a task that is known. */
  readonly task?: string;
  /** Whether examples can be drawn. */
  readonly hasExamples: boolean;
  /** Tokens of an answer at most, where nothing else is asked for. */
  readonly maxTokens: number;
  /** Steps of training behind it. */
  readonly step?: number;
}

export interface AskOptions extends SamplingOptions {
  /** As trained by default. */
  readonly loops?: number;
  readonly maxTokens?: number;
  /** Of sampling, 0 by default. */
  readonly seed?: number;
  /** Told every token of the answer as soon as it is known; the next waits for it. */
  readonly onToken?: (label: string) => void | Promise<void>;
  /** Ends the answer after the token that it is at. */
  readonly signal?: AbortSignal;
}

/** What a model would answer at one place if a loop were its last. */
export interface ReadOut {
  /** The most likely tokens, the first first. */
  readonly ranked: readonly { readonly label: string; readonly probability: number }[];
  /** Probability of the token that was answered. */
  readonly answered: number;
}

/** A prompt, what the model answered, and how. */
export interface Answer {
  /** Every token of the prompt and of the answer, as text. */
  readonly prompt: readonly string[];
  readonly answer: readonly string[];
  readonly answerTokens: readonly number[];
  /** Of the prompt and the answer but its last token, which the model does not read. */
  readonly observation: Observation;
  /** For every token of the answer the read-out after every loop, from the first; temperature has no part in it. */
  readonly readOuts: readonly (readonly ReadOut[])[];
}

/** A model that answers texts. */
export interface ModelSession {
  readonly facts: ModelFacts;
  /**
   * A problem of the task's test, another one for every seed; of the examples that the model brings, in turn, where its task
   * makes no others; undefined where it has neither.
   */
  example(seed: number): ExampleQuestion | undefined;
  /**
   * Answers a prompt token by token, and observes the model on what was read.
   * Throws ModelError `token` for text outside the vocabulary, `length`, `loops`, `option`.
   */
  ask(prompt: string, options?: AskOptions): Promise<Answer>;
  /** The token's text. */
  label(token: number): string;
  dispose(): void;
}

/** Most tokens of an answer in running text. */
const longestText = 64;

/** Opens a model for questions. Throws ModelError `model-file` where its tokens are no text. */
export function openModel(document: ModelDocument): ModelSession {
  const { config, params } = document;
  const text = modelText(document);
  const task = taskOf(document);
  let kept: { readonly loops: number; readonly decoder: Decoder } | undefined;

  const decoderOf = async (loops: number): Promise<Decoder> => {
    if (kept?.loops === loops) return kept.decoder;
    kept?.decoder.dispose();
    kept = undefined;
    kept = { loops, decoder: await createDecoder(params, config, { loops }) };
    return kept.decoder;
  };

  return {
    facts: factsOf(document, task, text.endToken !== undefined),
    label: text.label,
    example(seed) {
      const { examples = [] } = document;
      if (!task) return examples[seed % examples.length];
      const { prompt, answer } = taskExample(task, seed);
      return { prompt: writtenTokens(prompt, text), answer: answer.map(text.label) };
    },
    async ask(prompt, { loops: asked, maxTokens, seed = 0, onToken, signal, ...sampling } = {}) {
      const loops = loopsOf(config, asked);
      const tokens = text.encode(prompt);
      expectPrompt(tokens, config);
      expectTokens(tokens, config.vocabulary);
      expectObservable(config, tokens.length, loops);
      const room = config.length - tokens.length + 1;
      const options = { ...sampling, seed, maxTokens: Math.min(room, maxTokens ?? room) };
      const decoder = await decoderOf(loops);
      const answerTokens: number[] = [];
      const stop = text.endToken === undefined ? {} : { stopToken: text.endToken };
      for await (const [token] of streamTokens(decoder, [tokens], { ...options, ...stop })) {
        answerTokens.push(token!);
        await onToken?.(text.label(token!));
        if (signal?.aborted) break;
      }
      const observation = await observeModel(params, config, [...tokens, ...answerTokens.slice(0, -1)], { loops });
      return {
        prompt: tokens.map(text.label),
        answer: answerTokens.map(text.label),
        answerTokens,
        observation,
        readOuts: answerTokens.map((token, i) => readOutsAt(observation, tokens.length - 1 + i, token, config.vocabulary, text)),
      };
    },
    dispose() {
      kept?.decoder.dispose();
      kept = undefined;
    },
  };
}

/** Tokens of a read-out that are named. */
const namedTokens = 5;

function readOutsAt({ lens }: Observation, position: number, answered: number, vocabulary: number, text: ModelText): ReadOut[] {
  return lens.map((all) => {
    const probabilities = all.subarray(position * vocabulary, (position + 1) * vocabulary);
    const likeliest = Array.from(probabilities.keys()).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
    const ranked = likeliest.slice(0, namedTokens).map((token) => ({ label: text.label(token), probability: probabilities[token]! }));
    return { ranked, answered: probabilities[answered]! };
  });
}

function factsOf(document: ModelDocument, task: SequenceTask | undefined, hasEnd: boolean): ModelFacts {
  const { config, vocabulary, tokenizer, examples = [], step } = document;
  const mostLoops = mostLoopsOf(config);
  const ofText = tokenizer ? Math.min(longestText, config.length) : (examples[0]?.answer.length ?? 1);
  return {
    name: loopedName(config),
    config,
    parameters: parameterCounts(config).distinct,
    ...(mostLoops !== undefined && { mostLoops }),
    ...(vocabulary && { vocabulary }),
    ...(task && { task: task.name }),
    hasExamples: task !== undefined || examples.length > 0,
    maxTokens: hasEnd && !tokenizer ? config.length : task ? taskExample(task, 0).answer.length : ofText,
    ...(step !== undefined && { step }),
  };
}

/** The task whose problems the model knows; undefined for tasks of others, or where its vocabulary is another one by now. */
function taskOf({ task, vocabulary }: ModelDocument): SequenceTask | undefined {
  if (!task || !isTaskName(task.name)) return undefined;
  const made = taskNamed(task.name, task.parameters);
  return made.vocabulary.join('\n') === vocabulary?.join('\n') ? made : undefined;
}

function mostLoopsOf(config: LoopedTransformerConfig): number | undefined {
  const { tieBlocks, loopEmbedding, beyondLoops, loops } = completeConfig(config);
  return tieBlocks === 'soft' || (loopEmbedding !== 'none' && beyondLoops === 'refuse') ? loops : undefined;
}

/** Numbers of an observation at most: 256 MiB in float32. */
const mostObserved = 2 ** 26;

function expectObservable(config: LoopedTransformerConfig, length: number, loops: number): void {
  const { heads, layers, prelude, coda, vocabulary } = completeConfig(config);
  const numbers = length * length * heads * (prelude + layers * loops + coda) + loops * length * vocabulary;
  if (numbers <= mostObserved) return;
  throw new ModelError(
    'loops',
    `${loops} loops on ${length} tokens would be observed in ${numbers.toExponential(1)} numbers, more than ${mostObserved.toExponential(1)}; ask with fewer loops or a shorter prompt`,
  );
}

function expectPrompt(tokens: readonly number[], { length }: LoopedTransformerConfig): void {
  if (tokens.length === 0) throw new ModelError('length', 'the prompt is empty; write one, or draw an example');
  if (tokens.length <= length) return;
  const excess = tokens.length - length;
  throw new ModelError(
    'length',
    `the prompt has ${tokens.length} tokens and the model reads ${length} at most; shorten it by ${excess} token${excess === 1 ? '' : 's'}`,
  );
}
