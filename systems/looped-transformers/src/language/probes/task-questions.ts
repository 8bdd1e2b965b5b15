import type { RandomStream } from '@sardonyx/data';
import type { Split } from '../../tasks/split.js';
import type { SequenceTask } from '../../tasks/task.js';
import type { Question } from '../questions/question.js';

/**
 * Problems of a task, such as variable assignment or addition, as questions for a language model; groups are the difficulty
 * in the task's own unit.
 * @throws {TaskError} `exhausted` where the split seems to hold no problem
 */
export function taskQuestions<Problem>(
  task: SequenceTask<Problem>,
  stream: RandomStream,
  count: number,
  split: Split = 'test',
): Question[] {
  return Array.from({ length: count }, (_, i) => {
    const problem = task.draw(stream, split);
    const { prompt, answer } = task.text(problem);
    return { id: `${task.name} ${i + 1}`, prompt, answers: [answer], group: `${task.difficulty} ${task.difficultyOf(problem)}` };
  });
}
