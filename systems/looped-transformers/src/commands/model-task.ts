import { BadInputError } from '@sardonyx/study';
import type { ModelDocument } from '../model/model-document.js';
import type { SequenceTask } from '../tasks/task.js';

/**
 * Refuses a task whose problems a model cannot read.
 * @param what is to be done, as `judge by addition`
 * @throws {BadInputError} `vocabulary` for other tokens than the model's, `length` for more positions than it has
 */
export function expectTaskOfModel(task: SequenceTask, { config, vocabulary }: ModelDocument, what: string): void {
  const differs = task.vocabulary.findIndex((token, id) => vocabulary?.[id] !== token);
  if (differs >= 0) {
    const given = JSON.stringify(vocabulary?.[differs] ?? null);
    throw new BadInputError(
      'vocabulary',
      `Cannot ${what}: its token ${differs} is ${JSON.stringify(task.vocabulary[differs])}, the model's is ${given}; choose a task with the vocabulary of training.`,
    );
  }
  if (task.length > config.length && config.positions === 'learned') {
    throw new BadInputError(
      'length',
      `Cannot ${what}: its sequences have up to ${task.length} positions, the model's position table ${config.length}; choose shorter problems, or train with rotary positions.`,
    );
  }
}
