import type { Suite } from '../case.js';
import { arithmetic } from './arithmetic.js';
import { broadcast } from './broadcast.js';
import { einsumSuite } from './einsum.js';
import { fullSuite } from './full.js';
import { indexing } from './indexing.js';
import { join } from './join.js';
import { matmulSuite } from './matmul.js';
import { sliceSuite } from './slice.js';
import { sortSuite } from './sort.js';
import { structure } from './structure.js';
import { triangle } from './triangle.js';

/** All families, one line each. */
export const suites: readonly Suite[] = [
  arithmetic,
  broadcast,
  einsumSuite,
  fullSuite,
  indexing,
  join,
  matmulSuite,
  sliceSuite,
  sortSuite,
  structure,
  triangle,
];
