import { BadInputError } from '@sardonyx/study';
import { type AnalyzedBatch, problemBatches, tokenBatch } from '../analysis/analyzed-batch.js';
import type { ModelDocument } from '../model/model-document.js';
import { modelText } from '../model/model-text.js';
import { observeModel } from '../model/observation.js';
import type { SequenceTask } from '../tasks/task.js';
import { configuredTask } from '../training/train-data.js';
import type { NextToken } from './analysis-tables.js';
import { expectTaskOfModel } from './model-task.js';

/** What a model is looked at with: problems of its task, or a prompt. */
export interface AnalysisSubject {
  readonly name: string;
  /** Sequences that are judged. */
  readonly count: number;
  /** The hops of a p-hop model: p. */
  readonly hops?: number;
  /** What comes after a prompt. */
  readonly next: readonly NextToken[];
  judged(): Iterable<AnalyzedBatch>;
  /** Problems to learn from; of a prompt there are none. */
  learned?(): Iterable<AnalyzedBatch>;
}

export interface SubjectChoice {
  readonly prompt?: string | undefined;
  readonly loops?: number | undefined;
  readonly examples: number;
  readonly probeExamples: number;
  readonly problemSeed: number;
  readonly batchSize: number;
}

/**
 * The prompt, or problems of the task that the model was trained on.
 * @throws {BadInputError} `task` for a model without one, `prompt` for one without tokens, and as `expectTaskOfModel`;
 * ModelError `token`, `length`, `loops` for a prompt that the model cannot read
 */
export async function analysisSubject(document: ModelDocument, choice: SubjectChoice): Promise<AnalysisSubject> {
  const own = document.task;
  const task = own && configuredTask(own.name, { ...own.parameters });
  const hops = own?.name === 'p-hop' ? { hops: Number(task!.parameters.hops) } : {};
  if (choice.prompt !== undefined) return { ...(await promptSubject(document, choice.prompt, choice.loops)), ...hops };
  if (!task) {
    throw new BadInputError(
      'task',
      'Cannot analyze the model: it was saved without a task to draw problems from; give a text with --prompt.',
    );
  }
  expectTaskOfModel(task, document, `analyze by ${task.name}`);
  return { ...problemSubject(task, choice), ...hops };
}

const problemSubject = (task: SequenceTask, { examples, probeExamples, problemSeed: seed, batchSize }: SubjectChoice): AnalysisSubject => ({
  name: `${examples} problems of ${task.name}, test`,
  count: examples,
  next: [],
  judged: () => problemBatches(task, { split: 'test', seed, count: examples, batchSize }),
  learned: () => problemBatches(task, { split: 'train', seed, count: probeExamples, batchSize }),
});

async function promptSubject(document: ModelDocument, prompt: string, loops: number | undefined): Promise<AnalysisSubject> {
  const text = modelText(document);
  const tokens = text.encode(prompt);
  if (tokens.length === 0) throw new BadInputError('prompt', 'Cannot analyze a prompt without tokens; write a text after --prompt.');
  const { lens, length } = await observeModel(document.params, document.config, tokens, loops === undefined ? {} : { loops });
  return {
    name: `a prompt of ${length} token${length === 1 ? '' : 's'}`,
    count: 1,
    next: lens.map((probabilities, t) => {
      const last = probabilities.subarray((length - 1) * document.config.vocabulary);
      const probability = Math.max(...last);
      return { loop: t + 1, token: text.label(last.indexOf(probability)), probability };
    }),
    judged: () => [tokenBatch([tokens])],
  };
}
