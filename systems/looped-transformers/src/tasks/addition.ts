import type { RandomStream } from '@sardonyx/data';
import type { SequenceBatch } from '../model/sequence-batch.js';
import { defineTask, type SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import { completed, defaultHeldOut, type HeldOutOption, requireAll, requireHeldOut, requireIntegers } from './task-options.js';
import { packSequences, promptAndAnswer, sequenceBatch, type TaskSequence } from './task-sequence.js';

/** Characters of the addition task: ten digits, plus, equals, end of sequence, padding (arXiv:2502.17416, §4.1). */
export const additionVocabulary = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '=', '<eos>', '<pad>'] as const;
const endOfSequence = additionVocabulary.indexOf('<eos>');
const padding = additionVocabulary.indexOf('<pad>');

/** One sum written out, such as prompt `315+120+045+824=` with answer `1304`. */
export interface AdditionProblem {
  readonly prompt: string;
  readonly answer: string;
}

export interface AdditionTask {
  /** Digits of every operand; operands are written with leading zeros. */
  readonly digits: number;
  /** Numbers of operands that occur in training, drawn uniformly. */
  readonly operands: readonly number[];
}

/** A sum of `operands` numbers uniform on 0 … 10^digits − 1. */
export function drawAddition(stream: RandomStream, operands: number, digits: number): AdditionProblem {
  const numbers = Array.from({ length: operands }, () => stream.integer(10 ** digits));
  return additionOf(numbers, digits);
}

/** The sum of given operands as text; the answer is in ordinary order and without leading zeros. */
export function additionOf(numbers: readonly number[], digits: number): AdditionProblem {
  const largest = 10 ** digits - 1;
  const wrong = numbers.find((number) => !Number.isInteger(number) || number < 0 || number > largest);
  if (wrong !== undefined || numbers.length === 0) {
    throw new TaskError(
      'argument',
      `addition: expected one or more operands from 0 to ${largest}, given ${wrong ?? 'none'}; raise \`digits\` for larger ones`,
    );
  }
  const written = numbers.map((number) => String(number).padStart(digits, '0'));
  return { prompt: `${written.join('+')}=`, answer: String(numbers.reduce((a, b) => a + b, 0)) };
}

/** Token ids of a problem's characters. */
export const encodeAddition = (text: string): number[] =>
  Array.from(text, (character) => {
    const token = (additionVocabulary as readonly string[]).indexOf(character);
    if (token >= 0) return token;
    throw new TaskError(
      'syntax',
      `addition: expected digits, + and =, given ${JSON.stringify(character)} (U+${character.codePointAt(0)!.toString(16).padStart(4, '0')})`,
    );
  });

/** Positions of the longest sequence of `operands` numbers: the prompt and the answer, whose end token is never read. */
export const additionLength = (operands: number, digits: number): number =>
  operands * (digits + 1) + String(operands * (10 ** digits - 1)).length;

/** The prompt, the answer and its end; only the answer and its end are learned and judged. */
const sequenceOf = ({ prompt, answer }: AdditionProblem): TaskSequence =>
  promptAndAnswer(encodeAddition(prompt), [...encodeAddition(answer), endOfSequence]);

/**
 * Problems as one batch; only the answer and its end are learned and judged.
 * @throws {TaskError} `too-long`
 */
export const additionBatch = (problems: readonly AdditionProblem[], length: number): SequenceBatch =>
  sequenceBatch(packSequences(problems.map(sequenceOf), length, padding), length);

/** A training batch: every problem's number of operands is drawn uniformly from the task's. */
export function drawAdditionBatch(stream: RandomStream, task: AdditionTask, size: number, length: number): SequenceBatch {
  const problems = Array.from({ length: size }, () =>
    drawAddition(stream, task.operands[stream.integer(task.operands.length)]!, task.digits),
  );
  return additionBatch(problems, length);
}

/** Knobs of addition. */
export interface AdditionOptions extends HeldOutOption {
  /** Digits of every operand, 1 to 12. */
  readonly digits: number;
  /** Numbers of operands in training, drawn uniformly. */
  readonly operands: readonly number[];
  /** Numbers of operands in validation and test, drawn uniformly; those absent from training are never trained on. */
  readonly evaluateOperands: readonly number[];
}

/** The paper's setting (arXiv:2502.17416, §3.1 and table 1): 24 operands are never trained on. */
export const additionDefaults: AdditionOptions = {
  digits: 3,
  operands: [2, 4, 8, 16, 32],
  evaluateOperands: [8, 16, 24, 32],
  heldOut: defaultHeldOut,
};

/**
 * Sums of n numbers written out, whose answer is written in ordinary order without a chain of thought. Two problems with the
 * same operands in another order count as one, so that no sum of the test was trained on in any order.
 * @throws {TaskError} `argument`
 */
export function additionTask(options: Partial<AdditionOptions> = {}): SequenceTask<AdditionProblem> {
  const p = completed('addition', additionDefaults, options);
  requireIntegers('addition', { digits: p.digits, operands: p.operands, evaluateOperands: p.evaluateOperands }, 1);
  requireAll('addition', [[p.digits <= 12, `digits: expected at most 12, so that sums are exact, given ${p.digits}`]]);
  requireHeldOut('addition', p.heldOut);
  const counts = { train: p.operands, validation: p.evaluateOperands, test: p.evaluateOperands };
  return defineTask<AdditionProblem>({
    name: 'addition',
    parameters: { ...p },
    vocabulary: additionVocabulary,
    padding,
    length: additionLength(Math.max(...p.operands, ...p.evaluateOperands), p.digits),
    heldOut: p.heldOut,
    difficulty: 'operands',
    shortcuts: [{ name: 'the mean sum of as many operands', guess: guessMean }],
    sample: (stream, split) => drawAddition(stream, counts[split][stream.integer(counts[split].length)]!, p.digits),
    canonical: ({ prompt }) => operandsOf(prompt).sort().join('+'),
    difficultyOf: ({ prompt }) => operandsOf(prompt).length,
    sequence: sequenceOf,
    text: (problem) => problem,
    verify: (problem) => verifyAddition(problem, p.digits),
  });
}

/** Operands as written, with their leading zeros. */
const operandsOf = (prompt: string): string[] => prompt.slice(0, -1).split('+');

/** Adds column by column with a carry, as on paper, from the text alone. */
function verifyAddition({ prompt, answer }: AdditionProblem, digits: number): void {
  const operands = operandsOf(prompt);
  if (!prompt.endsWith('=') || operands.some((operand) => operand.length !== digits || /\D/.test(operand))) {
    throw new TaskError('wrong-problem', `addition: expected operands of ${digits} digits joined by + and ended by =, given ${prompt}`);
  }
  let [carry, sum] = [0, ''];
  for (let column = digits - 1; column >= 0; column--) {
    carry += operands.reduce((total, operand) => total + Number(operand[column]), 0);
    sum = `${carry % 10}${sum}`;
    carry = Math.floor(carry / 10);
  }
  const expected = `${carry === 0 ? '' : carry}${sum}`.replace(/^0+(?=.)/, '');
  if (answer === expected) return;
  throw new TaskError('wrong-problem', `addition: expected the sum ${expected}, given ${answer} for ${prompt}`);
}

/** Answers with n times the mean operand, rounded down: the most frequent sum or next to it. */
function guessMean(problem: AdditionProblem): readonly number[] {
  const operands = operandsOf(problem.prompt);
  const mean = (10 ** operands[0]!.length - 1) / 2;
  const guess = sequenceOf({ prompt: problem.prompt, answer: String(Math.floor(operands.length * mean)) }).targets;
  const { length } = sequenceOf(problem).targets;
  return Array.from({ length }, (_, position) => guess[position] ?? padding);
}
