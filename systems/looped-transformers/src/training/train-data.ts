import { BadInputError } from '@sardonyx/study';
import { refusingBadInput } from '../bad-input.js';
import { curriculum, stageAt } from './curriculum.js';
import { textTrainData, tokenTrainData } from './language-train-data.js';
import { drawBatch, taskBucket } from './task-training.js';
import { isTaskName, taskNamed } from '../tasks/registry.js';
import type { SequenceTask } from '../tasks/task.js';
import { checkedTaskParameters } from '../tasks/task-parameters.js';
import { type DataOf, expectRoom, type TrainConfig } from './train-config.js';
import type { TrainData } from './training-plan.js';

/**
 * What `body` makes of the data that a configuration asks for, whose files are closed after it. The order in which the data come
 * depends on the configuration's data alone.
 * @throws {BadInputError} where the task refuses its parameters, texts or tokens cannot be used, or parts of the data do not fit
 */
export async function withTrainData<T>(config: TrainConfig, body: (data: TrainData) => T | Promise<T>): Promise<T> {
  const data = await refusingBadInput(() => trainData(config));
  try {
    return await body(data);
  } finally {
    await data.close();
  }
}

function trainData(config: TrainConfig): TrainData | Promise<TrainData> {
  const { data } = config;
  if ('task' in data) return taskTrainData(config, data);
  return 'text' in data ? textTrainData(config, data) : tokenTrainData(config, data);
}

/**
 * A task with its parameters, checked one by one.
 * @throws {TaskError} `unknown-task`; `argument` where the task refuses its parameters
 */
export const configuredTask = (name: string, parameters: Readonly<Record<string, unknown>>): SequenceTask =>
  taskNamed(name, isTaskName(name) ? checkedTaskParameters(name, parameters) : parameters);

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
    close: () => Promise.resolve(),
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
