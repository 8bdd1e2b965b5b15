// jax-js on its WebAssembly backend.

import { pathToFileURL } from 'node:url';
import { serveContender } from '../dist/contender.js';
import { trainingCaseSchema } from '../dist/training-cases.js';
import { installedVersion, resolveInstalled } from './install.mjs';
import { casesOf } from './jaxjs_cases.mjs';

const file = resolveInstalled('@jax-js/jax');
// Node resolves the CommonJS file; the module beside it is the same library.
if (file !== undefined) await main(await import(pathToFileURL(file).href.replace(/\.cjs$/, '.js')));

async function main(jax) {
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  await serveContender({
    name: 'jax-js',
    versions: { '@jax-js/jax': installedVersion('@jax-js/jax') },
    parseCase: (value) => trainingCaseSchema.parse(value),
    prepare: casesOf(jax, 'WebAssembly backend'),
  });
  process.exit();
}
