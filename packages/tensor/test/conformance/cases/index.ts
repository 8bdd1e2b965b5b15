import type { Suite } from '../case.js';
import { arithmetic } from './arithmetic.js';
import { binarySuite } from './binary.js';
import { broadcast } from './broadcast.js';
import { compareSuite } from './compare.js';
import { einsumSuite } from './einsum.js';
import { convolution } from './convolution.js';
import { fullSuite } from './full.js';
import { indexing } from './indexing.js';
import { join } from './join.js';
import { matmulSuite } from './matmul.js';
import { networks } from './networks.js';
import { reductionsSuite } from './reductions.js';
import { softmaxSuite } from './softmax.js';
import { pooling } from './pooling.js';
import { resizing } from './resize.js';
import { structure } from './structure.js';
import { unarySuite } from './unary.js';
import { sliceSuite } from './slice.js';
import { sortSuite } from './sort.js';
import { triangle } from './triangle.js';

/** All families, one line each. */
export const suites: readonly Suite[] = [
  arithmetic,
  broadcast,
  convolution,
  fullSuite,
  matmulSuite,
  networks,
  pooling,
  resizing,
  structure,
  compareSuite,
  unarySuite,
  binarySuite,
  einsumSuite,
  indexing,
  join,
  reductionsSuite,
  sliceSuite,
  softmaxSuite,
  sortSuite,
  triangle,
];
