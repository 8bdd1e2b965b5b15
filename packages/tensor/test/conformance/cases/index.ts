import type { Suite } from '../case.js';
import { arithmetic } from './arithmetic.js';
import { binarySuite } from './binary.js';
import { bitsSuite } from './bits.js';
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
import { sliceSuite } from './slice.js';
import { softmaxSuite } from './softmax.js';
import { sortSuite } from './sort.js';
import { structure } from './structure.js';
import { triangle } from './triangle.js';
import { unarySuite } from './unary.js';

/** All families, one line each. */
export const suites: readonly Suite[] = [
  arithmetic,
  broadcast,
  convolution,
  fullSuite,
  matmulSuite,
  networks,
  structure,
  compareSuite,
  unarySuite,
  binarySuite,
  broadcast,
  compareSuite,
  einsumSuite,
  fullSuite,
  indexing,
  join,
  matmulSuite,
  reductionsSuite,
  sliceSuite,
  softmaxSuite,
  sortSuite,
  structure,
  triangle,
  unarySuite,
  bitsSuite,
];
