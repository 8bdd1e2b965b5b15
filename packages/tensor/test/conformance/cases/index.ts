import type { Suite } from '../case.js';
import { arithmetic } from './arithmetic.js';
import { broadcast } from './broadcast.js';
import { convolution } from './convolution.js';
import { fullSuite } from './full.js';
import { matmulSuite } from './matmul.js';
import { pooling } from './pooling.js';
import { resizing } from './resize.js';
import { structure } from './structure.js';

/** All families, one line each. */
export const suites: readonly Suite[] = [
  arithmetic,
  broadcast,
  convolution,
  fullSuite,
  matmulSuite,
  pooling,
  resizing,
  structure,
];
