import { z } from 'zod';
import type { RecordOptions } from '../records.js';
import { readJsonItems } from './json-items.js';
import { closedBookPrompt, openBookPrompt, type Question, unanswerable } from './question.js';
import { type QuestionFile, questionsOf } from './question-file.js';

/* Questions about a passage that stands in the prompt. Items of these files are whole articles or passages: `limit` counts questions. */

const distinct = (texts: readonly string[]): Question['answers'] => [...new Set(texts)] as unknown as Question['answers'];

const article = z.object({
  paragraphs: z.array(
    z.object({
      context: z.string().min(1),
      qas: z.array(
        z.object({
          id: z.union([z.string(), z.number()]).transform(String),
          question: z.string().min(1),
          is_impossible: z.boolean().default(false),
          answers: z.array(z.object({ text: z.string() })).default([]),
        }),
      ),
    }),
  ),
});
type Paragraph = z.output<typeof article>['paragraphs'][number];

const articles = (path: string, options: RecordOptions, of: (paragraph: Paragraph) => Question[]): QuestionFile => {
  const { limit, ...rest } = options;
  return questionsOf(readJsonItems(path, '$.data.*', article, rest), ({ value }) => value.paragraphs.flatMap(of), limit);
};

/** SQuAD's answers; none where the passage does not answer. */
const answersOf = ({ answers, is_impossible: impossible }: Paragraph['qas'][number]): Question['answers'] =>
  impossible || answers.length === 0 ? [unanswerable] : distinct(answers.map(({ text }) => text));

/** SQuAD 1 and 2 (Rajpurkar et al., arXiv:1806.03822); what cannot be answered has the answer `unanswerable`. */
export const readSquad = (path: string, options: RecordOptions = {}): QuestionFile =>
  articles(path, options, ({ context, qas }) =>
    qas.map((qa) => ({ id: qa.id, prompt: openBookPrompt(context, qa.question), answers: answersOf(qa) })),
  );

/**
 * TyDi QA's gold passages (Clark et al., arXiv:2003.05002), in SQuAD's layout; groups are the languages, which ids start
 * with. Without `context` the same questions are closed-book.
 */
export const readTydiQa = (path: string, options: RecordOptions & { readonly context?: boolean } = {}): QuestionFile => {
  const { context: withContext = true, ...rest } = options;
  return articles(path, rest, ({ context, qas }) =>
    qas.map((qa) => ({
      id: qa.id,
      prompt: withContext ? openBookPrompt(context, qa.question) : closedBookPrompt(qa.question),
      answers: answersOf(qa),
      ...(qa.id.includes('-') && { group: qa.id.slice(0, qa.id.indexOf('-')) }),
    })),
  );
};

/** QuAC (Choi et al., arXiv:1808.07036): each question after those before it and their answers. */
export const readQuac = (path: string, options: RecordOptions = {}): QuestionFile =>
  articles(path, options, ({ context, qas }) => {
    // The passage ends with the mark that stands for no answer.
    const passage = context.replace(/\s*CANNOTANSWER$/, '');
    const turns = qas.map((qa) => ({
      id: qa.id,
      question: qa.question,
      answers: answersOf(qa).map((text) => (text === 'CANNOTANSWER' ? unanswerable : text)),
    }));
    return conversation(passage, turns);
  });

const story = z
  .object({
    id: z.string(),
    story: z.string().min(1),
    questions: z.array(z.object({ input_text: z.string().min(1) })),
    answers: z.array(z.object({ input_text: z.string() })),
    additional_answers: z.record(z.string(), z.array(z.object({ input_text: z.string() }))).default({}),
  })
  .refine(({ questions, answers }) => questions.length === answers.length, {
    path: ['answers'],
    message: 'expected as many answers as questions',
  });

/** CoQA (Reddy et al., arXiv:1808.07042): each question after those before it; the answers of further people count as well. */
export const readCoqa = (path: string, options: RecordOptions = {}): QuestionFile => {
  const { limit, ...rest } = options;
  return questionsOf(
    readJsonItems(path, '$.data.*', story, rest),
    ({ value: { id, story: passage, questions, answers, additional_answers: more } }) => {
      const others = Object.values(more);
      const turns = questions.map(({ input_text: question }, turn) => ({
        id: `${id}, turn ${turn + 1}`,
        question,
        answers: [answers[turn]!.input_text, ...others.flatMap((theirs) => (theirs[turn] ? [theirs[turn].input_text] : []))],
      }));
      return conversation(passage, turns);
    },
    limit,
  );
};

interface Turn {
  readonly id: string;
  readonly question: string;
  readonly answers: readonly string[];
}

function conversation(passage: string, turns: readonly Turn[]): Question[] {
  let before = passage;
  return turns.map(({ id, question, answers }) => {
    const prompt = openBookPrompt(before, question);
    before = `${prompt} ${answers[0]}`;
    return { id, prompt, answers: distinct(answers) };
  });
}

const dropAnswer = z.object({
  number: z.union([z.string(), z.number()]).transform(String).default(''),
  date: z
    .object({ day: z.string().default(''), month: z.string().default(''), year: z.string().default('') })
    .partial()
    .default({}),
  spans: z.array(z.string()).default([]),
});

const dropPassage = z.object({
  passage: z.string().min(1),
  qa_pairs: z.array(
    z.object({
      question: z.string().min(1),
      query_id: z.string(),
      answer: dropAnswer,
      validated_answers: z.array(dropAnswer).default([]),
    }),
  ),
});

/** DROP (Dua et al., arXiv:1903.00161): an object of passages; answers are numbers, dates or spans, several joined by commas. */
export const readDrop = (path: string, options: RecordOptions = {}): QuestionFile => {
  const { limit, ...rest } = options;
  return questionsOf(
    readJsonItems(path, '$.*', dropPassage, rest),
    ({ value: { passage, qa_pairs: pairs } }) =>
      pairs.flatMap(({ question, query_id: id, answer, validated_answers: validated }) => {
        const answers = [answer, ...validated].map(dropText).filter((text) => text !== '');
        return answers.length === 0 ? [] : [{ id, prompt: openBookPrompt(passage, question), answers: distinct(answers) }];
      }),
    limit,
  );
};

const dropText = ({ number, date, spans }: z.output<typeof dropAnswer>): string =>
  number || spans.join(', ') || [date.day, date.month, date.year].filter(Boolean).join(' ');
