import type { RandomStream } from '@sardonyx/data';
import { drawWithoutRepetition, shuffled } from './random-order.js';
import { splitOf } from './split.js';
import { defineTask, type SequenceTask } from './task.js';
import { TaskError } from './task-error.js';
import {
  completed,
  defaultHeldOut,
  type HeldOutOption,
  requireAll,
  requireChoice,
  requireHeldOut,
  requireIntegers,
} from './task-options.js';
import { promptAndAnswer } from './task-sequence.js';

/** Knobs of variable assignment. */
export interface VariableAssignmentOptions extends HeldOutOption {
  /** Copies between the number and the variable asked for: b=2 is 0 deep, d=b is 1 deep. */
  readonly depth: number;
  /** Chains of so many copies; one is asked for, the others distract. */
  readonly chains: number;
  /** Further numbers that nothing copies. */
  readonly extraVariables: number;
  /** Numbers are from 0 to this, all different. */
  readonly largestValue: number;
  /** a, b, c, … in the order of the assignments, or random letters. */
  readonly names: 'ordered' | 'random';
  /** All numbers, then all first copies, and so on; or any order in which nothing is used before it is assigned. */
  readonly order: 'layers' | 'shuffled';
  /** `a=1, b=a, b=?` or lines of a program that `print(b)`. */
  readonly form: 'math' | 'code';
  /** Solved questions before the one that is asked; always of the training split. */
  readonly shots: number;
}

/** The depth-1 primitive of arXiv:2502.17416, §4 and appendix A.3, with two more chains than its example. */
export const variableAssignmentDefaults: VariableAssignmentOptions = {
  depth: 1,
  chains: 4,
  extraVariables: 0,
  largestValue: 9,
  names: 'ordered',
  order: 'layers',
  form: 'math',
  shots: 0,
  heldOut: defaultHeldOut,
};

function checkOptions({
  depth,
  chains,
  extraVariables,
  largestValue,
  names,
  order,
  form,
  shots,
  heldOut,
}: VariableAssignmentOptions): void {
  const task = 'variable-assignment';
  requireIntegers(task, { depth, extraVariables, largestValue, shots }, 0);
  requireIntegers(task, { chains }, 1);
  requireChoice(task, 'names', names, ['ordered', 'random']);
  requireChoice(task, 'order', order, ['layers', 'shuffled']);
  requireChoice(task, 'form', form, ['math', 'code']);
  requireHeldOut(task, heldOut);
  const variables = chains * (depth + 1) + extraVariables;
  const numbers = chains + extraVariables;
  requireAll(task, [
    [variables <= 26, `chains: expected at most 26 variables, given ${variables}; lower chains, depth or extraVariables`],
    [numbers <= largestValue + 1, `largestValue: expected ${numbers} different numbers from 0 to ${largestValue}; raise it`],
  ]);
}

/** A question such as `a=1, b=2, c=a, d=b, d=?` and its answer. */
export interface SolvedQuestion {
  readonly question: string;
  readonly answer: string;
}

/** A question, and solved ones to show first. */
export interface VariableAssignmentProblem extends SolvedQuestion {
  readonly shots: readonly SolvedQuestion[];
}

const vocabulary = [...'abcdefghijklmnopqrstuvwxyz0123456789=,? ()\n', '<pad>'];

/**
 * Follow copies back to a number: the reasoning primitive of arXiv:2502.17416, §4.
 * @throws {TaskError} `argument`
 */
export function variableAssignment(options: Partial<VariableAssignmentOptions> = {}): SequenceTask<VariableAssignmentProblem> {
  const p = completed('variable-assignment', variableAssignmentDefaults, options);
  checkOptions(p);
  const text = ({ shots, question, answer }: VariableAssignmentProblem) => ({
    prompt: shots.map((shot) => written(shot, p.form)).join('') + question,
    answer,
  });
  const sequenceOf = (problem: VariableAssignmentProblem, answer: string) =>
    promptAndAnswer(encode(`${text(problem).prompt}${separator(p.form)}`), encode(`${answer}\n`));
  return defineTask<VariableAssignmentProblem>({
    name: 'variable-assignment',
    parameters: { ...p },
    vocabulary,
    padding: vocabulary.indexOf('<pad>'),
    length: longestSequence(p),
    heldOut: p.heldOut,
    difficulty: 'depth',
    shortcuts: [
      { name: 'the first number', guess: (problem) => sequenceOf(problem, /=(\d+)/.exec(problem.question)![1]!).targets },
      { name: 'the last number', guess: (problem) => sequenceOf(problem, problem.question.match(/\d+/g)!.at(-1)!).targets },
    ],
    sample(stream) {
      const problem = drawQuestion(stream, p);
      return { ...problem, shots: Array.from({ length: p.shots }, () => drawShot(stream, p, problem)) };
    },
    canonical,
    difficultyOf: ({ question }) => depthOf(question),
    sequence: (problem) => sequenceOf(problem, problem.answer),
    text,
    verify(problem) {
      for (const { question, answer } of [problem, ...problem.shots]) {
        const expected = runProgram(question);
        if (answer === expected) continue;
        throw new TaskError(
          'wrong-problem',
          `variable-assignment: expected the answer ${expected}, given ${answer} for ${JSON.stringify(question)}`,
        );
      }
      const leaked = p.heldOut > 0 ? problem.shots.find((shot) => splitOf(canonical(shot), p.heldOut) !== 'train') : undefined;
      if (leaked === undefined) return;
      throw new TaskError('wrong-problem', `variable-assignment: expected shots of training, given ${JSON.stringify(leaked.question)}`);
    },
  });
}

/** What stands between a question and its answer. */
const separator = (form: VariableAssignmentOptions['form']): string => (form === 'math' ? ' ' : '\n');

/** A solved question with what separates it from the next. */
const written = ({ question, answer }: SolvedQuestion, form: VariableAssignmentOptions['form']): string =>
  `${question}${separator(form)}${answer}\n${form === 'code' ? '\n' : ''}`;

const encode = (text: string): number[] =>
  Array.from(text, (character) => {
    const token = vocabulary.indexOf(character);
    if (token >= 0) return token;
    throw new TaskError('syntax', `variable-assignment: expected letters, digits and =,? (), given ${JSON.stringify(character)}`);
  });

/** `name=value` in order, then the question. */
function drawQuestion(stream: RandomStream, p: VariableAssignmentOptions): SolvedQuestion {
  const { chains, depth, extraVariables } = p;
  const numbers = distinctNumbers(stream, chains + extraVariables, p.largestValue);
  // A variable is a chain and its place in it; every layer of copies lists the chains in another order.
  const layers = Array.from({ length: depth + 1 }, (_, place) =>
    shuffled(
      stream,
      Array.from({ length: chains + (place === 0 ? extraVariables : 0) }, (_, chain) => ({ chain, place })),
    ),
  );
  const assignments = p.order === 'layers' ? layers.flat() : interleaved(stream, layers.flat());
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
  const names = p.names === 'ordered' ? letters : shuffled(stream, letters);
  const nameOf = (chain: number, place: number): string =>
    names[assignments.findIndex((other) => other.chain === chain && other.place === place)]!;
  const lines = assignments.map(({ chain, place }) => `${nameOf(chain, place)}=${place === 0 ? numbers[chain] : nameOf(chain, place - 1)}`);
  const asked = stream.integer(chains);
  const query = nameOf(asked, depth);
  const question = p.form === 'math' ? [...lines, `${query}=?`].join(', ') : [...lines, `print(${query})`].join('\n');
  return { question, answer: String(numbers[asked]) };
}

/** A random order in which every place of a chain comes after the one before it: the chains in a random order of turns. */
function interleaved<T extends { readonly chain: number; readonly place: number }>(stream: RandomStream, variables: readonly T[]): T[] {
  const turns = shuffled(
    stream,
    variables.map(({ chain }) => chain),
  );
  const next = new Map<number, number>();
  return turns.map((chain) => {
    const place = next.get(chain) ?? 0;
    next.set(chain, place + 1);
    return variables.find((variable) => variable.chain === chain && variable.place === place)!;
  });
}

const distinctNumbers = (stream: RandomStream, count: number, largest: number): number[] =>
  drawWithoutRepetition(
    stream,
    Array.from({ length: largest + 1 }, (_, number) => number),
    count,
  );

/** A question of the training split other than the one that is asked. */
function drawShot(stream: RandomStream, p: VariableAssignmentOptions, asked: SolvedQuestion): SolvedQuestion {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const shot = drawQuestion(stream, p);
    const form = canonical(shot);
    if (form !== canonical(asked) && (p.heldOut === 0 || splitOf(form, p.heldOut) === 'train')) return shot;
  }
  throw new TaskError(
    'exhausted',
    'variable-assignment: expected a question of training for the prompt, found none; raise chains or largestValue',
  );
}

/** The assignments and what is asked, whatever the form. */
const statements = (question: string): string[] => question.split(/, |\n/);

/** The question with its variables renamed in the order of their first occurrence, in the form of mathematics. */
function canonical({ question }: SolvedQuestion): string {
  const names = new Map<string, string>();
  const rename = (name: string): string => {
    if (!names.has(name)) names.set(name, String.fromCharCode(97 + names.size));
    return names.get(name)!;
  };
  return statements(question)
    .map((line) => line.replace(/^print\((.)\)$/, '$1=?').replaceAll(/[a-z]/g, rename))
    .join(', ');
}

/** Runs the assignments one after the other and answers with what is asked. */
function runProgram(question: string): string {
  const values = new Map<string, string>();
  const read = (name: string): string => {
    const value = values.get(name);
    if (value !== undefined) return value;
    throw new TaskError(
      'undefined-parameter',
      `variable-assignment: expected ${name} to be assigned before it is used in ${JSON.stringify(question)}`,
    );
  };
  for (const line of statements(question)) {
    const asked = /^(?:([a-z])=\?|print\(([a-z])\))$/.exec(line);
    if (asked !== null) return read(asked[1] ?? asked[2]!);
    const [, name, value] = /^([a-z])=([a-z]|\d+)$/.exec(line) ?? [];
    if (name === undefined) {
      throw new TaskError('syntax', `variable-assignment: expected "a=1", "a=b", "a=?" or "print(a)", given ${JSON.stringify(line)}`);
    }
    values.set(name, /\d/.test(value!) ? value! : read(value!));
  }
  throw new TaskError('syntax', `variable-assignment: expected a question at the end of ${JSON.stringify(question)}`);
}

/** Copies between the variable asked for and its number. */
function depthOf(question: string): number {
  const lines = statements(question);
  const sources = new Map(lines.slice(0, -1).map((line) => line.split('=') as [string, string]));
  let depth = -1;
  for (let name = lines.at(-1)!.replace(/^print\(|[=?)]/g, ''); sources.has(name); name = sources.get(name)!) depth += 1;
  return depth;
}

function longestSequence({ depth, chains, extraVariables, largestValue, form, shots }: VariableAssignmentOptions): number {
  const digits = String(largestValue).length;
  const between = form === 'math' ? 2 : 1;
  const question = (chains + extraVariables) * (2 + digits + between) + chains * depth * (3 + between) + (form === 'math' ? 3 : 8);
  const shot = question + 1 + digits + (form === 'math' ? 1 : 2);
  // The line end after the answer is never read.
  return shots * shot + question + 1 + digits;
}
