import type { Tensor } from '../core/tensor.js';
import { inlineCheckpoints } from '../transforms/checkpoint.js';
import { shareCommonSubexpressions } from './common-subexpressions.js';

/** The passes between a traced graph and its lowering, each from graph to equivalent graph. */
const passes: readonly ((outputs: readonly Tensor[]) => Tensor[])[] = [inlineCheckpoints, shareCommonSubexpressions];

export const prepareGraph = (outputs: readonly Tensor[]): Tensor[] => passes.reduce<Tensor[]>((graph, pass) => pass(graph), [...outputs]);
