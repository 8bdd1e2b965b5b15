import { LanguageDataError } from '../language-data-error.js';
import { exactMatch, numericMatch, tokenF1 } from './answer-scores.js';
import { fewShotPrompt } from './few-shot.js';
import { type LanguageModel, leadingSpace, type Question } from './question.js';

/** How an answer is judged; `choice` takes the likeliest of the choices, the others what the model writes. */
export type AnswerMeasure = 'exact-match' | 'token-f1' | 'numeric' | 'choice';

/** What ends an answer where nothing else is said. */
export const endOfAnswer = '\n';

export interface QuestionOptions {
  /** `by-question`: `choice` where a question has choices, `exact-match` elsewhere. */
  readonly measure: AnswerMeasure | 'by-question';
  /** Solved examples before every question; none of them should be asked. */
  readonly examples?: readonly Question[];
  /** What ends an answer; a new line by default. */
  readonly stop?: string;
  /** Divides the log-likelihood of a choice by its length in characters, so that long ones have a chance; false by default. */
  readonly perCharacter?: boolean;
  readonly onAnswer?: (answer: JudgedAnswer) => void;
}

export interface JudgedAnswer {
  readonly question: Question;
  readonly given: string;
  /** From 0 to 1. */
  readonly score: number;
}

export interface QuestionScore {
  /** Mean score, from 0 to 1. */
  readonly score: number;
  /** Standard error of the mean. */
  readonly standardError: number;
  readonly count: number;
}

export interface QuestionScores extends QuestionScore {
  /** The same for every group of questions. */
  readonly groups: Readonly<Record<string, QuestionScore>>;
}

/**
 * Asks a model questions, one after the other, and scores its answers; of several right answers the best score counts.
 * @throws {LanguageDataError} `too-small` without questions; `bad-record` for `choice` where a question has no choices
 */
export async function evaluateQuestions(
  questions: Iterable<Question> | AsyncIterable<Question>,
  model: LanguageModel,
  options: QuestionOptions,
): Promise<QuestionScores> {
  const scores: number[] = [];
  const groups = new Map<string, number[]>();
  for await (const question of questions) {
    const measure = measureOf(question, options);
    const given = measure === 'choice' ? await choose(question, model, options) : await write(question, model, options);
    const score = scoreAnswer(given, question, measure);
    options.onAnswer?.({ question, given, score });
    scores.push(score);
    const group = question.group ?? '';
    groups.set(group, [...(groups.get(group) ?? []), score]);
  }
  if (scores.length === 0) {
    throw new LanguageDataError('too-small', 'evaluation set', 'a question or more', 'none', 'check the file and its limit');
  }
  groups.delete('');
  return { ...summary(scores), groups: Object.fromEntries([...groups].map(([name, own]) => [name, summary(own)])) };
}

/** How the answer to a question is judged. */
export function measureOf({ choices }: Question, { measure }: Pick<QuestionOptions, 'measure'>): AnswerMeasure {
  if (measure !== 'by-question') return measure;
  return choices === undefined ? 'exact-match' : 'choice';
}

/** The best score of an answer against all that count as right. */
export function scoreAnswer(given: string, { answers }: Question, measure: AnswerMeasure): number {
  const compare = { 'exact-match': exactMatch, 'token-f1': tokenF1, numeric: numericMatch, choice: identical }[measure];
  return Math.max(...answers.map((answer) => compare(given, answer)));
}

const identical = (given: string, expected: string): number => Number(given === expected);

async function write(question: Question, model: LanguageModel, { examples = [], stop = endOfAnswer }: QuestionOptions): Promise<string> {
  const prompt = fewShotPrompt(examples, question);
  const text = (await model.complete(prompt)).trimStart();
  const end = text.indexOf(stop);
  return (end === -1 ? text : text.slice(0, end)).trim();
}

async function choose(question: Question, model: LanguageModel, { examples = [], perCharacter = false }: QuestionOptions): Promise<string> {
  const { choices = [] } = question;
  if (choices.length === 0) {
    throw new LanguageDataError('bad-record', `question ${question.id}`, 'choices', 'none', 'judge it by what the model writes');
  }
  const prompt = fewShotPrompt(examples, question);
  let [best, most] = [choices[0]!, -Infinity];
  for (const choice of choices) {
    const likelihood = await model.logLikelihood(prompt, `${leadingSpace(prompt)}${choice}`);
    const compared = perCharacter ? likelihood / Math.max(1, choice.length) : likelihood;
    if (compared > most) [best, most] = [choice, compared];
  }
  return best;
}

function summary(scores: readonly number[]): QuestionScore {
  const count = scores.length;
  const score = scores.reduce((a, b) => a + b, 0) / count;
  const variance = scores.reduce((sum, x) => sum + (x - score) ** 2, 0) / Math.max(1, count - 1);
  return { score, standardError: Math.sqrt(variance / count), count };
}
