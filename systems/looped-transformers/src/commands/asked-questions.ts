import { TokenizerError } from '@sardonyx/data/tokenizers';
import { BadInputError, type CommandContext } from '@sardonyx/study';
import { z } from 'zod';
import { refusingBadInput } from '../bad-input.js';
import { answeringModel, type AnsweringModel } from '../generation/answering-model.js';
import type { RecordOptions } from '../language/records.js';
import { readAsdiv } from '../language/questions/asdiv.js';
import { evaluateQuestions, measureOf, type QuestionScore, type QuestionScores } from '../language/questions/evaluate-questions.js';
import { fewShotPrompt } from '../language/questions/few-shot.js';
import { readNaturalQuestions, readTriviaQa, readWebQuestions } from '../language/questions/open-domain.js';
import { type QuestionFile, readQuestions } from '../language/questions/question-file.js';
import { leadingSpace, type Question } from '../language/questions/question.js';
import { readCoqa, readDrop, readQuac, readSquad, readTydiQa } from '../language/questions/reading.js';
import { readSvamp } from '../language/questions/svamp.js';
import type { ModelDocument } from '../model/model-document.js';
import { loopedName } from '../model/model.js';

/* Questions of a file, asked of a saved language model. */

const readers = {
  'json-lines': readQuestions,
  asdiv: readAsdiv,
  coqa: readCoqa,
  drop: readDrop,
  'natural-questions': readNaturalQuestions,
  quac: readQuac,
  squad: readSquad,
  svamp: readSvamp,
  'trivia-qa': readTriviaQa,
  'tydi-qa': readTydiQa,
  'web-questions': readWebQuestions,
} satisfies Record<string, (path: string, options?: RecordOptions) => QuestionFile>;

export const questionParameters = {
  questions: z.string().default('').describe('file of questions to ask a language model'),
  questionFormat: z
    .enum(Object.keys(readers) as [keyof typeof readers])
    .optional()
    .describe('of the file; JSON lines with prompt, answer, choices and group by default'),
  measure: z
    .enum(['by-question', 'exact-match', 'token-f1', 'numeric', 'choice'])
    .optional()
    .describe('how answers are judged; by default the likeliest of the choices where there are any, and exact match elsewhere'),
  shots: z
    .int()
    .min(0)
    .optional()
    .describe('first questions of the file that stand solved before every other and are not asked; 0 by default'),
  questionLimit: z.int().min(1).optional().describe('questions to read at most; all by default'),
  maxTokens: z.int().min(1).optional().describe('tokens of a written answer at most; 32 by default, half the positions of a shorter model'),
};
const flags = z.object(questionParameters);
type QuestionFlags = z.output<typeof flags>;

/**
 * Refuses flags that are about questions where there are none, and flags about something else where there are.
 * @throws {BadInputError} `argument`
 */
export function expectQuestionFlags({ questions, ...p }: QuestionFlags, others: Readonly<Record<string, boolean>>): void {
  const { questionFormat, measure, shots, questionLimit, maxTokens } = p;
  const about = { 'question-format': questionFormat, measure, shots, 'question-limit': questionLimit, 'max-tokens': maxTokens };
  const unused =
    questions === '' ? about : Object.fromEntries(Object.entries(others).map(([name, isGiven]) => [name, isGiven || undefined]));
  const [given] = Object.entries(unused).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given === undefined) return;
  const expected = questions === '' ? '--questions beside it' : 'no such flag beside --questions';
  throw new BadInputError(
    'argument',
    `Cannot use ${given}: expected ${expected}, given ${questions === '' ? 'none' : 'both'}; leave it out.`,
  );
}

/**
 * Asks the model all questions of a file, with each number of loops, and prints the mean score of all and of every kind.
 * @throws {BadInputError} before anything is computed, where the file or a question cannot be used with the model
 */
export async function askQuestions(ctx: CommandContext, document: ModelDocument, p: QuestionFlags, allLoops: readonly number[]) {
  const { questionFormat = 'json-lines', measure = 'by-question', shots = 0, maxTokens } = p;
  const limit = p.questionLimit === undefined ? {} : { limit: p.questionLimit };
  const all = await refusingBadInput(() => collected(readers[questionFormat](p.questions, limit)));
  const [examples, asked] = [all.slice(0, shots), all.slice(shots)];
  if (asked.length === 0) {
    const expected = shots > 0 ? `more than ${shots} questions, for so many are examples` : 'questions';
    throw new BadInputError('questions', `Cannot ask ${p.questions}: expected ${expected}, given ${all.length}; give a longer file.`);
  }
  for (const [i, loops] of allLoops.entries()) {
    const model = await refusingBadInput(() => answeringModel(document, { loops, ...(maxTokens !== undefined && { maxTokens }) }));
    try {
      const asking = { path: p.questions, measure, examples, length: document.config.length };
      for (const question of asked) expectAskable(question, model, asking);
      if (i === 0 && !ctx.json)
        ctx.print(`${loopedName(document.config)}, asked ${asked.length} question${asked.length === 1 ? '' : 's'} of ${p.questions}`);
      const onAnswer = (): void => ctx.signal.throwIfAborted();
      printScores(ctx, loops, await evaluateQuestions(asked, model, { measure, examples, onAnswer }), i === 0);
    } finally {
      model.dispose();
    }
  }
}

async function collected(file: QuestionFile): Promise<Question[]> {
  const questions: Question[] = [];
  for await (const question of file) questions.push(question);
  return questions;
}

interface Asking {
  readonly path: string;
  readonly measure: NonNullable<QuestionFlags['measure']>;
  readonly examples: readonly Question[];
  /** Positions of the model. */
  readonly length: number;
}

/** Refuses a question that the tokenizer cannot read, that has nothing to choose from, or a choice that the model has no room for. */
function expectAskable(question: Question, { tokenizer }: AnsweringModel, { path, measure, examples, length }: Asking): void {
  const refusal = (code: string, problem: string, cause?: unknown): BadInputError =>
    new BadInputError(code, `Cannot ask ${path}, question ${question.id}: ${problem}.`, { cause });
  const sizeOf = (text: string): number => {
    try {
      return tokenizer.encode(text).length;
    } catch (cause) {
      if (!(cause instanceof TokenizerError)) throw cause;
      throw refusal(cause.code, cause.message.replace(/^tokenizer, /, '').replace(/\.$/, ''), cause);
    }
  };
  const prompt = fewShotPrompt(examples, question);
  if (sizeOf(prompt) === 0) throw refusal('questions', 'expected a prompt, given an empty one; write one');
  if (measureOf(question, { measure }) !== 'choice') return;
  const { choices = [] } = question;
  if (choices.length === 0) throw refusal('questions', 'expected choices for --measure choice, given none; leave the flag out');
  for (const choice of choices) {
    const size = sizeOf(`${leadingSpace(prompt)}${choice}`);
    if (size > 0 && size <= length) continue;
    const expected = `choices of 1 to ${length} tokens, the model's positions`;
    throw refusal(
      'questions',
      `expected ${expected}, given ${JSON.stringify(choice.slice(0, 40))} of ${size}; change it, or take a longer model`,
    );
  }
}

function printScores(ctx: CommandContext, loops: number, { groups, ...all }: QuestionScores, isFirst: boolean): void {
  const percent = ({ score, standardError, count }: QuestionScore) => ({
    questions: count,
    score: 100 * score,
    standardError: 100 * standardError,
  });
  const kinds = Object.fromEntries(Object.entries(groups).map(([kind, own]) => [kind, percent(own)]));
  if (ctx.json) return ctx.print(JSON.stringify({ loops, ...percent(all), kinds }));
  const rows = Object.entries({ all: percent(all), ...kinds });
  const width = Math.max(4, ...rows.map(([kind]) => kind.length));
  if (isFirst) ctx.print(`loops  ${'kind'.padEnd(width)}  questions    score`);
  for (const [kind, { questions, score, standardError }] of rows) {
    const columns = [String(loops).padStart(5), kind.padEnd(width), String(questions).padStart(9), `${score.toFixed(1).padStart(5)} %`];
    ctx.print(`${columns.join('  ')} ± ${standardError.toFixed(1)}`);
  }
}
