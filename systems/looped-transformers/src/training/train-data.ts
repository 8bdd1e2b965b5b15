import type { RandomStream } from '@sardonyx/data';
import type { TokenizerDescription } from '@sardonyx/data/tokenizers';
import { BadInputError } from '@sardonyx/study';
import { refusingBadInput } from '../bad-input.js';
import { curriculum, stageAt } from './curriculum.js';
import type { Bucket } from './evaluation.js';
import { readDocuments } from '../language/documents.js';
import { tokenRange } from '../language/token-store.js';
import { drawBatch, taskBucket } from './task-training.js';
import { isTaskName, taskNamed } from '../tasks/registry.js';
import type { SequenceTask } from '../tasks/task.js';
import { checkedTaskParameters } from '../tasks/task-parameters.js';
import { drawTextParts, expectSequence, textBucket, tokenizerFor, tokensOf } from './text-data.js';
import type { TrainConfig } from './train-config.js';
import type { StepData } from './training-plan.js';

/** The data of a training, and what a model of it must be told. */
export interface TrainData {
  /** Names the stream of the data. */
  readonly name: string;
  readonly vocabularySize: number;
  /** Positions of the longest sequence. */
  readonly length: number;
  /** Goes into the model's file. */
  readonly description: {
    readonly vocabulary?: readonly string[];
    readonly tokenizer?: TokenizerDescription;
    readonly task?: { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> };
  };
  readonly buckets: readonly Bucket[];
  batch(stream: RandomStream, step: number): StepData | Promise<StepData>;
}

/**
 * The data that a configuration asks for. The order in which they come depends on the configuration's data alone.
 * @throws {BadInputError} where the task refuses its parameters, a text cannot be used, or parts of the data do not fit
 */
export const trainData = (config: TrainConfig): Promise<TrainData> =>
  refusingBadInput(() => ('task' in config.data ? taskTrainData(config, config.data) : textTrainData(config, config.data)));

/**
 * A task with its parameters, checked one by one.
 * @throws {TaskError} `unknown-task`; `argument` where the task refuses its parameters
 */
export const configuredTask = (name: string, parameters: Readonly<Record<string, unknown>>): SequenceTask =>
  taskNamed(name, isTaskName(name) ? checkedTaskParameters(name, parameters) : parameters);

type DataOf<K extends string> = Extract<TrainConfig['data'], Record<K, unknown>>;

function taskTrainData({ model, training, evaluation }: TrainConfig, data: DataOf<'task'>): TrainData {
  const task = configuredTask(data.task, data.parameters);
  const variant = (parameters: Readonly<Record<string, unknown>>) => {
    const other = configuredTask(data.task, { ...data.parameters, ...parameters });
    expectVocabulary(other, task, parameters);
    return other;
  };
  const stages = [...data.curriculum.map(({ parameters }) => variant(parameters)), task];
  const judged =
    data.evaluate.length > 0
      ? data.evaluate.map(({ name, parameters }) => [name, variant(parameters)] as const)
      : [[data.task, task] as const];
  const longest = Math.max(...[...stages, ...judged.map(([, task]) => task)].map((task) => task.length));
  expectRoom(model, longest);
  const length = model.length ?? longest;
  const staged = stagesOf(stages, data.curriculum);
  const options = { batchSize: training.batchSize, count: evaluation.examples, seed: training.dataSeed, length };
  return {
    name: `${data.task} train`,
    vocabularySize: task.vocabulary.length,
    length,
    description: { vocabulary: task.vocabulary, task: { name: data.task, parameters: data.parameters } },
    buckets: judged.map(([name, task], difficulty) => taskBucket(task, { ...options, name, difficulty })),
    batch: (stream, step) => drawBatch(stream, stageAt(staged, step, training.steps), { ...training, length }),
  };
}

/** Refuses knobs under which tokens mean something else than they do in the task that the model is of. */
function expectVocabulary(other: SequenceTask, { name, vocabulary }: SequenceTask, parameters: Readonly<Record<string, unknown>>): void {
  const isSame = other.vocabulary.length === vocabulary.length && other.vocabulary.every((token, id) => token === vocabulary[id]);
  if (isSame) return;
  throw new BadInputError(
    'vocabulary',
    `Cannot train on ${name} with ${JSON.stringify(parameters)}: expected the ${vocabulary.length} tokens of data.parameters (${vocabulary.join(' ')}), ` +
      `given ${other.vocabulary.length} (${other.vocabulary.join(' ')}); leave these knobs out of data.curriculum and data.evaluate, or set them in data.parameters.`,
  );
}

/** Refuses a model that is shorter than its data. */
function expectRoom({ length }: TrainConfig['model'], longest: number): void {
  if (length === undefined || length >= longest) return;
  throw new BadInputError(
    'length',
    `Cannot use model.length=${length}: expected ${longest} or more, the positions of the longest sequence of the data; raise it, leave it out, or make the data shorter.`,
  );
}

function stagesOf(stages: readonly SequenceTask[], ends: readonly { readonly until: number }[]) {
  try {
    return curriculum(
      stages,
      ends.map(({ until }) => until),
    );
  } catch (cause) {
    throw cause instanceof RangeError ? new BadInputError('curriculum', `data.curriculum: ${cause.message}`, { cause }) : cause;
  }
}

/** Tokens of a validation that are judged, at most, for every example asked for. */
const tokensAnExample = 128;

async function textTrainData({ model, training, evaluation }: TrainConfig, data: DataOf<'text'>): Promise<TrainData> {
  expectRoom(model, data.length);
  const texts: string[] = [];
  for await (const { text } of readDocuments(data.text)) texts.push(text);
  const text = texts.join('\n');
  const cut = Math.round(text.length * (1 - data.validation));
  const parts = { learned: text.slice(0, cut), judged: text.slice(cut) };
  const tokenizer = tokenizerFor(data.tokenizer, parts, data.vocabularySize);
  const learned = tokensOf(tokenizer, parts.learned);
  const rest = tokensOf(tokenizer, parts.judged);
  const judged = tokenRange(rest, 0, Math.min(rest.length, tokensAnExample * evaluation.examples));
  const { length } = data;
  expectSequence(learned, length, 'text to learn, data.validation left out');
  expectSequence(judged, 1, 'text of data.validation');
  const part = Math.ceil(training.batchSize / training.accumulate);
  return {
    name: 'text',
    vocabularySize: tokenizer.vocabularySize,
    length,
    description: { tokenizer: tokenizer.describe() },
    buckets: [textBucket('validation', judged, length, part)],
    batch: (stream) => drawTextParts(stream, learned, { ...training, length }),
  };
}
