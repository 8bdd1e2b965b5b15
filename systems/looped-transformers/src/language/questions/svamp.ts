import { z } from 'zod';
import type { RecordOptions } from '../records.js';
import { readJsonItems } from './json-items.js';
import { closedBookPrompt } from './question.js';
import { type QuestionFile, questionsOf } from './question-file.js';

/** The data set has one item of the type "Common-Divison". */
const type = z
  .enum(['Addition', 'Subtraction', 'Multiplication', 'Common-Division', 'Common-Divison'])
  .transform((name) => (name === 'Common-Divison' ? 'Common-Division' : name));

const problem = z.object({
  ID: z.string(),
  Body: z.string().min(1),
  Question: z.string().min(1),
  Equation: z.string(),
  Answer: z.number(),
  Type: type,
});

/** SVAMP's word problems (Patel et al., arXiv:2103.07191), from its JSON file; groups are the types of sum. */
export const readSvamp = (path: string, options: RecordOptions = {}): QuestionFile =>
  questionsOf(readJsonItems(path, '$.*', problem, options), ({ value: { ID, Body, Question, Answer, Type } }) => [
    { id: ID, prompt: closedBookPrompt(storyAndQuestion(Body, Question)), answers: [String(Answer)], group: Type },
  ]);

/** Where the story does not end with a sign, the question goes on with its sentence. */
export const storyAndQuestion = (story: string, question: string): string =>
  `${story.trim()}${/[.,;:!?]$/.test(story.trim()) ? '' : ','} ${question.trim()}`;
