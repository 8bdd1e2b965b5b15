import type { RandomStream } from '@sardonyx/data';
import { type Group, productByHalves } from '../../tasks/groups.js';
import { groupNamed } from '../../tasks/named-groups.js';
import { ceilLog2, codeLength, signedCode } from '../binary-code.js';
import { type FixedPoint, fixedPoint, fixedPointKey, fixedPointQuery } from '../fixed-point.js';
import { drawFactors } from './composition-measurements.js';
import type { Theorem } from './theorem.js';

/** Pairs i, j of `count` codes for which exp⟨q_i, k_j⟩ is not 1[i = j]. */
export function wrongMatches(count: number, arithmetic: FixedPoint): number {
  const bits = codeLength(count);
  let wrong = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const weight = arithmetic.exp(arithmetic.dot(fixedPointQuery(i, bits), fixedPointKey(j, bits, arithmetic)));
      if (weight !== Number(i === j)) wrong++;
    }
  }
  return wrong;
}

/** The product of elements by ⌈log2 n⌉ rounds of attention in F_s, the fetched codes multiplied by the neurons' rule. */
export function composeInFixedPoint(group: Group, factors: readonly number[], arithmetic: FixedPoint): number {
  const n = factors.length;
  const bits = codeLength(n + 1);
  const elementBits = codeLength(group.order);
  const codes = Array.from({ length: group.order }, (_, element) => signedCode(element, elementBits));
  const keys = Array.from({ length: n + 1 }, (_, j) => fixedPointKey(j, bits, arithmetic));
  const zeros = Array.from({ length: elementBits }, () => 0);
  let states = [group.identity, ...factors].map((element) => codes[element]!);
  for (let round = 0; round < ceilLog2(n); round++) {
    states = states.map((_, i) => {
      const fetch = (source: number): number[] =>
        arithmetic.attend(fixedPointQuery(Math.max(0, source), bits), keys.slice(0, i + 1), states.slice(0, i + 1));
      const fetched = [...fetch(2 * i - n - 1), ...fetch(2 * i - n)];
      // The one neuron whose pair of elements was fetched: relu(⟨(ā, b̄), fetched⟩ − 2m + 1) = 1.
      let next = zeros;
      for (const [a, row] of group.table.entries()) {
        for (const [b, product] of row.entries()) {
          const input = arithmetic.add(arithmetic.dot([...codes[a]!, ...codes[b]!], fetched), arithmetic.round(1 - 2 * elementBits));
          next = next.map((sum, bit) => arithmetic.add(sum, arithmetic.multiply(Math.max(0, input), codes[product]![bit]!)));
        }
      }
      return next;
    });
  }
  return codes.findIndex((code) => code.every((bit, at) => bit === states[n]![at]));
}

/** exp of the extremes, exact matches by saturation, and products of group elements with every operation rounded. */
export const fixedPointTheorem: Theorem = {
  name: 'fixed-point',
  paper: 'the constructions work with numbers of O(log n) bits',
  statement: 'in F_s attention is exact: exp(−B_s) = 0, exp(B_s) = B_s, exp⟨q_i, k_j⟩ = 1[i = j]',
  async verify(stream: RandomStream) {
    const all = [1, 2, 3, 4, 5, 6, 8, 12].map(fixedPoint);
    const extremes = all.filter(({ exp, largest }) => exp(-largest) === 0 && exp(largest) === largest).length;
    const wrong = all.reduce((sum, arithmetic) => sum + wrongMatches(33, arithmetic), 0);
    const group = groupNamed('S_3');
    const drawn = [5, 8, 17].map((n) => drawFactors(group, n, stream));
    // Four bits: sums of the neurons reach 2⌈log2 6⌉ = 6, below B_4.
    const products = drawn.filter(
      (factors) => composeInFixedPoint(group, factors, fixedPoint(4)) === productByHalves(group, factors),
    ).length;
    return {
      holds: extremes === all.length && wrong === 0 && products === drawn.length,
      checked:
        `s of 1 to 12: extremes right for ${extremes} of ${all.length}, ${wrong} of ${all.length * 33 ** 2} matches wrong; ` +
        `${products} of ${drawn.length} products of S_3 right with every operation rounded, s = 4`,
      measured: { 'arithmetics with right extremes': extremes, 'wrong matches': wrong, products, 'products asked for': drawn.length },
    };
  },
};
