import { createDecoder, type Decoder, expectTokens, streamTokens } from './decoding.js';
import { completeConfig, loopedName, type LoopedTransformerConfig, loopsOf, parameterCounts } from './model.js';
import type { ModelDocument } from './model-document.js';
import { ModelError } from './model-error.js';
import { modelText } from './model-text.js';
import { type Observation, observeModel } from './observation.js';
import type { SamplingOptions } from './sampling.js';
import { isTaskName, taskNamed } from './tasks/registry.js';
import type { SequenceTask } from './tasks/task.js';
import { taskExample } from './tasks/task-example.js';

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
  /** What the model was trained on, where an example of it can be drawn. */
  readonly task?: string;
  /** Tokens of an answer at most, where nothing else is asked for. */
  readonly maxTokens: number;
  /** Steps of training behind it. */
  readonly step?: number;
}

/** A problem of the task as text, with the answer that is right. */
export interface ExampleQuestion {
  readonly prompt: string;
  readonly answer: readonly string[];
}

export interface AskOptions extends SamplingOptions {
  /** As trained by default. */
  readonly loops?: number;
  readonly maxTokens?: number;
  /** Of sampling, 0 by default. */
  readonly seed?: number;
  /** Told every token of the answer as soon as it is known. */
  readonly onToken?: (label: string) => void;
}

/** A prompt, what the model answered, and how. */
export interface Answer {
  /** Every token of the prompt and of the answer, as text. */
  readonly prompt: readonly string[];
  readonly answer: readonly string[];
  readonly answerTokens: readonly number[];
  /** Of the prompt and the answer but its last token, which the model does not read. */
  readonly observation: Observation;
}

/** A model that answers texts. */
export interface ModelSession {
  readonly facts: ModelFacts;
  /** A problem of the task's test, another one for every seed; undefined where the model tells of no task. */
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
      if (!task) return undefined;
      const { prompt, answer } = taskExample(task, seed);
      return { prompt: writtenPrompt(prompt, text), answer: answer.map(text.label) };
    },
    async ask(prompt, { loops: asked, maxTokens, seed = 0, onToken, ...sampling } = {}) {
      const loops = loopsOf(config, asked);
      const tokens = text.encode(prompt);
      expectPrompt(tokens, config);
      expectTokens(tokens, config.vocabulary);
      const room = config.length - tokens.length + 1;
      const options = { ...sampling, seed, maxTokens: Math.min(room, maxTokens ?? room) };
      const decoder = await decoderOf(loops);
      const answerTokens: number[] = [];
      const stop = text.endToken === undefined ? {} : { stopToken: text.endToken };
      for await (const [token] of streamTokens(decoder, [tokens], { ...options, ...stop })) {
        answerTokens.push(token!);
        onToken?.(text.label(token!));
      }
      const observation = await observeModel(params, config, [...tokens, ...answerTokens.slice(0, -1)], { loops });
      return { prompt: tokens.map(text.label), answer: answerTokens.map(text.label), answerTokens, observation };
    },
    dispose() {
      kept?.decoder.dispose();
      kept = undefined;
    },
  };
}

function factsOf(document: ModelDocument, task: SequenceTask | undefined, hasEnd: boolean): ModelFacts {
  const { config, vocabulary, tokenizer, step } = document;
  const mostLoops = mostLoopsOf(config);
  const ofText = tokenizer ? Math.min(longestText, config.length) : 1;
  return {
    name: loopedName(config),
    config,
    parameters: parameterCounts(config).distinct,
    ...(mostLoops !== undefined && { mostLoops }),
    ...(vocabulary && { vocabulary }),
    ...(task && { task: task.name }),
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

/** A prompt's text: its tokens one after the other, with spaces where they could not be told apart. */
function writtenPrompt(prompt: readonly number[], text: ReturnType<typeof modelText>): string {
  const labels = prompt.map(text.label);
  const close = labels.join('');
  const wide = labels.some((label) => label.length > 1);
  return !wide && text.encode(close).join() === prompt.join() ? close : labels.join(' ');
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
