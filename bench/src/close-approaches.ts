import { join } from 'node:path';
import type { Benchmark, BenchmarkCase, ContenderDefinition } from './benchmark.js';
import { closeApproachesCases } from './close-approaches-cases.js';
import { benchDirectory, peersDirectory } from './peers-directory.js';
import { pythonPeer } from './python-peer.js';

const ourProgram = join(benchDirectory, 'dist', 'contenders', 'close-approaches.js');

const rebound = (integrator: string, kinds: readonly string[]): ContenderDefinition => ({
  ...pythonPeer(`rebound-${integrator}`, 'rebound', 'rebound_close_approaches.py', [integrator], "'rebound==5.*' numpy"),
  environment: { SARDONYX_PEERS: peersDirectory },
  applies: ({ specification }: BenchmarkCase) => kinds.includes(String(specification['kind'])),
});

/** Massless particles between eight planets, and planets alone to rounding, beside REBOUND. */
export const closeApproaches: Benchmark = {
  name: 'close-approaches',
  title: 'particles between planets: equal and individual Wisdom–Holman steps, encounters, IAS15',
  cases: closeApproachesCases,
  contenders: [
    { id: 'sardonyx', family: 'sardonyx', command: [process.execPath, ourProgram], requires: ourProgram, install: 'npm run build' },
    rebound('whfast', ['map', 'uniform', 'individual']),
    rebound('mercurius', ['hybrid', 'individual', 'statistics']),
    rebound('ias15', ['ias15']),
  ],
};
