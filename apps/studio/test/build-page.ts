import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The tests of the page see it as its users do: built, and served by the studio. Built again only where it is older than its sources. */
export default async function buildPage(): Promise<void> {
  const built = statSync(folderOf('../dist/page/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const configuration = folderOf('../vite.config.ts');
  if (Math.max(newest(folderOf('../src')), statSync(configuration).mtimeMs) < built) return;
  await build({ configFile: configuration, logLevel: 'warn' });
}

/** Time of the latest change below a folder, ms since 1970. */
function newest(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...entries.map((entry) => statSync(join(folder, entry)).mtimeMs));
}
