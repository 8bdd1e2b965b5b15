import type { ByteSource } from './byte-source.js';
import { FormatError, quoted } from './format-error.js';

/** A line without its end (LF or CRLF), and its number from 1 on. */
export interface TextLine {
  readonly text: string;
  readonly number: number;
}

/** Text of a source piece by piece, without a byte order mark. */
export async function* textPieces(source: ByteSource): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of source.chunks()) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** Lines of a source, many at a time: a step of the loop for every line would cost more than its reading. */
export async function* lineBatches(source: ByteSource): AsyncGenerator<TextLine[]> {
  let rest = '';
  let number = 0;
  for await (const piece of textPieces(source)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    if (lines.length > 0) yield lines.map((text) => ({ text: withoutReturn(text), number: ++number }));
  }
  if (rest !== '') yield [{ text: withoutReturn(rest), number: number + 1 }];
}

const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text);

/** Lines of a text in memory. */
export const linesOf = (text: string): TextLine[] =>
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line, index) => ({ text: withoutReturn(line), number: index + 1 }));

/** Tabs as blanks up to the next eighth column, as printers do. */
export function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  let out = '';
  for (const character of text) out += character === '\t' ? ' '.repeat(8 - (out.length % 8)) : character;
  return out;
}

const numeral = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/;

/**
 * A number as tables write it, Fortran's exponents D included.
 * @throws {FormatError} `bad-number`, with the column's name
 */
export function parseNumber(text: string, column: string): number {
  const trimmed = text.trim();
  if (numeral.test(trimmed)) return Number(trimmed.replace(/[dD]/, 'e'));
  throw new FormatError(
    'bad-number',
    { column },
    { expected: 'a number', given: quoted(trimmed), remedy: 'correct the field, or leave the line out with --skip-bad' },
  );
}

/** As {@link parseNumber}; NaN for a blank field. */
export const parseOptionalNumber = (text: string | null | undefined, column: string): number =>
  text === null || text === undefined || text.trim() === '' ? NaN : parseNumber(text, column);
