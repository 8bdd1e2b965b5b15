import { describe, expect, test } from 'vitest';
import { checkpoint, evaluate, grad, jit, sum, tensor, type Tensor, vmap } from '../src/index.js';

const values = async (x: Tensor) => [...(await x.data<'float32'>())];

describe('vmap', () => {
  test('maps a function of one example over axis 0', async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const w = tensor([10, 1]);
    const f = vmap((v: Tensor, u: Tensor) => v.mul(u).sum(), { in: [0, null] });
    expect(await values(f(x, w))).toEqual([12, 34, 56]);
  });

  test('composes with grad: one gradient an example', async () => {
    const x = tensor([1, 2, 3]);
    expect(await values(vmap(grad((v: Tensor) => v.mul(v).mul(v)))(x))).toEqual([3, 12, 27]);
    expect(await values(grad((v: Tensor) => sum(vmap((u: Tensor) => u.mul(u))(v)))(x))).toEqual([2, 4, 6]);
  });

  test('nests, and maps other axes in and out', async () => {
    const a = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const outer = vmap(
      vmap((u: Tensor, v: Tensor) => u.mul(v), { in: [null, 0] }),
      { in: [0, null] },
    );
    expect(await values(outer(tensor([1, 10]), tensor([1, 2])))).toEqual([1, 2, 10, 20]);
    const columns = vmap((u: Tensor) => u.sum(), { in: [1] })(a);
    expect(await values(columns)).toEqual([5, 7, 9]);
    const doubled = vmap((u: Tensor) => u.mul(2), { out: 1 })(a);
    expect(doubled.shape).toEqual([3, 2]);
  });

  test('refuses batch sizes that differ', () => {
    expect(() => vmap((u: Tensor, v: Tensor) => u.add(v))(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(/batch size: 2 and 3/);
  });
});

describe('checkpoint', () => {
  const layer = (w: Tensor) => (x: Tensor) => x.matmul(w).mul(x).add(1);

  test('gives the same value and gradient, also into captured tensors', async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const w = tensor([
      [0.5, -1],
      [2, 0.25],
    ]);
    const plain = jit(grad((p: { w: Tensor; x: Tensor }) => layer(p.w)(layer(p.w)(p.x)).sum()));
    const saved = jit(
      grad((p: { w: Tensor; x: Tensor }) => {
        const f = checkpoint(layer(p.w));
        return f(f(p.x)).sum();
      }),
    );
    const [a, b] = await evaluate([plain({ w, x }), saved({ w, x })]);
    expect(await values(b!.w)).toEqual(await values(a!.w));
    expect(await values(b!.x)).toEqual(await values(a!.x));
  });

  test('differentiates twice and batches', async () => {
    const cube = checkpoint((x: Tensor) => x.mul(x).mul(x));
    const second = grad((x: Tensor) => grad((y: Tensor) => cube(y).sum())(x).sum());
    expect(await values(second(tensor([1, 2])))).toEqual([6, 12]);
    expect(await values(vmap(grad(cube))(tensor([1, 2])))).toEqual([3, 12]);
  });
});

test('operands that are neither tensors nor numbers are refused, also without types', () => {
  const add = tensor([1, 2]).add as (this: Tensor, other: unknown) => Tensor;
  expect(() => add.call(tensor([1, 2]), [10, 20])).toThrow(/expected a tensor or a number, given an array/);
  expect(() => add.call(tensor([1, 2]), undefined)).toThrow(/given undefined/);
});
