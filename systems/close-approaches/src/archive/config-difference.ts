import { createHash } from 'node:crypto';
import { ArchiveError } from './archive-error.js';

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(byKey)) : inner));
}

/** SHA-256 of the canonical JSON, 64 hexadecimal digits: names a configuration in every file made with it. */
export const configHash = (config: Readonly<Record<string, unknown>>): string =>
  createHash('sha256').update(canonicalJson(config)).digest('hex');

/** Paths of all values that differ, such as `yarkovsky.conductivity`, sorted. */
export function changedKeys(before: unknown, after: unknown, path = ''): string[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => changedKeys(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return canonicalJson(before) === canonicalJson(after) ? [] : [path];
}

/** @throws {ArchiveError} `changed-config`, naming each key with its two values */
export function requireSameConfig(archived: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>): void {
  const keys = changedKeys(archived, given);
  if (keys.length === 0) return;
  const at = (config: unknown, path: string): string => {
    const value = path.split('.').reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), config);
    return value === undefined ? 'nothing' : JSON.stringify(value);
  };
  const list = keys.map((key) => `${key}: ${at(archived, key)} in the archive, now ${at(given, key)}`);
  throw new ArchiveError(
    'changed-config',
    `configuration: expected that of the archive, got other values of ${list.join('; ')}. Continue without changes, or start a new run`,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
