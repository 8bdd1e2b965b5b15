import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Benchmark, type ContenderDefinition, ourFamily } from './benchmark.js';
import { peersDirectory } from './peers-directory.js';
import { trainingCases } from './training-cases.js';

const distDirectory = fileURLToPath(new URL('.', import.meta.url));
const page = join(distDirectory, 'browser', 'contender.js');
const ourNodeProgram = join(distDirectory, 'contenders', 'sardonyx.js');

function inChromium(id: string, family: string, library: string, backend: string, packages?: string): ContenderDefinition {
  const chromium = 'a Chromium, for example with apt-get install chromium, or name one in SARDONYX_CHROMIUM';
  return {
    id,
    family,
    command: [process.execPath, page, library, backend],
    environment: { SARDONYX_PEERS: peersDirectory },
    requires: page,
    install:
      packages === undefined ? chromium : `npm install --no-save --ignore-scripts --prefix ${peersDirectory} ${packages}; and ${chromium}`,
  };
}

const tfjsPackages = '@tensorflow/tfjs @tensorflow/tfjs-backend-wasm';
const jaxPackage = '@jax-js/jax@0.1.25';

/** A training step of a GPT in headless Chromium, beside Node. */
export const browser: Benchmark = {
  name: 'browser',
  title: 'training step of a GPT in headless Chromium, beside Node and the libraries for browsers',
  cases: trainingCases.filter(({ name }) => name === 'gpt-16x64x64'),
  contenders: [
    inChromium('sardonyx', ourFamily, 'sardonyx', 'wasm'),
    {
      id: 'sardonyx-node',
      family: 'node',
      command: [process.execPath, ourNodeProgram],
      requires: ourNodeProgram,
      install: 'npm run build',
    },
    inChromium('tfjs-wasm', 'tfjs', 'tfjs', 'wasm', tfjsPackages),
    inChromium('tfjs-webgl', 'tfjs', 'tfjs', 'webgl', tfjsPackages),
    inChromium('jax-js', 'jax-js', 'jax-js', 'wasm', jaxPackage),
  ],
};
