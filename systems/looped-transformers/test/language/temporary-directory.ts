import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that goes when the test does, with these files in it; gives the path of a name in it. */
export function temporaryDirectory(files: Readonly<Record<string, string | Uint8Array>> = {}): (name?: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'sardonyx-language-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return (name = '') => join(directory, name);
}
