import { describe, expect, test } from 'vitest';
import * as library from '../src/index.js';
import {
  additionOf,
  depthOf,
  groupNamed,
  hopChain,
  hopsByDefinition,
  type IgsmQuestion,
  operationCount,
  parseQuestion,
  printQuestion,
  productOf,
  solve,
  solveInTopologicalOrder,
} from '../src/training.js';

/* What a user of the library checks by hand, through its two entries. */

describe('known answers', () => {
  test('of i-GSM come from a question as text', () => {
    const text = 'E#I := 4. E#J := 2 * (E#I + 3). F#K := E#J - E#I. G#L := 6. F#K?';
    const question: IgsmQuestion = parseQuestion(text);
    expect(printQuestion(question)).toBe(text);
    // 2·(4 + 3) = 14 = 0, and 0 − 4 = 3 modulo 7.
    expect(solve(question, 7)).toEqual([
      { parameter: 'E#I', value: 4 },
      { parameter: 'E#J', value: 0 },
      { parameter: 'F#K', value: 3 },
    ]);
    expect(solveInTopologicalOrder(question, 7).get('G#L')).toBe(6);
    expect([operationCount(question, ['E#J', 'F#K']), depthOf(question)]).toEqual([3, 2]);
    expect(() => parseQuestion('E#I := . E#I?')).toThrow(/syntax|expected/);
  });

  test('of sums, hops and groups', () => {
    expect(additionOf([315, 120, 45, 824], 3)).toEqual({ prompt: '315+120+045+824=', answer: '1304' });
    // From the last 0 to the place after the 0 before it, position 4 of a 2; no 2 comes before that one.
    expect(hopChain([0, 1, 0, 2, 1, 0], 2)).toEqual([4]);
    expect(hopsByDefinition([0, 1, 0, 2, 1, 0], 1)).toBe(4);
    expect(productOf(groupNamed('Z_7'), [3, 5, 6])).toBe(0);
  });

  test('of the analysis and of arithmetic with few bits', () => {
    expect(library.percentageGap({ looped: 30, isoParameter: 20, isoFlop: 40 })).toBe(50);
    // B_s = 2^s − 2^−s
    expect(library.theory.fixedPoint(2).largest).toBe(3.75);
  });

  test.each([
    'parseQuestion',
    'solve',
    'hopChain',
    'firstHops',
    'hopsByDoubling',
    'prefixProducts',
    'productByHalves',
    'commutatorSubgroup',
    'isSolvable',
    'parameterCounts',
    'flopsPerToken',
    'isoParameter',
    'isoFlop',
    'weightGroups',
    'loopingSimilarities',
    'blockCosines',
    'meanBlockCosines',
    'percentageGapRange',
    'fitScalingLaw',
    'memorizedBits',
    'templateOf',
    'taskNamed',
  ])('%s is exported', (name) => expect(library).toHaveProperty(name, expect.any(Function)));
});
