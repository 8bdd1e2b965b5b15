import { z } from 'zod';
import { readJsonLines } from '../json-lines.js';
import type { RecordOptions } from '../records.js';
import { readJsonItems } from './json-items.js';
import { closedBookPrompt, type Question } from './question.js';
import { type QuestionFile, questionsOf } from './question-file.js';

/* Questions without a passage, which only memory answers. */

const triviaItem = z.object({
  QuestionId: z.string(),
  Question: z.string().min(1),
  Answer: z.object({ Value: z.string().min(1), Aliases: z.array(z.string()).default([]) }),
});

/** TriviaQA (Joshi et al., arXiv:1705.03551): `{"Data": [{"QuestionId", "Question", "Answer": {"Value", "Aliases"}}]}`. */
export const readTriviaQa = (path: string, options: RecordOptions = {}): QuestionFile =>
  questionsOf(readJsonItems(path, '$.Data.*', triviaItem, options), ({ value: { QuestionId, Question, Answer } }) => [
    question(QuestionId, Question, [Answer.Value, ...Answer.Aliases.filter((alias) => alias !== Answer.Value)]),
  ]);

const naturalItem = z.object({ question: z.string().min(1), answer: z.array(z.string()).min(1) });

/** Natural Questions in its open form (Lee et al., arXiv:1906.00300): JSON lines of `{"question", "answer": […]}`. */
export const readNaturalQuestions = (path: string, options: RecordOptions = {}): QuestionFile =>
  questionsOf(readJsonLines(path, naturalItem, options), ({ place, value }) => [question(place, value.question, value.answer)]);

const webItem = z.object({
  utterance: z.string().min(1),
  targetValue: z.string().transform(descriptions).pipe(z.array(z.string()).min(1)),
});

/** WebQuestions (Berant et al., EMNLP 2013): `[{"utterance", "targetValue": "(list (description \"…\") …)"}]`. */
export const readWebQuestions = (path: string, options: RecordOptions = {}): QuestionFile =>
  questionsOf(readJsonItems(path, '$.*', webItem, options), ({ place, value }) => [question(place, value.utterance, value.targetValue)]);

/** The texts of `(list (description "Jaxon B") (description Jazmyn))`. */
function descriptions(value: string): string[] {
  const found = value.matchAll(/\(description\s+(?:"((?:[^"\\]|\\.)*)"|([^()\s]+))\)/g);
  return Array.from(found, ([, quoted, plain]) => (quoted === undefined ? plain! : quoted.replace(/\\(.)/g, '$1')));
}

const question = (id: string, text: string, answers: readonly string[]): Question => ({
  id,
  prompt: closedBookPrompt(text),
  answers: answers as Question['answers'],
});
