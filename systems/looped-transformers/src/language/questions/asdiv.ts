import { SaxesParser } from 'saxes';
import { z } from 'zod';
import { decompressedFile } from '../decompressed-file.js';
import { badRecord, type BrokenRecord, type FileRecord, FileRecords, type RecordOptions } from '../records.js';
import { closedBookPrompt } from './question.js';
import { type QuestionFile, questionsOf } from './question-file.js';
import { storyAndQuestion } from './svamp.js';

const problem = z.object({
  ID: z.string().min(1),
  Body: z.string().min(1),
  Question: z.string().min(1),
  'Solution-Type': z.string().min(1),
  Answer: z.string().min(1),
});

/**
 * ASDiv's word problems (Miao et al., ACL 2020), from its XML file; groups are the types of solution. Units in brackets are
 * no part of an answer: `9 (apples)` is 9.
 */
export const readAsdiv = (path: string, options: RecordOptions = {}): QuestionFile =>
  questionsOf(new FileRecords(path, problems(path), problem, options), ({ value }) => [
    {
      id: value.ID,
      prompt: closedBookPrompt(storyAndQuestion(value.Body, value.Question)),
      answers: [value.Answer.replace(/\s*\([^)]*\)/g, '').trim() || value.Answer],
      group: value['Solution-Type'],
    },
  ]);

/** The elements `Problem`, each as its attributes and the texts of its children. */
async function* problems(path: string): AsyncGenerator<FileRecord<unknown> | BrokenRecord, void> {
  const parser = new SaxesParser();
  let ready: (FileRecord<unknown> | BrokenRecord)[] = [];
  let current: Record<string, string> | undefined;
  let field: string | undefined;
  let line = 0;
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'Problem') [current, line] = [{ ...attributes }, parser.line];
    else if (current) current[(field = name)] = '';
  });
  parser.on('text', (text) => {
    if (current && field !== undefined) current[field] += text;
  });
  parser.on('closetag', ({ name }) => {
    if (name === field) field = undefined;
    if (name !== 'Problem' || !current) return;
    ready.push({ place: `problem at line ${line}`, value: trimmed(current) });
    current = undefined;
  });
  parser.on('error', (cause) => {
    throw cause;
  });
  const take = (parse: () => void): (FileRecord<unknown> | BrokenRecord)[] => {
    try {
      parse();
    } catch (cause) {
      const place = `line ${parser.line}`;
      ready.push({
        place,
        problem: badRecord(`file ${path}, ${place}`, 'XML', cause instanceof Error ? cause.message : String(cause), cause),
      });
    }
    const found = ready;
    ready = [];
    return found;
  };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of decompressedFile(path)) {
    const found = take(() => parser.write(decoder.decode(chunk, { stream: true })));
    yield* found;
    if (found.some((record) => 'problem' in record)) return;
  }
  yield* take(() => parser.close());
}

const trimmed = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text.trim()]));
