import { TaskError } from '../task-error.js';

/** A token of the text and where it starts, from 0. */
export interface Lexeme {
  readonly text: string;
  readonly position: number;
}

/** Marks of the text, besides letters and numbers. */
export const marks = ['#', ':=', '+', '-', '*', '(', ')', '.', '?', '='] as const;

const pattern = /\s*(?:([A-Z]|\d+|:=|[#+\-*().?=])|$)/y;

/**
 * Cuts text into letters, numbers and marks; white space separates them.
 * @throws {TaskError} `syntax` with the position of a character that belongs to none
 */
export function lexemes(text: string): Lexeme[] {
  const found: Lexeme[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const token = pattern.exec(text);
    if (token === null) {
      const position = from + /^\s*/.exec(text.slice(from))![0].length;
      throw syntaxError(
        position,
        ['a letter from A to Z', 'a number', ...marks.map((mark) => JSON.stringify(mark))],
        text.slice(position, position + 1),
      );
    }
    if (token[1] === undefined) break;
    found.push({ text: token[1], position: pattern.lastIndex - token[1].length });
  }
  return found;
}

/** What stood where, and what could have stood there. */
export function syntaxError(position: number, allowed: readonly string[], found: string | undefined): TaskError {
  const given = found === undefined ? 'the end of the text' : JSON.stringify(found);
  const expected = allowed.length === 1 ? allowed[0]! : `one of ${allowed.join(', ')}`;
  return new TaskError('syntax', `i-GSM text, position ${position}: expected ${expected}, found ${given}`, { position });
}
