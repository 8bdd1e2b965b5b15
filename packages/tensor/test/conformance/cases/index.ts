import type { Suite } from '../case.js';
import { arithmetic } from './arithmetic.js';
import { broadcast } from './broadcast.js';
import { fullSuite } from './full.js';
import { matmulSuite } from './matmul.js';
import { networks } from './networks.js';
import { structure } from './structure.js';

/** All families, one line each. */
export const suites: readonly Suite[] = [
  arithmetic,
  broadcast,
  fullSuite,
  matmulSuite,
  networks,
  structure,
];
