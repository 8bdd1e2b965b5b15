import { join } from 'node:path';
import type { Benchmark } from './benchmark.js';
import { linalgCases } from './linalg-cases.js';
import { benchDirectory } from './peers-directory.js';
import { pythonPeer } from './python-peer.js';

const ourProgram = join(benchDirectory, 'dist', 'contenders', 'linalg.js');

/** Products, QR, symmetric eigenproblems and inverse square roots of dense matrices, beside NumPy with OpenBLAS. */
export const linalg: Benchmark = {
  name: 'linalg',
  title: 'dense linear algebra: products, QR, symmetric eigenproblems, inverse square roots',
  cases: linalgCases,
  contenders: [
    { id: 'sardonyx', family: 'sardonyx', command: [process.execPath, ourProgram], requires: ourProgram, install: 'npm run build' },
    pythonPeer('numpy', 'numpy', 'numpy_linalg.py', [], 'numpy'),
  ],
};
