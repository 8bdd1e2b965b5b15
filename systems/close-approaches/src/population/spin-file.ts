import { csvFields } from '../formats/csv.js';
import { fileText } from '../formats/file-source.js';
import { FormatError, type FormatErrorCode, quoted } from '../formats/format-error.js';
import { linesOf } from '../formats/text-lines.js';
import { rateOfPeriod, type Spin } from '../yarkovsky/yarkovsky-drift.js';

const columns = ['designation', 'obliquity', 'period'] as const;

/**
 * Spins that are known, by designation or name: a CSV file whose first line names the columns designation, obliquity (degrees, 0 to 180)
 * and period (hours), in any order, among others.
 * @throws {FormatError} `missing-column`, `missing-value`, `bad-number` with file, line and column; `no-data`
 */
export async function readSpins(path: string): Promise<Map<string, Spin>> {
  const [header, ...lines] = linesOf(await fileText(path)).filter(({ text }) => text.trim() !== '');
  const names = csvFields(header?.text ?? '').map((name) => name.trim().toLowerCase());
  const fault = (code: FormatErrorCode, column: string | undefined, line: number | undefined, expected: string, given: string) =>
    new FormatError(code, { file: path, line, column }, { expected, given: quoted(given), remedy: 'correct the file of spins' });
  const missing = columns.find((name) => !names.includes(name));
  if (missing !== undefined) throw fault('missing-column', missing, 1, 'this column in the first line', header?.text ?? '');
  const spins = new Map<string, Spin>();
  for (const { text, number } of lines) {
    const fields = csvFields(text);
    const field = (name: (typeof columns)[number]): string => (fields[names.indexOf(name)] ?? '').trim();
    const numberOf = (name: 'obliquity' | 'period', expected: string, isValid: (value: number) => boolean): number => {
      const value = field(name) === '' ? NaN : Number(field(name));
      if (!isValid(value)) throw fault('bad-number', name, number, expected, field(name));
      return value;
    };
    if (field('designation') === '') throw fault('missing-value', 'designation', number, 'a designation', text);
    const degrees = numberOf('obliquity', 'degrees from 0 to 180', (value) => value >= 0 && value <= 180);
    const hours = numberOf('period', 'hours above 0', (value) => value > 0 && value < Infinity);
    spins.set(field('designation'), { obliquity: (degrees * Math.PI) / 180, rate: rateOfPeriod(hours) });
  }
  if (spins.size === 0) throw fault('no-data', undefined, undefined, 'a row an asteroid', '');
  return spins;
}
