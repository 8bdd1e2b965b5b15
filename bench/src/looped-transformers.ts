import { join } from 'node:path';
import type { Benchmark, BenchmarkCase } from './benchmark.js';
import { loopedCases } from './looped-transformer-cases.js';
import { benchDirectory } from './peers-directory.js';
import { pythonPeer } from './python-peer.js';

const ourProgram = join(benchDirectory, 'dist', 'contenders', 'looped-transformers.js');
const script = 'torch_looped_transformers.py';
const packages = 'torch==2.13.0 numpy';

const isTraining = ({ specification }: BenchmarkCase): boolean => specification['kind'] === 'train';

/** Training steps and generation of looped transformers, beside PyTorch eager and compiled. */
export const loopedTransformers: Benchmark = {
  name: 'looped-transformers',
  title: 'training steps and generation of looped transformers, memory with and without checkpoints',
  cases: loopedCases,
  contenders: [
    { id: 'sardonyx', family: 'sardonyx', command: [process.execPath, ourProgram], requires: ourProgram, install: 'npm run build' },
    pythonPeer('torch', 'torch', script, [], packages),
    { ...pythonPeer('torch-fused', 'torch', script, ['--fused'], packages), applies: isTraining },
    pythonPeer('torch-compile', 'torch-compile', script, ['--compile', '--fused'], packages),
  ],
};
