import type { Suite } from '../case.js';
import { arithmetic } from './arithmetic.js';
import { binarySuite } from './binary.js';
import { bitsSuite } from './bits.js';
import { broadcast } from './broadcast.js';
import { cachedAttentionSuite } from './cached-attention.js';
import { compareSuite } from './compare.js';
import { convolution } from './convolution.js';
import { einsumSuite } from './einsum.js';
import { fullSuite } from './full.js';
import { indexing } from './indexing.js';
import { join } from './join.js';
import { matmulSuite } from './matmul.js';
import { networks } from './networks.js';
import { pooling } from './pooling.js';
import { reductionsSuite } from './reductions.js';
import { resizing } from './resize.js';
import { sliceSuite } from './slice.js';
import { softmaxSuite } from './softmax.js';
import { sortSuite } from './sort.js';
import { structure } from './structure.js';
import { triangle } from './triangle.js';
import { unarySuite } from './unary.js';

/** All families, one line each. */
export const suites: readonly Suite[] = [
  arithmetic,
  binarySuite,
  bitsSuite,
  broadcast,
  cachedAttentionSuite,
  compareSuite,
  convolution,
  einsumSuite,
  fullSuite,
  indexing,
  join,
  matmulSuite,
  networks,
  pooling,
  reductionsSuite,
  resizing,
  sliceSuite,
  softmaxSuite,
  sortSuite,
  structure,
  triangle,
  unarySuite,
];
