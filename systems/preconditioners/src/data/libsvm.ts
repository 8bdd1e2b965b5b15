import { readFile } from 'node:fs/promises';
import { PreconditionerError } from '../errors.js';
import { unpacked } from './gzip.js';

/** Labelled examples, dense. */
export interface Examples {
  /** Rows of `features` numbers, one an example. */
  readonly inputs: readonly Float64Array[];
  readonly labels: Float64Array;
  readonly features: number;
}

/**
 * Parses the LIBSVM text format: `label index:value index:value …` a line, indices ascending from 1, absent ones zero, anything
 * after `#` a comment.
 * @param features extent of the inputs; the largest index that occurs unless given
 * @param source what the text is called in messages
 * @throws {PreconditionerError} `format` with `line`; `empty` without an example
 */
export function parseLibsvm(text: string, { features, source = 'LIBSVM text' }: { features?: number; source?: string } = {}): Examples {
  const rows: { label: number; entries: [number, number][] }[] = [];
  let largest = 0;
  text.split(/\r?\n/).forEach((raw, at) => {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') return;
    const [label = '', ...parts] = line.split(/\s+/);
    const entries = parts.map((part) => entryOf(part, source, at + 1));
    entries.forEach(([index], i) => {
      if (i === 0 || index > entries[i - 1]![0]) return;
      throw malformed(source, at + 1, 'ascending indices', `${entries[i - 1]![0]} before ${index}`);
    });
    largest = Math.max(largest, entries.at(-1)?.[0] ?? 0);
    rows.push({ label: finiteNumber(label, source, at + 1, 'a number as label'), entries });
  });
  if (rows.length === 0) throw new PreconditionerError('empty', `${source}: expected at least one example, got none`);
  const extent = features ?? largest;
  if (largest > extent)
    throw new PreconditionerError('format', `${source}: expected indices up to ${extent}, got ${largest}; raise features`);
  const inputs = rows.map(({ entries }) => {
    const input = new Float64Array(extent);
    for (const [index, value] of entries) input[index - 1] = value;
    return input;
  });
  return { inputs, labels: Float64Array.from(rows, ({ label }) => label), features: extent };
}

/**
 * Reads a file in LIBSVM format, compressed with gzip or not, told by its first two bytes.
 * @throws {PreconditionerError} `format`, `empty`
 * @throws Node's own error where the file cannot be read
 */
export async function readLibsvm(path: string, options: { features?: number } = {}): Promise<Examples> {
  const bytes = await readFile(path);
  return parseLibsvm(new TextDecoder().decode(unpacked(bytes, path)), { ...options, source: path });
}

function entryOf(part: string, source: string, line: number): [number, number] {
  const [index, value, ...rest] = part.split(':');
  if (value === undefined || rest.length > 0 || !/^[1-9]\d*$/.test(index!))
    throw malformed(source, line, 'index:value with an index from 1', `"${part}"`);
  return [Number(index), finiteNumber(value, source, line, 'a number as value')];
}

function finiteNumber(text: string, source: string, line: number, expected: string): number {
  const value = text === '' ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw malformed(source, line, expected, `"${text}"`);
}

function malformed(source: string, line: number, expected: string, given: string): PreconditionerError {
  return new PreconditionerError('format', `${source}, line ${line}: expected ${expected}, got ${given}`, { line });
}
