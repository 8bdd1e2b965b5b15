import type { RandomStream } from '@sardonyx/data';
import { tensor } from '@sardonyx/tensor';
import type { SequenceBatch } from '../sequence-batch.js';

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
    throw new RangeError(
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
    throw new RangeError(
      `addition: expected digits, + and =, given ${JSON.stringify(character)} (U+${character.codePointAt(0)!.toString(16).padStart(4, '0')})`,
    );
  });

/** Positions of the longest sequence of `operands` numbers: the prompt and the answer, whose end token is never read. */
export const additionLength = (operands: number, digits: number): number =>
  operands * (digits + 1) + String(operands * (10 ** digits - 1)).length;

/** Problems as one batch; only the answer and its end are learned and judged. */
export function additionBatch(problems: readonly AdditionProblem[], length: number): SequenceBatch {
  const size = problems.length * length;
  const tokens = new Int32Array(size).fill(padding);
  const targets = new Int32Array(size).fill(padding);
  const weights = new Float32Array(size);
  problems.forEach(({ prompt, answer }, row) => {
    const sequence = [...encodeAddition(prompt + answer), endOfSequence];
    if (sequence.length - 1 > length) {
      throw new RangeError(
        `addition: a sequence of ${sequence.length - 1} positions does not fit a model of length ${length}; use fewer operands or a longer model`,
      );
    }
    for (let i = 0; i < sequence.length - 1; i++) {
      tokens[row * length + i] = sequence[i]!;
      targets[row * length + i] = sequence[i + 1]!;
      weights[row * length + i] = i >= prompt.length - 1 ? 1 : 0;
    }
  });
  const shape = [problems.length, length];
  return { tokens: tensor(tokens, shape), targets: tensor(targets, shape), weights: tensor(weights, shape) };
}

/** A training batch: every problem's number of operands is drawn uniformly from the task's. */
export function drawAdditionBatch(stream: RandomStream, task: AdditionTask, size: number, length: number): SequenceBatch {
  const problems = Array.from({ length: size }, () =>
    drawAddition(stream, task.operands[stream.integer(task.operands.length)]!, task.digits),
  );
  return additionBatch(problems, length);
}
