import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The version of Sardonyx, as its packages state it; they all carry the same. */
export const sardonyxVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;

/** What a run depends on beyond its own parameters. */
export function runtimeVersions(): Record<string, string> {
  return { sardonyx: sardonyxVersion, node: process.versions.node, platform: process.platform, arch: process.arch };
}
