import { RandomStream } from '@sardonyx/data';
import { evaluate } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { productOf } from '../../src/tasks/groups.js';
import { cyclicGroup, groupNamed } from '../../src/tasks/named-groups.js';
import { ceilLog2 } from '../../src/theory/binary-code.js';
import { logitsOfEveryLoop, sequenceLogits, solve } from '../../src/theory/construction.js';
import { compositionTrace, groupComposition } from '../../src/theory/group-composition.js';
import { drawFactors, measureCompositionError, measureCompositionLoops } from '../../src/theory/verification/composition-measurements.js';
import { expectOrdinaryModel } from './ordinary-shapes.js';

const [problems, stream] = [4, new RandomStream(0, 'group composition test')];

describe('group composition', () => {
  test('goes through the known states of Z_7', async () => {
    const [group, factors] = [cyclicGroup(7), [3, 5, 6, 1, 2]];
    const known = [
      [0, 3, 5, 6, 1, 2],
      [0, 0, 0, 3, 4, 3],
      [0, 0, 0, 0, 3, 0],
      [0, 0, 0, 0, 0, 3],
    ];
    expect(compositionTrace(group, factors)).toEqual(known);
    const construction = groupComposition(group, 5);
    const states = (await logitsOfEveryLoop(construction, [construction.encode(factors)])).map(([logits]) =>
      construction.decodeStates(logits!),
    );
    expect(states).toEqual(known.slice(1));
    expect(await solve(construction, [factors])).toEqual([productOf(group, factors)]);
  });

  test.each(['Z_1', 'Z_2', 'Z_12', 'S_3', 'S_4', 'A_5', 'D_4', 'D_6', 'Z_2 x S_3'])(
    'multiplies in %s in ⌈log2 n⌉ loops, not in fewer',
    async (name) => {
      const group = groupNamed(name);
      for (const n of group.order > 20 ? [6, 33] : [1, 2, 3, 7, 8, 9, 33]) {
        // No product of the trivial group is ever wrong.
        if (group.order === 1) {
          expect(await solve(groupComposition(group, n), [Array.from({ length: n }, () => 0)])).toEqual([0]);
          continue;
        }
        const { loops, rightAfter } = await measureCompositionLoops(group, n, problems, stream);
        expect(loops).toBe(Math.max(1, ceilLog2(n)));
        expect(rightAfter.at(-1)).toBe(problems);
        if (loops > 1) expect(rightAfter.at(-2)).toBe(0);
      }
    },
  );

  test.each([
    ['S_3', 127],
    ['S_3', 128],
    ['S_5', 128],
  ])('multiplies in %s, n = %d, as far as the specification goes', async (name, n) => {
    const { rightAfter } = await measureCompositionLoops(groupNamed(name), n, problems, stream);
    expect(rightAfter.slice(-2)).toEqual([0, problems]);
  });

  test('stays right when it loops on', async () => {
    const group = groupNamed('S_4');
    const construction = groupComposition(group, 13);
    const factors = drawFactors(group, 13, stream);
    expect(await solve(construction, [factors], construction.loops + 3)).toEqual([productOf(group, factors)]);
  });

  test('is exact from B = 20 on, nearly so at 10, and wrong at 5', async () => {
    const error = (scale: number, n: number, dtype: 'float32' | 'float64' = 'float64') =>
      measureCompositionError(groupNamed('S_3'), n, { scale, dtype, problems }, stream);
    for (const n of [2, 9, 32, 33]) {
      expect(await error(20, n)).toEqual({ error: 0, right: problems });
      expect(await error(20, n, 'float32')).toEqual({ error: 0, right: problems });
    }
    const loose = await error(10, 33);
    expect(loose.right).toBe(problems);
    // e^−20 of every wrong position, made up to 2m = 6 times larger by the neurons of each of the six loops.
    expect(loose.error).toBeGreaterThan(1e-6);
    expect(loose.error).toBeLessThan(1e-3);
    const wrong = await error(5, 33);
    expect(wrong.right).toBeLessThan(problems);
    expect(wrong.error).toBeGreaterThan(0.1);
  });

  test('needs the corrected sign of the query', async () => {
    const group = groupNamed('S_3');
    const construction = groupComposition(group, 8);
    const layer = construction.params.block[0]!;
    const query = await evaluate({ weight: layer.attention.query.weight.mul(-1) });
    const printed = {
      ...construction,
      params: { ...construction.params, block: [{ ...layer, attention: { ...layer.attention, query } }] },
    };
    const drawn = Array.from({ length: 16 }, () => drawFactors(group, 8, stream));
    const products = drawn.map((factors) => productOf(group, factors));
    expect(await solve(construction, drawn)).toEqual(products);
    const answers = await solve(printed, drawn);
    expect(answers.filter((answer, at) => answer === products[at]).length).toBeLessThan(16);
  });

  test.each([
    ['Z_7', 1],
    ['Z_7', 8],
    ['S_4', 31],
    ['A_5', 5],
  ])('has the weights of the ordinary model and the size that is claimed: %s, n = %d', (name, n) => {
    expectOrdinaryModel(groupComposition(groupNamed(name), n));
    const { claimed } = groupComposition(groupNamed('S_3'), 16);
    // m = 3, s = ⌈log2 17⌉ = 5: one bit more than ⌈log2 16⌉.
    expect(claimed).toEqual({ layers: 1, loops: 4, width: 24, heads: 2, headWidth: 5, hidden: 36 + 18 });
  });

  test('refuses what it was not made for', () => {
    const group = cyclicGroup(7);
    expect(() => groupComposition(group, 0)).toThrow('whole number of at least 1, given 0');
    expect(() => groupComposition(group, 5, { scale: 0 })).toThrow('expected a scale above 0');
    expect(() => groupComposition(group, 3).encode([1, 2])).toThrow('expected 3 elements from 0 to 6, given 2');
    expect(() => groupComposition(group, 2).encode([1, 7])).toThrow('from 0 to 6');
  });

  test('positions hold what the table says after every loop', async () => {
    const group = groupNamed('D_4');
    const construction = groupComposition(group, 21);
    const factors = drawFactors(group, 21, stream);
    const tokens = construction.encode(factors);
    for (const [round, states] of compositionTrace(group, factors).slice(1).entries()) {
      expect(construction.decodeStates((await sequenceLogits(construction, [tokens], round + 1))[0]!)).toEqual(states);
    }
  });
});
