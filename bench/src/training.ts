import { join } from 'node:path';
import type { Benchmark, BenchmarkCase, ContenderDefinition } from './benchmark.js';
import { benchDirectory, peersDirectory } from './peers-directory.js';
import { pythonPeer } from './python-peer.js';
import { trainingCases } from './training-cases.js';

const isTraining = ({ specification }: BenchmarkCase): boolean => specification['kind'] === 'gpt' || specification['kind'] === 'mlp';
const isConvolution = ({ specification }: BenchmarkCase): boolean => specification['kind'] === 'convolution';

function nodePeer(id: string, script: string, packages: string): ContenderDefinition {
  return {
    id,
    family: id,
    command: [process.execPath, join(benchDirectory, 'peers', script)],
    environment: { SARDONYX_PEERS: peersDirectory },
    install: `npm install --no-save --ignore-scripts --prefix ${peersDirectory} ${packages}`,
  };
}

const ourProgram = join(benchDirectory, 'dist', 'contenders', 'sardonyx.js');
const torchPackages = 'torch==2.13.0 numpy';

/** Training steps of a GPT and an MLP, convolutions with gradients, call overhead and compilation. */
export const training: Benchmark = {
  name: 'training',
  title: 'training steps, convolutions with gradients, call overhead, time to the first step',
  cases: trainingCases,
  contenders: [
    { id: 'sardonyx', family: 'sardonyx', command: [process.execPath, ourProgram], requires: ourProgram, install: 'npm run build' },
    pythonPeer('torch', 'torch', 'torch_training.py', [], torchPackages),
    { ...pythonPeer('torch-fused', 'torch', 'torch_training.py', ['--fused'], torchPackages), applies: isTraining },
    { ...pythonPeer('torch-channels-last', 'torch', 'torch_training.py', ['--channels-last'], torchPackages), applies: isConvolution },
    pythonPeer('torch-compile', 'torch-compile', 'torch_training.py', ['--compile', '--fused'], torchPackages),
    pythonPeer('jax', 'jax', 'jax_training.py', [], 'jax numpy'),
    nodePeer('tfjs', 'tfjs_training.mjs', '@tensorflow/tfjs @tensorflow/tfjs-backend-wasm'),
    nodePeer('jax-js', 'jaxjs_training.mjs', '@jax-js/jax@0.1.25'),
  ],
};
