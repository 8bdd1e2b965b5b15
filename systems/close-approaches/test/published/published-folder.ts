import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';

/** Where published files lie, each under `owner+repository/path`; see the README of this system. Tests of absent files are skipped. */
const folder = process.env['SARDONYX_PUBLISHED'];

/** The path of a published file. */
export const publishedPath = (file: string): string => join(folder ?? '', file);

/** Tests of published files; skipped, with the reason in their title, where the folder or one of the files is missing. */
export function describePublished(title: string, files: readonly string[], body: () => void): void {
  const missing = folder === undefined ? [] : files.filter((file) => !existsSync(publishedPath(file)));
  if (folder === undefined) describe.skip(`${title} (SARDONYX_PUBLISHED names no folder of published files)`, body);
  else if (missing.length > 0) describe.skip(`${title} (not in ${folder}: ${missing.join(', ')})`, body);
  else describe(title, body);
}

/** Tells what was measured, for the record. */
export const tell = (what: string, value: number | string): void => {
  process.stdout.write(`published: ${what}: ${typeof value === 'number' ? value.toExponential(2) : value}\n`);
};
