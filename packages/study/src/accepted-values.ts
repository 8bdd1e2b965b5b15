import type { ValueSchema } from './parameter-text.js';

/* What values a schema takes, in words. Free of Node modules, for pages too. */

/** What the items of a list may be: one after the other where it has a fixed length, else one for all. */
export function itemsOf(value: ValueSchema): readonly ValueSchema[] {
  if (value.prefixItems !== undefined) return value.prefixItems;
  return value.items === undefined || value.items === false ? [] : [value.items];
}

/** What a value may be, in words: `integer from 1 to 64`, `one of adam, sgd`. */
export function acceptsOf(value: ValueSchema): string {
  const choices = value.enum ?? (value.const === undefined ? undefined : [value.const]);
  if (choices !== undefined) return `one of ${choices.map((choice) => (choice === '' ? 'nothing' : choice)).join(', ')}`;
  switch (value.type) {
    case 'boolean':
      return 'true or false';
    case 'array':
      return `comma-separated list, each ${itemsOf(value).map(acceptsOf).join(', then ')}`;
    case 'string':
      return value.format === 'file' || value.format === 'folder' ? `path of a ${value.format}` : 'text';
    default:
      return `${value.type === 'integer' ? 'integer' : 'number'}${multipleOf(value)}${rangeOf(value)}`;
  }
}

function multipleOf(value: ValueSchema): string {
  return value.multipleOf === undefined ? '' : ` divisible by ${value.multipleOf}`;
}

function rangeOf(value: ValueSchema): string {
  const isBound = (bound: number | undefined): bound is number => bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
  const low = isBound(value.minimum) ? value.minimum : undefined;
  const high = isBound(value.maximum) ? value.maximum : undefined;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  const bounds = [
    low === undefined ? '' : `at least ${low}`,
    value.exclusiveMinimum === undefined ? '' : `above ${value.exclusiveMinimum}`,
    high === undefined ? '' : `at most ${high}`,
    value.exclusiveMaximum === undefined ? '' : `below ${value.exclusiveMaximum}`,
  ].filter((bound) => bound !== '');
  const range = bounds.join(' and ');
  return range.startsWith('at ') ? ` of ${range}` : range && ` ${range}`;
}
