import { defineTask, type SequenceTask, type Shortcut } from '../task.js';
import { TaskError } from '../task-error.js';
import {
  completed,
  defaultHeldOut,
  type HeldOutOption,
  requireAll,
  requireChoice,
  requireHeldOut,
  requireIntegers,
} from '../task-options.js';
import { promptAndAnswer } from '../task-sequence.js';
import { lexemes, marks } from './lexer.js';
import { parseQuestion } from './parser.js';
import { depthOf, operationCount, printQuestion, type Question, type SolutionStep, solve, solveInTopologicalOrder } from './question.js';
import { drawQuestion, lettersPerLevel, type QuestionShape } from './sampler.js';
import { edgeRange } from './structure-graph.js';
import { templateOf } from './template.js';

/** Knobs of symbolic i-GSM. */
export interface IgsmOptions extends QuestionShape, HeldOutOption {
  /** The answer alone, or a chain of thought before it. */
  readonly format: 'answerOnly' | 'cot';
}

/** Sizes in the paper's range where it is silent (arXiv:2502.17416, §3.3 and appendix B.3). */
export const igsmDefaults: IgsmOptions = {
  levels: 4,
  minItems: 2,
  maxItems: 4,
  maxEdges: 20,
  modulus: 7,
  maxOperands: 3,
  minOperations: 3,
  maxOperations: 15,
  format: 'answerOnly',
  heldOut: defaultHeldOut,
};

function checkOptions(options: IgsmOptions): void {
  const { levels, minItems, maxItems, maxEdges, modulus, maxOperands, minOperations, maxOperations } = options;
  requireIntegers('symbolic-igsm', { minItems, maxItems, maxEdges, maxOperands }, 1);
  requireIntegers('symbolic-igsm', { levels, modulus }, 2);
  requireIntegers('symbolic-igsm', { minOperations, maxOperations }, 0);
  requireChoice('symbolic-igsm', 'format', options.format, ['answerOnly', 'cot']);
  requireHeldOut('symbolic-igsm', options.heldOut);
  const [fewest] = edgeRange(options);
  const letters = levels * lettersPerLevel(options);
  requireAll('symbolic-igsm', [
    [minItems <= maxItems, `minItems: expected at most maxItems = ${maxItems}, given ${minItems}`],
    [minOperations <= maxOperations, `minOperations: expected at most maxOperations = ${maxOperations}, given ${minOperations}`],
    [
      fewest <= maxEdges,
      `maxEdges: expected at least ${fewest}, as many as items with a parent, given ${maxEdges}; raise it or lower levels`,
    ],
    [letters <= 26, `levels: expected names of at most 26 letters, needed ${letters}; lower levels or maxItems`],
  ]);
}

/** A question as text, its answer, and what is known of it. */
export interface IgsmProblem {
  readonly question: string;
  readonly answer: number;
  /** The parameters that the question needs with their values, each after those it is made of, the query last. */
  readonly solution: readonly SolutionStep[];
  /** Arithmetic operations in the needed definitions. */
  readonly operations: number;
  /** Definitions on the longest way from the query to a constant. */
  readonly depth: number;
  /** Hash of the solution template. */
  readonly template: string;
}

/** Solves a question and records what the problem stores. */
export function problemOf(question: Question, modulus: number): IgsmProblem {
  const solution = solve(question, modulus);
  const needed = solution.map(({ parameter }) => parameter);
  return {
    question: printQuestion(question),
    answer: solution.at(-1)!.value,
    solution,
    operations: operationCount(question, needed),
    depth: depthOf(question),
    template: templateOf(question, needed),
  };
}

/** The chain of thought and the answer: `E#I = 4. E#J = 4. 4` */
export const chainOfThought = ({ solution, answer }: IgsmProblem): string =>
  [...solution.map(({ parameter, value }) => `${parameter} = ${value}.`), answer].join(' ');

/**
 * Symbolic i-GSM: integer parameters on the edges of a hierarchy define each other modulo 7, and the value of one of them is
 * asked for (arXiv:2502.17416, §3.3, after Ye et al., arXiv:2407.20311). Held out are whole solution templates.
 * @throws {TaskError} `argument`
 */
export function symbolicIgsm(options: Partial<IgsmOptions> = {}): SequenceTask<IgsmProblem> {
  const p = completed('symbolic-igsm', igsmDefaults, options);
  checkOptions(p);
  const vocabulary = vocabularyOf(p);
  const tokenOf = new Map(vocabulary.map((text, token) => [text, token]));
  const encode = (text: string): number[] =>
    lexemes(text).map(({ text, position }) => {
      const token = tokenOf.get(text);
      if (token !== undefined) return token;
      throw new TaskError('syntax', `i-GSM text, position ${position}: expected a token of the vocabulary, found ${JSON.stringify(text)}`, {
        position,
      });
    });
  const written = (problem: IgsmProblem): string => (p.format === 'cot' ? chainOfThought(problem) : String(problem.answer));
  const end = p.format === 'cot' ? [tokenOf.get('<eos>')!] : [];
  return defineTask<IgsmProblem>({
    name: 'symbolic-igsm',
    parameters: { ...p },
    vocabulary,
    padding: tokenOf.get('<pad>')!,
    length: longestSequence(p, p.format === 'cot'),
    heldOut: p.heldOut,
    difficulty: 'operations',
    shortcuts: igsmShortcuts((problem, guess) => promptAndAnswer(encode(problem.question), [tokenOf.get(String(guess))!, ...end]).targets),
    sample: (stream) => problemOf(drawQuestion(stream, p), p.modulus),
    canonical: ({ template }) => template,
    difficultyOf: ({ operations }) => operations,
    sequence: (problem) => promptAndAnswer(encode(problem.question), [...encode(written(problem)), ...end]),
    text: (problem) => ({ prompt: problem.question, answer: written(problem) }),
    verify: (problem) => verifyProblem(problem, p.modulus),
  });
}

/** Letters of the items, marks, numbers below the modulus (and the factor 2), the end and the padding. */
function vocabularyOf(p: QuestionShape): string[] {
  const letters = Array.from({ length: p.levels * lettersPerLevel(p) }, (_, item) => String.fromCharCode(65 + item));
  const numbers = Array.from({ length: Math.max(3, p.modulus) }, (_, number) => String(number));
  return [...letters, ...marks, ...numbers, '<eos>', '<pad>'];
}

/** Positions of the longest question and answer: as many edges as there can be, each defined by as many as come before. */
function longestSequence(p: QuestionShape, chainOfThought: boolean): number {
  const [, edges] = edgeRange(p);
  let question = 'E # I ?'.split(' ').length;
  for (let earlier = 0; earlier < edges; earlier++) {
    const operands = Math.min(earlier, p.maxOperands);
    // E#I := 2 * (A#E + A#F). has 3 tokens an operand and a mark between two; without operands there is a constant.
    question += operands === 0 ? 6 : operands === 1 ? 8 : 3 + 1 + 2 + 2 + (4 * operands - 1) + 1;
  }
  // The last token of a sequence is never read; every step of a chain of thought has 6 tokens: E # I = 4 .
  return chainOfThought ? question + 6 * edges + 1 : question;
}

/** Reads the question again and solves it in topological order rather than from the query. */
function verifyProblem(problem: IgsmProblem, modulus: number): void {
  const question = parseQuestion(problem.question);
  const values = solveInTopologicalOrder(question, modulus);
  const wrong = problem.solution.find(({ parameter, value }) => values.get(parameter) !== value);
  const refuse = (what: string, expected: unknown, given: unknown): TaskError =>
    new TaskError('wrong-problem', `symbolic-igsm: expected ${what} ${expected}, given ${given} for ${problem.question}`);
  if (wrong !== undefined) throw refuse(`the value of ${wrong.parameter} to be`, values.get(wrong.parameter), wrong.value);
  if (values.get(question.query) !== problem.answer) throw refuse('the answer', values.get(question.query), problem.answer);
  const expected = problemOf(question, modulus);
  for (const field of ['question', 'operations', 'depth', 'template'] as const) {
    if (expected[field] !== problem[field]) throw refuse(`the ${field}`, expected[field], problem[field]);
  }
  const steps = (solution: IgsmProblem['solution']): string => solution.map(({ parameter }) => parameter).join(', ');
  if (steps(expected.solution) !== steps(problem.solution)) throw refuse('the steps', steps(expected.solution), steps(problem.solution));
}

/** Constant answers, and the value of a definition that is written out. */
function igsmShortcuts(targetsOf: (problem: IgsmProblem, guess: number) => readonly number[]): readonly Shortcut<IgsmProblem>[] {
  const constants = (problem: IgsmProblem): number[] =>
    Array.from(problem.question.matchAll(/:= (\d+)\./g), ([, value]) => Number(value)).sort((a, b) => a - b);
  return [
    { name: 'always 0', guess: (problem) => targetsOf(problem, 0) },
    { name: 'the first constant written', guess: (problem) => targetsOf(problem, Number(/:= (\d+)\./.exec(problem.question)![1])) },
    { name: 'the median constant', guess: (problem) => targetsOf(problem, constants(problem)[Math.floor(constants(problem).length / 2)]!) },
  ];
}
