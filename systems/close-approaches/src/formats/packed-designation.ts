import { FormatError, quoted } from './format-error.js';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Half-months A–Y and second letters A–Z leave out I. */
const secondLetters = 'ABCDEFGHJKLMNOPQRSTUVWXYZ';
/** From here on numbers are ~ and four digits of base 62. */
const firstTilde = 620_000;
/** From this cycle on provisional designations are _ and digits of base 62. */
const firstOverflowCycle = 620;

const wrong = (text: string, expected: string): FormatError =>
  new FormatError(
    'packed-designation',
    {},
    { expected, given: quoted(text), remedy: 'correct the field, or leave the line out with --skip-bad' },
  );

function fromBase62(text: string): number {
  let value = 0;
  for (const digit of text) value = 62 * value + digits.indexOf(digit);
  return value;
}

function toBase62(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) text = digits[rest % 62]! + text;
  return text;
}

/**
 * The readable form of a packed designation of the Minor Planet Center: `00001` → `1`, `~0000` → `620000`, `K24A12B` → `2024 AB12`,
 * `PLS2040` → `2040 P-L`, `_QC0aEM` → `2026 CZ6190`.
 * @throws {FormatError} `packed-designation`
 */
export function unpackDesignation(packed: string): string {
  const text = packed.trim();
  if (/^[0-9A-Za-z]\d{4}$/.test(text)) return String(10_000 * fromBase62(text[0]!) + Number(text.slice(1)));
  if (/^~[0-9A-Za-z]{4}$/.test(text)) return String(firstTilde + fromBase62(text.slice(1)));
  const survey = /^(PL|T[1-3])S(\d{4})$/.exec(text);
  if (survey !== null) return `${Number(survey[2])} ${survey[1]![0]}-${survey[1]![1]}`;
  const provisional = /^([I-L])(\d\d)([A-HJ-Y])([0-9A-Za-z])(\d)([A-HJ-Z])$/.exec(text);
  if (provisional !== null) {
    const [, century, year, halfMonth, tens, ones, second] = provisional as unknown as string[];
    const cycle = 10 * fromBase62(tens!) + Number(ones);
    return `${century!.charCodeAt(0) - 55}${year} ${halfMonth}${second}${cycle === 0 ? '' : cycle}`;
  }
  const overflow = /^_([0-9A-Za-z])([A-HJ-Y])([0-9A-Za-z]{4})$/.exec(text);
  if (overflow !== null) {
    const [, year, halfMonth, order] = overflow as unknown as string[];
    const count = firstOverflowCycle * secondLetters.length + fromBase62(order!);
    const second = secondLetters[count % secondLetters.length];
    return `${2000 + fromBase62(year!)} ${halfMonth}${second}${Math.floor(count / secondLetters.length)}`;
  }
  throw wrong(packed, 'a packed designation such as 00001, ~0000, K24A12B or PLS2040');
}

/**
 * The packed form of a readable designation; the inverse of {@link unpackDesignation}.
 * @throws {FormatError} `packed-designation`
 */
export function packDesignation(designation: string): string {
  const text = designation.trim();
  if (/^\d+$/.test(text)) return packNumber(Number(text), designation);
  const survey = /^(\d{1,4}) (P-L|T-[1-3])$/.exec(text);
  if (survey !== null) return `${survey[2]!.replace('-', '')}S${survey[1]!.padStart(4, '0')}`;
  const provisional = /^(\d{4}) ([A-HJ-Y])([A-HJ-Z])(\d*)$/.exec(text);
  if (provisional === null) throw wrong(designation, 'a number or a provisional designation such as 2024 AB12 or 2040 P-L');
  const [, years, halfMonth, second, cycleText] = provisional as unknown as [string, string, string, string, string];
  const [year, cycle] = [Number(years), Number(cycleText)];
  if (cycle >= firstOverflowCycle) {
    const order = (cycle - firstOverflowCycle) * secondLetters.length + secondLetters.indexOf(second);
    if (year < 2000 || year > 2061 || order >= 62 ** 4) throw wrong(designation, 'a year of 2000–2061 and a cycle below 591674');
    return `_${digits[year - 2000]}${halfMonth}${toBase62(order, 4)}`;
  }
  if (year < 1800 || year > 2199) throw wrong(designation, 'a year of 1800–2199');
  return (
    String.fromCharCode(55 + Math.floor(year / 100)) + years.slice(2) + halfMonth + digits[Math.floor(cycle / 10)]! + (cycle % 10) + second
  );
}

function packNumber(number: number, designation: string): string {
  if (number < 1 || number >= firstTilde + 62 ** 4) throw wrong(designation, 'a number from 1 to 15396335');
  if (number >= firstTilde) return `~${toBase62(number - firstTilde, 4)}`;
  return digits[Math.floor(number / 10_000)]! + String(number % 10_000).padStart(4, '0');
}
