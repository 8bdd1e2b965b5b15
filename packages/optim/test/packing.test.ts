import { random, tensor, type Tensor, treeLeaves, zeros } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { adamW } from '../src/index.js';
import { mapElements, packsOf } from '../src/packing.js';
import { elements } from './runs.js';

const draw = (name: number, shape: number[]) => random.normal(random.foldIn(random.key(5), name), shape);

describe('packs', () => {
  test('hold small tensors of one dtype and one shape behind the first axis', () => {
    const shapes = [[4], [7], [2, 3], [5, 3], [3, 2], [], [], [4096, 2], [2, 2], [1024, 2]];
    const leaves = [...shapes.map((shape) => zeros(shape)), zeros([4], 'float64')];
    expect(packsOf(leaves).map(({ members }) => members)).toEqual([[0, 1], [2, 3], [4, 8, 9], [5, 6], [7], [10]]);
  });

  test('keep kinds apart', () => {
    const packs = packsOf([zeros([2]), zeros([3]), zeros([4])], ['a', 'b', 'a']);
    expect(packs).toEqual([
      { members: [0, 2], kind: 'a' },
      { members: [1], kind: 'b' },
    ]);
  });
});

describe('mapElements', () => {
  const tree = () => ({ a: draw(1, [3]), b: [draw(2, []), draw(3, []), draw(4, [2, 3])], c: draw(5, [4, 3]), d: draw(6, [5]) });

  test('puts every element back where it was', async () => {
    const [doubled, negated] = mapElements(([x]) => [x!.mul(2), x!.neg()], [tree()]);
    const before = await elements(tree());
    for (const [path, numbers] of Object.entries(before)) {
      expect((await elements(doubled))[path]).toEqual(numbers.map((x) => 2 * x));
      expect((await elements(negated))[path]).toEqual(numbers.map((x) => -x));
    }
    expect(doubled!.b.map((x) => x.shape)).toEqual([[], [], [2, 3]]);
  });

  test('updates packed tensors as if they were alone, bit for bit', async () => {
    const optimizer = adamW({ learningRate: 0.1 });
    const step = (params: unknown, gradients: unknown) => {
      const [first, state] = optimizer.update(gradients, optimizer.init(params), params);
      return optimizer.update(gradients, state, first)[0];
    };
    const [params, gradients] = [treeLeaves(tree()), treeLeaves(tree()).map((x) => x.mul(3))];
    const together = await elements(step(params, gradients));
    for (const [i, p] of params.entries()) {
      const alone = await elements(step([p], [gradients[i]!]));
      expect(together[`[${i}]`]).toEqual(alone['[0]']);
    }
  });

  test('refuses trees that differ', () => {
    expect(() => mapElements((x: readonly Tensor[]) => x, [{ a: zeros([2]) }, { a: zeros([3]) }])).toThrow(/first that differs/);
    expect(() => mapElements((x: readonly Tensor[]) => x, [[zeros([2])], [zeros([2]), tensor(1)]])).toThrow(/given 2 tensors for 1/);
  });
});
