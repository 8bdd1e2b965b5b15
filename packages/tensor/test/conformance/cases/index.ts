import type { Suite } from '../case.js';
import { arithmetic } from './arithmetic.js';
import { binarySuite } from './binary.js';
import { bitsSuite } from './bits.js';
import { broadcast } from './broadcast.js';
import { compareSuite } from './compare.js';
import { fullSuite } from './full.js';
import { matmulSuite } from './matmul.js';
import { reductionsSuite } from './reductions.js';
import { softmaxSuite } from './softmax.js';
import { structure } from './structure.js';
import { unarySuite } from './unary.js';

/** All families, one line each. */
export const suites: readonly Suite[] = [
  arithmetic,
  broadcast,
  fullSuite,
  matmulSuite,
  structure,
  compareSuite,
  bitsSuite,
  unarySuite,
  binarySuite,
  reductionsSuite,
  softmaxSuite,
];
