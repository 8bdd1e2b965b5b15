import { expect, test } from 'vitest';
import { grad, jit, tensor, valueAndGrad, Tensor } from '../src/index.js';

test('works', async () => {
  const a = tensor([[1, 2], [3, 4]]);
  const b = a.matmul(a).add(1);
  expect([...(await b.data())]).toEqual([8, 11, 16, 23]);
  const f = (x: Tensor) => x.mul(x).mul(x).sum();
  expect([...(await grad(f)(a).data())]).toEqual([3, 12, 27, 48]);
  const g2 = grad((x: Tensor) => grad(f)(x).sum());
  expect([...(await g2(a).data())]).toEqual([6, 12, 18, 24]);
  const step = jit((p: { w: Tensor }, x: Tensor) => {
    const [l, g] = valueAndGrad((q: { w: Tensor }) => x.matmul(q.w).sum())(p);
    return { p: { w: p.w.sub(g.w.mul(0.1)) }, l };
  }, { donate: [0] });
  let p = { w: tensor([[1, 0], [0, 1]]) };
  for (let i = 0; i < 100; i++) ({ p } = step(p, a));
  console.log(await p.w.data());
  const relu = jit((x: Tensor) => x.mul(x));
  const x = tensor(new Float32Array(1024));
  for (let i = 0; i < 10; i++) await relu(x).data();
  const t0 = performance.now();
  for (let i = 0; i < 10000; i++) relu(x);
  console.log('us/call', (performance.now() - t0) / 10);
});
