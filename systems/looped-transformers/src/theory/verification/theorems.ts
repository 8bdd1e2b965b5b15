import { chainOfThoughtTheorem } from './chain-of-thought-theorem.js';
import { fixedPointTheorem } from './fixed-point-theorem.js';
import { groupCompositionTheorem } from './group-composition-theorem.js';
import { loopedImitationTheorem } from './looped-imitation-theorem.js';
import { pointerDoublingTheorem } from './pointer-doubling-theorem.js';
import type { Theorem } from './theorem.js';

/** The paper's theory, in its order: what `theory verify` executes. */
export const theorems: readonly Theorem[] = [
  groupCompositionTheorem,
  loopedImitationTheorem,
  pointerDoublingTheorem,
  chainOfThoughtTheorem,
  fixedPointTheorem,
];
