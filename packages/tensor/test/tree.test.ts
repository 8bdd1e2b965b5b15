import { describe, expect, it } from 'vitest';
import { flatten, jit, tensor, type Tensor } from '../src/index.js';

describe('the leaves of a tree like another', () => {
  const [a, b] = [tensor([1]), tensor([2])];
  const { structure } = flatten({ layers: [a, { w: b }], rate: 0.5, name: 'sgd', none: null });
  const like = (change: object) => structure.leavesOf({ layers: [b, { w: a }], rate: 0.5, name: 'sgd', none: null, ...change });

  it('are found in the same order', () => {
    expect(like({})).toEqual([b, a]);
  });

  it.each([
    { rate: 0.25 },
    { rate: '0.5' },
    { rate: tensor([1]) },
    { name: undefined },
    { none: undefined },
    { none: {} },
    { more: 1 },
    { layers: [b] },
    { layers: [b, { w: a }, a] },
    { layers: [b, a] },
    { layers: [b, { v: a }] },
    { layers: { 0: b, 1: { w: a } } },
    { layers: [b, { w: 1 }] },
  ])('are not looked for in another structure, case %#', (change) => {
    expect(like(change)).toBeUndefined();
  });

  it('depend on the order of keys, as flatten does', () => {
    expect(flatten({ x: a, y: b }).structure.leavesOf({ y: b, x: a })).toBeUndefined();
  });
});

describe('a call like the one before', () => {
  it('takes the same variant, any other its own', async () => {
    const f = jit((x: Tensor, { scale }: { scale: number }) => x.mul(scale));
    const read = async (x: Tensor, scale: number) => [...(await f(x, { scale }).data())];
    expect(await read(tensor([1, 2]), 2)).toEqual([2, 4]);
    expect(await read(tensor([3, 4]), 2)).toEqual([6, 8]);
    expect(f.variants).toBe(1);
    expect(await read(tensor([3, 4]), 3)).toEqual([9, 12]);
    expect(await read(tensor([3]), 3)).toEqual([9]);
    expect(await read(tensor([3], [1], 'float64'), 3)).toEqual([9]);
    expect(await read(tensor([3, 4]), 2)).toEqual([6, 8]);
    expect(f.variants).toBe(4);
    expect(Object.is((await read(tensor([1]), 0))[0], 0)).toBe(true);
    expect(Object.is((await read(tensor([1]), -0))[0], -0)).toBe(true);
    f.dispose();
    expect(f.variants).toBe(0);
    expect(await read(tensor([3, 4]), 2)).toEqual([6, 8]);
  });
});
