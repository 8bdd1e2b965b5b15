import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, BenchmarkCase } from './benchmark.js';
import { optimizerCases } from './optimizer-cases.js';
import { pythonPeer } from './python-peer.js';

const ourProgram = join(fileURLToPath(new URL('..', import.meta.url)), 'dist', 'contenders', 'optimizers.js');
const packages = 'torch==2.13.0 numpy, and soap.py, muon.py and distributed_shampoo beside it as bench/README.md says';

const isMuon = ({ specification }: BenchmarkCase): boolean => specification['method'] === 'muon';

/** Ten updates of a GPT of width 256 by each optimizer, beside PyTorch's and the authors' own. */
export const optimizers: Benchmark = {
  name: 'optimizers',
  title: 'ten training steps of a GPT by each optimizer',
  cases: optimizerCases,
  contenders: [
    { id: 'sardonyx', family: 'sardonyx', command: [process.execPath, ourProgram], requires: ourProgram, install: 'npm run build' },
    pythonPeer('torch', 'torch', 'torch_optimizers.py', [], packages),
    { ...pythonPeer('torch-file', 'torch', 'torch_optimizers.py', ['--file'], packages), applies: isMuon },
    { ...pythonPeer('torch-float32', 'torch', 'torch_optimizers.py', ['--float32'], packages), applies: isMuon },
  ],
};
