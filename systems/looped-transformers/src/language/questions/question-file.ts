import { z } from 'zod';
import { writeAtomically } from '@sardonyx/tensor/atomic-write';
import { readJsonLines } from '../json-lines.js';
import type { FileRecord, FileRecords, RecordOptions } from '../records.js';
import type { Question } from './question.js';

/** The questions of a file, one by one; `skipped` counts records that were passed over, once all were taken. */
export interface QuestionFile extends AsyncIterable<Question> {
  readonly skipped: number;
}

/** The questions that each record of a file makes. */
export function questionsOf<T>(records: FileRecords<T>, of: (record: FileRecord<T>) => Iterable<Question>, limit = Infinity): QuestionFile {
  return {
    get skipped() {
      return records.skipped;
    },
    async *[Symbol.asyncIterator]() {
      let taken = 0;
      for await (const record of records) {
        for (const question of of(record)) {
          if (taken >= limit) return;
          yield question;
          taken += 1;
        }
      }
    },
  };
}

const answer = z.union([z.string(), z.number(), z.array(z.string()).min(1)]);

const line = z
  .object({
    id: z.string().optional(),
    prompt: z.string().min(1),
    choices: z.array(z.string()).min(2).optional(),
    answer,
    group: z.string().optional(),
  })
  .superRefine(({ choices, answer }, context) => {
    if (choices === undefined || rightAnswers(answer, choices).every((text) => choices.includes(text))) return;
    context.addIssue({ code: 'custom', path: ['answer'], message: 'expected one of the choices, or the number of one from 0' });
  });

/** Beside choices a whole number is the place of the right one, from 0. */
function rightAnswers(answer: string | number | readonly string[], choices: readonly string[] | undefined): readonly string[] {
  if (typeof answer === 'string') return [answer];
  if (typeof answer === 'number') return [choices === undefined ? String(answer) : (choices[answer] ?? '')];
  return answer;
}

/**
 * Questions from JSON lines: `prompt`, `answer` (a text, a number or several texts), and where there are any `choices`, `id`
 * and `group`. Beside choices, `answer` may be the place of the right one, from 0.
 * @throws {LanguageDataError} while iterating, `bad-record` with line and field
 */
export const readQuestions = (path: string, options: RecordOptions = {}): QuestionFile =>
  questionsOf(readJsonLines(path, line, options), ({ place, value: { id = place, prompt, choices, answer, group } }) => [
    {
      id,
      prompt,
      answers: rightAnswers(answer, choices) as Question['answers'],
      ...(choices && { choices }),
      ...(group !== undefined && { group }),
    },
  ]);

/** Writes what {@link readQuestions} reads; the file appears complete or not at all. */
export async function writeQuestions(path: string, questions: readonly Question[]): Promise<void> {
  const lines = questions.map(
    ({ answers, ...rest }) => `${JSON.stringify({ ...rest, answer: answers.length === 1 ? answers[0] : answers })}\n`,
  );
  await writeAtomically(path, [Buffer.from(lines.join(''))]);
}
