import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const benchDirectory: string = fileURLToPath(new URL('..', import.meta.url));

/** Where the optional peers are installed: a virtual environment `venv` and a `node_modules`. */
export const peersDirectory: string = process.env['SARDONYX_PEERS'] ?? join(benchDirectory, '.peers');
