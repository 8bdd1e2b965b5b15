import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Standard output belongs to the protocol: whatever a library prints goes to standard error instead.
console.log = console.info = console.error;

const directory = process.env['SARDONYX_PEERS'] ?? process.cwd();
const require = createRequire(pathToFileURL(join(directory, 'peers.cjs')));

/** File of an optional peer's package, from the folder SARDONYX_PEERS; ends the process politely where it is absent. */
export function resolveInstalled(name) {
  try {
    return require.resolve(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    process.stdout.write(`${JSON.stringify({ missing: name })}\n`, () => process.exit(0));
    return undefined;
  }
}

/** Version of an installed package. */
export function installedVersion(name) {
  return JSON.parse(readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8')).version;
}
