import { expect, it } from 'vitest';
import { jit, runtimeInfo, tensor, type Tensor } from '../../src/index.js';

/** 1e-20 squared is 1e-40, below the smallest normal float32. */
const square = (x: Tensor) => x.mul(x);

it.runIf(runtimeInfo().name === 'c-api' && process.platform === 'linux' && process.arch === 'x64')(
  'numbers below the normal range are zero, on the calling thread as on the run thread and the pool',
  async () => {
    const small = jit(square);
    const x = tensor(new Float32Array(4).fill(1e-20));
    // The first run happens on the run thread, later ones are short enough for the calling thread.
    for (let call = 0; call < 5; call++) expect([...(await small(x).data())]).toEqual([0, 0, 0, 0]);
    const large = await jit(square)(tensor(new Float32Array(1 << 20).fill(1e-20))).data();
    expect((large as Float32Array).every((y) => y === 0)).toBe(true);
  },
);

it('the calling thread keeps its own denormals', async () => {
  const f = jit(square);
  for (let call = 0; call < 5; call++) await f(tensor([1, 2])).data();
  expect(Math.fround(1e-20 * 1e-20)).toBeGreaterThan(0);
  expect(5e-324 / 1).toBe(5e-324);
});
