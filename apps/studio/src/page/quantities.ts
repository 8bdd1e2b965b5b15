import { formatDuration } from './times.js';

/** A number for a table: four significant digits, whole numbers whole, thousands apart. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? 'infinite' : 'minus infinite';
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return minus(value.toLocaleString('en-US'));
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-3) return minus(scientific(value));
  return minus(Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 6 }));
}

/** A value of a parameter or result as text; lists with commas. */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(formatValue).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A share of the whole in per cent, never 100 before it is all. */
export function formatShare(done: number, total: number): string {
  if (total <= 0) return '0 %';
  const percent = (100 * done) / total;
  return `${done < total ? Math.min(99, Math.floor(percent)) : 100} %`;
}

/** A quantity with a decimal prefix of the SI: `3.2 GB`, `1.5 T`. */
export function formatPrefixed(value: number, unit = ''): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z'];
  const power = value < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Number((value / 1000 ** power).toPrecision(3))} ${prefixes[power]}${unit}`.trimEnd();
}

/** What a preset costs, as rows of a name in words and an amount with its unit. */
export function costRows(cost: Readonly<Record<string, number>>): { readonly name: string; readonly amount: string }[] {
  return Object.entries(cost).map(([name, value]) => {
    if (name === 'seconds') return { name: 'time', amount: formatDuration(value) };
    if (name.endsWith('Seconds')) return { name: inWords(name.slice(0, -'Seconds'.length)), amount: formatDuration(value) };
    if (name.endsWith('Bytes')) return { name: inWords(name.slice(0, -'Bytes'.length)), amount: formatPrefixed(value, 'B') };
    if (name === 'flops') return { name: 'floating-point operations', amount: formatPrefixed(value) };
    return { name: inWords(name), amount: formatPrefixed(value) };
  });
}

/** A camelCase name as words: `learningRate` is `learning rate`. */
export function inWords(camelCase: string): string {
  return camelCase.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function scientific(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(3).split('e');
  return `${Number(mantissa)} × 10${exponent.replace(/[+\-\d]/g, superscript)}`;
}

function superscript(character: string): string {
  return { '+': '', '-': '⁻' }[character] ?? '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(character)] ?? '';
}

/** The typographic minus is as wide as a digit, so that columns stay aligned. */
function minus(text: string): string {
  return text.replace('-', '−');
}
