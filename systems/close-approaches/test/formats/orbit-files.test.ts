import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What a module and all that it imports of this system import from elsewhere. Types are not loaded. */
function foreignImports(path: string, seen = new Set<string>()): Set<string> {
  const foreign = new Set<string>();
  if (seen.has(path)) return foreign;
  seen.add(path);
  const source = readFileSync(path, 'utf8');
  for (const [, specifier] of source.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from '([^']+)';/gm)) {
    if (specifier!.startsWith('.'))
      for (const found of foreignImports(join(dirname(path), specifier!.replace(/\.js$/, '.ts')), seen)) foreign.add(found);
    else foreign.add(specifier!);
  }
  return foreign;
}

test('readers for pages load nothing of Node, and no package that does', () => {
  const entry = fileURLToPath(new URL('../../src/orbit-files.ts', import.meta.url));
  expect([...foreignImports(entry)]).toEqual(['@sardonyx/study/errors']);
});
