import { splitOf } from '../split.js';
import type { SequenceTask } from '../task.js';
import type { IgsmProblem } from './igsm.js';

type IgsmTask = SequenceTask<IgsmProblem>;

/** Share of the questions that training leaves to judging. */
const keptShare = 1 / 16;

/** Whether a question is kept from training, by a hash of its statements: whatever of them is asked for, all go together. */
const isKept = ({ question }: IgsmProblem): boolean => splitOf(question.slice(0, question.lastIndexOf('.')), keptShare) === 'test';

/** The task with nothing but the questions that {@link withoutKept} never draws. */
export const onlyKept = (task: IgsmTask): IgsmTask => drawing(task, isKept);

/**
 * The task without one in sixteen of its questions, for judging a model on new questions of solution templates that training
 * asks for too. Held-out templates are another matter, which the task itself sees to.
 */
export const withoutKept = (task: IgsmTask): IgsmTask => drawing(task, (problem) => !isKept(problem));

const drawing = (task: IgsmTask, wanted: (problem: IgsmProblem) => boolean): IgsmTask => ({
  ...task,
  draw(stream, split) {
    let problem = task.draw(stream, split);
    while (!wanted(problem)) problem = task.draw(stream, split);
    return problem;
  },
});
