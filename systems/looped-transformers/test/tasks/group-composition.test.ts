import { RandomStream } from '@sardonyx/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupComposition } from '../../src/tasks/group-composition.js';
import { commutatorSubgroup, groupOf, isSolvable, prefixProducts, productByHalves, productOf } from '../../src/tasks/groups.js';
import { groupNamed } from '../../src/tasks/named-groups.js';
import { shortcutLevels } from '../../src/tasks/shortcut-levels.js';
import { problemStream } from '../../src/tasks/task.js';
import { chiSquareBound, chiSquareUniform, countsOf } from './statistics.js';

describe('groups', () => {
  test.each([
    // name, order, commutator subgroup's order, solvable
    ['Z_7', 7, 1, true],
    ['S_3', 6, 3, true],
    ['D_4', 8, 2, true],
    ['D_5', 10, 5, true],
    ['S_4', 24, 12, true],
    ['A_4', 12, 4, true],
    ['A_5', 60, 60, false],
    ['S_5', 120, 60, false],
    ['Z_2 x S_3', 12, 3, true],
    ['Z_2×Z_2×Z_3', 12, 1, true],
    ['S_1', 1, 1, true],
  ])('%s has %i elements, %i of them products of commutators', (name, order, commutators, solvable) => {
    const group = groupNamed(name);
    expect(group.order).toBe(order);
    expect(group.elements[group.identity]).toBe(group.elements[0]);
    expect(commutatorSubgroup(group)).toHaveLength(commutators);
    expect(isSolvable(group)).toBe(solvable);
  });

  test('permutations compose as functions, the right one first', () => {
    const { elements, table } = groupNamed('S_3');
    const product = (g: string, h: string) => elements[table[elements.indexOf(g)]![elements.indexOf(h)]!];
    // h = 213 sends 1 to 2, g = 231 sends 2 to 3.
    expect(product('231', '213')).toBe('321');
    expect(product('213', '231')).toBe('132');
  });

  test('D_3 and S_3 are one group: as many elements of every order', () => {
    const orders = (name: string) => {
      const group = groupNamed(name);
      return group.table.map((_, element) => {
        let power = element;
        for (let order = 1; ; order++) {
          if (power === group.identity) return order;
          power = group.table[power]![element]!;
        }
      });
    };
    expect(orders('D_3').sort()).toEqual(orders('S_3').sort());
    expect(orders('D_4').sort()).toEqual([1, 2, 2, 2, 2, 2, 4, 4]);
  });

  test.each([
    [
      'closure',
      [
        [0, 1],
        [1, 2],
      ],
      /not closed: expected 1∘1 from 0 to 1, given 2/,
    ],
    ['squareness', [[0, 1], [1]], /expected 2 products of 1, given 1/],
    [
      'an identity',
      [
        [1, 0],
        [1, 0],
      ],
      /expected an identity/,
    ],
    [
      'inverses',
      [
        [0, 1],
        [1, 1],
      ],
      /expected an inverse of 1, found none/,
    ],
    // A loop of order 5: identity and inverses without associativity.
    [
      'associativity',
      [
        [0, 1, 2, 3, 4],
        [1, 0, 3, 4, 2],
        [2, 4, 0, 1, 3],
        [3, 2, 4, 0, 1],
        [4, 3, 1, 2, 0],
      ],
      /not associative: \(1∘1\)∘2 = 2 and 1∘\(1∘2\) = 4/,
    ],
    ['elements', [], /at least one element/],
  ])('without %s are refused', (_, table, message) => {
    expect(() => groupOf('G', table)).toThrow(message);
  });

  test('are refused by name and size', () => {
    expect(() => groupNamed('Q_8')).toThrow(/expected Z_m, S_n, A_n, D_n .* given "Q_8"/);
    expect(() => groupNamed('S_5 x S_5')).toThrow(/at most 720 elements, given 14400/);
  });

  test('every grouping of a product agrees', () => {
    const group = groupNamed('S_4');
    fc.assert(
      fc.property(fc.array(fc.nat(23), { maxLength: 40 }), (factors) => {
        const product = productOf(group, factors);
        expect(productByHalves(group, factors)).toBe(product);
        if (factors.length > 0) expect(prefixProducts(group, factors).at(-1)).toBe(product);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('composition', () => {
  test('the known product in Z_7', () => {
    const task = groupComposition({ group: 'Z_7', lengths: [5], evaluateLengths: [5] });
    const problem = { factors: ['3', '5', '6', '1', '2'], product: '3' };
    task.verify(problem);
    const { tokens, targets } = task.sequence(problem);
    const written = (ids: readonly number[]) => ids.map((id) => task.vocabulary[id] ?? '·').join(' ');
    expect(written(tokens)).toBe('# 3 5 6 1 2');
    expect(written(targets)).toBe('· 3 1 0 1 3');
    const last = groupComposition({ group: 'Z_7', supervise: 'last' }).sequence(problem);
    expect(written(last.targets)).toBe('· · · · · 3');
    expect(() => task.verify({ ...problem, product: '4' })).toThrow(/product 3, given 4 for 3∘5∘6∘1∘2/);
    expect(() => task.verify({ ...problem, factors: ['3', '9'] })).toThrow(/elements of Z_7, given "9"/);
  });

  test('products are uniform over the group', () => {
    const task = groupComposition({ group: 'A_5', lengths: [6], heldOut: 0 });
    const stream = new RandomStream(0, 'products');
    const products = Array.from({ length: 12_000 }, () => task.vocabulary.indexOf(task.draw(stream).product) - 1);
    expect(chiSquareUniform(countsOf(products, 60))).toBeLessThan(chiSquareBound(59));
  });

  test('the factors in any order give the product modulo commutators', () => {
    const level = (group: string) =>
      shortcutLevels(groupComposition({ group, supervise: 'last', heldOut: 0 }), { count: 4000 }).find(({ name }) =>
        name.includes('any order'),
      );
    // One of the |G′| elements of a coset: 1/3. Three standard errors of 4000 draws: 0.023.
    expect(Math.abs(level('S_3')!.accuracy - 1 / 3)).toBeLessThan(0.023);
    expect(level('Z_6')).toBeUndefined();
    expect(level('A_5')).toBeUndefined();
  });

  test('test lengths may exceed those of training', () => {
    const task = groupComposition({ group: 'Z_2', lengths: [4], evaluateLengths: [8, 12] });
    expect(task.length).toBe(13);
    const drawn = (split: 'train' | 'test') => {
      const stream = problemStream(task, split, 0);
      return new Set(Array.from({ length: 60 }, () => task.draw(stream, split).factors.length));
    };
    expect(drawn('train')).toEqual(new Set([4]));
    expect(drawn('test')).toEqual(new Set([8, 12]));
  });
});
