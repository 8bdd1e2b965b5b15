import { DefinitionError } from './errors.js';

/** A value that JSON carries without loss. Numbers must be finite. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * JSON that gives back exactly the value that went in: unlike `JSON.stringify` it keeps the sign of -0, and it throws
 * {@link DefinitionError}, naming the place, for what JSON cannot hold (NaN, infinities, undefined, functions, BigInt,
 * typed arrays) instead of writing something else.
 */
export function stringifyExactly(value: unknown, what: string): string {
  return write(value, what);
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unsupported(path, String(value));
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, (item, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${write(item, `${path}.${key}`)}`);
    return `{${fields.join(',')}}`;
  }
  throw unsupported(path, typeof value === 'object' ? value.constructor.name : typeof value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function unsupported(path: string, given: string): DefinitionError {
  return new DefinitionError(
    `Cannot save ${path}: expected null, booleans, finite numbers, strings, arrays and plain objects of these, got ${given}. ` +
      `Put numbers in bulk into arrays, and write other values as strings.`,
  );
}

/** A number as it stands in an event or a result line: JSON has no NaN or infinities, so these are their names. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

export function toJsonNumber(value: number): JsonNumber {
  return Number.isFinite(value) ? value : (String(value) as JsonNumber);
}

export function fromJsonNumber(value: JsonNumber): number {
  return Number(value);
}
