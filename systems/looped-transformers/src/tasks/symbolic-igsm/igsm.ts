import type { RandomStream } from '@sardonyx/data';
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
import { splitOf } from '../split.js';
import { promptAndAnswer, type TaskSequence, unsupervised } from '../task-sequence.js';
import { type Notation, notations, questionTokens } from './notation.js';
import { parseQuestion } from './parser.js';
import { depthOf, operationCount, printQuestion, type Question, type SolutionStep, solve, solveInTopologicalOrder } from './question.js';
import { drawQuestion, formulaForms, lettersPerLevel, type QuestionShape } from './sampler.js';
import { shuffled } from '../random-order.js';
import { edgeRange } from './structure-graph.js';
import { templateOf } from './template.js';

/** Knobs of symbolic i-GSM. */
export interface IgsmOptions extends QuestionShape, HeldOutOption {
  /** The answer alone, or a chain of thought before it. */
  readonly format: 'answerOnly' | 'cot';
  readonly notation: Notation;
  /** Training asks for the query, or for every parameter in turn; validation and test always ask for the query alone. */
  readonly supervise: 'last' | 'dense';
}

/** Sizes in the paper's range where it is silent (arXiv:2502.17416, §3.3 and appendix B.3). */
export const igsmDefaults: IgsmOptions = {
  levels: 4,
  minItems: 2,
  maxItems: 4,
  maxEdges: 20,
  modulus: 7,
  constants: 0,
  maxOperands: 3,
  minOperations: 3,
  maxOperations: 15,
  forms: formulaForms,
  statements: 'shuffled',
  format: 'answerOnly',
  notation: 'text',
  supervise: 'last',
  heldOut: defaultHeldOut,
};

function checkOptions(options: IgsmOptions): void {
  const { levels, minItems, maxItems, maxEdges, modulus, maxOperands, minOperations, maxOperations } = options;
  requireIntegers('symbolic-igsm', { minItems, maxItems, maxEdges }, 1);
  requireIntegers('symbolic-igsm', { levels, modulus }, 2);
  requireIntegers('symbolic-igsm', { maxOperands, minOperations, maxOperations }, 0);
  for (const form of options.forms) requireChoice('symbolic-igsm', 'forms', form, formulaForms);
  requireChoice('symbolic-igsm', 'statements', options.statements, ['shuffled', 'ordered']);
  requireChoice('symbolic-igsm', 'format', options.format, ['answerOnly', 'cot']);
  requireChoice('symbolic-igsm', 'notation', options.notation, notations);
  requireChoice('symbolic-igsm', 'supervise', options.supervise, ['last', 'dense']);
  requireHeldOut('symbolic-igsm', options.heldOut);
  const [fewest] = edgeRange(options);
  const letters = levels * lettersPerLevel(options);
  requireAll('symbolic-igsm', [
    [options.forms.includes('sum'), `forms: expected sum among them, given ${options.forms.join(', ') || 'none'}`],
    [options.constants >= 0 && options.constants < 1, `constants: expected a share from 0 to below 1, given ${options.constants}`],
    [minItems <= maxItems, `minItems: expected at most maxItems = ${maxItems}, given ${minItems}`],
    [minOperations <= maxOperations, `minOperations: expected at most maxOperations = ${maxOperations}, given ${minOperations}`],
    [
      fewest <= maxEdges,
      `maxEdges: expected at least ${fewest}, as many as items with a parent, given ${maxEdges}; raise it or lower levels`,
    ],
    [
      options.supervise === 'last' || options.format === 'answerOnly',
      'supervise: expected last with a chain of thought, whose every token is learned, given dense',
    ],
    [
      options.notation === 'text' || options.format === 'answerOnly',
      'notation: expected text with a chain of thought, whose steps need their points, given compact',
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
  /** What training asks for after the query under dense supervision, with the values. */
  readonly further: readonly SolutionStep[];
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
    further: [],
  };
}

/**
 * All parameters but the query, in a random order, with their values. Those whose own template is held out are left out, so
 * that training never learns the answer to a question of validation or test.
 */
function furtherQuestions(stream: RandomStream, { definitions, query }: Question, { modulus, heldOut }: IgsmOptions): SolutionStep[] {
  const others = [...definitions.keys()].filter((name) => name !== query);
  return shuffled(stream, others).flatMap((name) => {
    const { answer, template } = problemOf({ definitions, query: name }, modulus);
    return heldOut > 0 && splitOf(template, heldOut) !== 'train' ? [] : [{ parameter: name, value: answer }];
  });
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
  const { vocabulary, encode, encodeFurther, longest } = questionTokens(p, p.notation);
  const [, edges] = edgeRange(p);
  const written = (problem: IgsmProblem): string => (p.format === 'cot' ? chainOfThought(problem) : String(problem.answer));
  const end = p.format === 'cot' ? [vocabulary.indexOf('<eos>')] : [];
  /** The targets are what the guess says of every question. */
  const sequenceOf = (problem: IgsmProblem, answer: string, valueOf: (step: SolutionStep) => number): TaskSequence => {
    const asked = promptAndAnswer(encode(problem.question), [...encode(answer), ...end]);
    const further = problem.further.map((step) => ({ tokens: encodeFurther(step.parameter), value: encode(String(valueOf(step))) }));
    return {
      tokens: [...asked.tokens, ...further.flatMap(({ tokens }) => tokens)],
      targets: [...asked.targets, ...further.flatMap(({ tokens, value }) => [...tokens.slice(1).map(() => unsupervised), ...value])],
    };
  };
  return defineTask<IgsmProblem>({
    name: 'symbolic-igsm',
    parameters: { ...p },
    vocabulary,
    padding: vocabulary.indexOf('<pad>'),
    // The last token of a sequence is never read; every step of a chain of thought has 6 tokens: E # I = 4 .
    length: longest.question + (p.format === 'cot' ? 6 * edges + 1 : p.supervise === 'dense' ? longest.further * (edges - 1) : 0),
    heldOut: p.heldOut,
    difficulty: 'operations',
    shortcuts: igsmShortcuts(p.modulus, (problem, guess) => sequenceOf(problem, String(guess), () => guess).targets),
    sample(stream, split) {
      const question = drawQuestion(stream, p);
      const problem = problemOf(question, p.modulus);
      return p.supervise === 'dense' && split === 'train' ? { ...problem, further: furtherQuestions(stream, question, p) } : problem;
    },
    canonical: ({ template }) => template,
    difficultyOf: ({ operations }) => operations,
    sequence: (problem) => sequenceOf(problem, written(problem), ({ value }) => value),
    text: (problem) => ({ prompt: problem.question, answer: written(problem) }),
    verify: (problem) => verifyProblem(problem, p),
  });
}

/** Reads the question again and solves it in topological order rather than from the query. */
function verifyProblem(problem: IgsmProblem, { modulus, heldOut }: IgsmOptions): void {
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
  for (const { parameter, value } of problem.further) {
    const { answer, template } = problemOf({ ...question, query: parameter }, modulus);
    if (answer !== value) throw refuse(`the value of ${parameter} to be`, answer, value);
    const split = splitOf(template, heldOut);
    if (split !== 'train') throw refuse(`further questions of training, asking for ${parameter}`, 'train', split);
  }
}

/** A constant answer, a constant that is written out, and constants added up without a look at who uses them. */
function igsmShortcuts(
  modulus: number,
  targetsOf: (problem: IgsmProblem, guess: number) => readonly number[],
): readonly Shortcut<IgsmProblem>[] {
  const written = ({ question }: IgsmProblem): number[] => Array.from(question.matchAll(/:= (\d+)\./g), ([, value]) => Number(value));
  const added = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) % modulus;
  const rules: readonly (readonly [name: string, guess: (constants: readonly number[]) => number])[] = [
    ['always 0', () => 0],
    ['the first constant written', (constants) => constants[0]!],
    ['the median constant', (constants) => [...constants].sort((a, b) => a - b)[Math.floor(constants.length / 2)]!],
    ['the first two constants added', (constants) => added(constants.slice(0, 2))],
    ['all constants added', added],
  ];
  return rules.map(([name, guess]) => ({ name, guess: (problem) => targetsOf(problem, guess(written(problem))) }));
}
