import { z } from 'zod';
import { checkedParameters, defineTask, heldOutParameter, type SequenceTask, type Shortcut } from '../task.js';
import { TaskError } from '../task-error.js';
import { promptAndAnswer } from '../task-sequence.js';
import { lexemes, marks } from './lexer.js';
import { parseQuestion } from './parser.js';
import { depthOf, operationCount, printQuestion, type Question, solve, solveInTopologicalOrder } from './question.js';
import { drawQuestion, lettersPerLevel, type QuestionShape } from './sampler.js';
import { edgeRange } from './structure-graph.js';
import { templateOf } from './template.js';

/** Knobs of symbolic i-GSM (arXiv:2502.17416, §3.3 and appendix B.3); where the paper is silent, sizes in its range. */
export const igsmParameters = z
  .strictObject({
    levels: z.int().min(2).max(6).default(4).describe('levels of the hierarchy of items'),
    minItems: z.int().min(1).max(5).default(2).describe('items of a level, at least'),
    maxItems: z.int().min(1).max(5).default(4).describe('items of a level, at most'),
    maxEdges: z.int().min(1).max(125).default(20).describe('parameters of a question, at most: the edges between the items'),
    modulus: z.int().min(2).max(97).default(7).describe('arithmetic is modulo this'),
    maxOperands: z.int().min(1).max(8).default(3).describe('parameters in one definition, at most'),
    minOperations: z.int().min(0).max(1000).default(3).describe('arithmetic operations that the answer needs, at least'),
    maxOperations: z.int().min(0).max(1000).default(15).describe('arithmetic operations that the answer needs, at most'),
    format: z.enum(['answerOnly', 'cot']).default('answerOnly').describe('the answer alone, or a chain of thought before it'),
    ...heldOutParameter,
  })
  .check(({ value, issues }) => {
    const refuse = (path: string, message: string) => issues.push({ code: 'custom', message, path: [path], input: value });
    if (value.minItems > value.maxItems) refuse('minItems', `expected at most maxItems = ${value.maxItems}, given ${value.minItems}`);
    if (value.minOperations > value.maxOperations) {
      refuse('minOperations', `expected at most maxOperations = ${value.maxOperations}, given ${value.minOperations}`);
    }
    const [fewest] = edgeRange(value);
    if (fewest > value.maxEdges) {
      refuse('maxEdges', `expected at least ${fewest}, as many as items with a parent, given ${value.maxEdges}; raise it or lower levels`);
    }
    const letters = value.levels * lettersPerLevel(value);
    if (letters > 26) refuse('levels', `expected names of at most 26 letters, needed ${letters}; lower levels or maxItems`);
  });
export type IgsmParameters = z.input<typeof igsmParameters>;

const problemSchema = z.object({
  question: z.string(),
  answer: z.int().min(0),
  solution: z.array(z.object({ parameter: z.string(), value: z.int().min(0) })),
  operations: z.int().min(0),
  depth: z.int().min(0),
  template: z.string(),
});

/**
 * A question as text, its answer, and what is known of it: the parameters that it needs with their values, each after
 * those it is made of and the query last; the arithmetic operations among them; the definitions on the longest way from
 * the query to a constant; and the hash of its solution template.
 */
export type IgsmProblem = z.output<typeof problemSchema>;

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
 */
export function symbolicIgsm(parameters: IgsmParameters = {}): SequenceTask<IgsmProblem> {
  const p = checkedParameters('symbolic-igsm', igsmParameters, parameters);
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
    parameters: p,
    vocabulary,
    padding: tokenOf.get('<pad>')!,
    length: longestSequence(p, p.format === 'cot'),
    heldOut: p.heldOut,
    difficulty: 'operations',
    problem: problemSchema,
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
