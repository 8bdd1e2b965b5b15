import { describe, expect, test } from 'vitest';
import {
  argsort,
  grad,
  gatherND,
  jit,
  scatterAdd,
  scatterAlongAxis,
  sum,
  take,
  takeAlongAxis,
  tensor,
  type Tensor,
  zeros,
} from '../src/index.js';
import { drawInput, seeded } from './conformance/draw.js';
import { toTensor } from './conformance/host.js';

const integers = (values: readonly number[], shape: readonly number[] = [values.length]) => tensor(values, shape, 'int64');

describe('indices out of range fail the run', () => {
  const x = zeros([4, 3]);
  const calls: Record<string, (i: Tensor) => Tensor> = {
    take: (i) => take(x, i),
    gatherND: (i) => gatherND(x, i.reshape([-1, 1])),
    takeAlongAxis: (i) => takeAlongAxis(x, i.reshape([-1, 1]), 0),
    scatterAdd: (i) => scatterAdd(tensor(new Float32Array(12), [4, 3]), i, zeros([...i.shape, 3])),
    'scatterAdd to zeros': (i) => scatterAdd(x, i, zeros([...i.shape, 3])),
    scatterAlongAxis: (i) => scatterAlongAxis(x, i.reshape([-1, 1]).broadcastTo([i.size, 3]), zeros([i.size, 3]), 0),
  };
  test.each(Object.entries(calls))('%s', async (_, call) => {
    for (const wrong of [4, -5]) {
      const result = call(integers([0, wrong]));
      await expect(result.data()).rejects.toMatchObject({ name: 'RuntimeError' });
    }
    // The ends of the range are fine.
    await call(integers([3, -4])).data();
  });
});

describe('gradients of take', () => {
  /** Rows of the gradient by plain sums in the order of the indices. */
  function sums(indices: readonly number[], rows: readonly number[], size: number, width: number): Float64Array {
    const total = new Float64Array(size * width);
    indices.forEach((index, i) => {
      for (let j = 0; j < width; j++) total[index * width + j]! += rows[i * width + j]!;
    });
    return total;
  }

  // Either side of the size up to which a product with a one-hot matrix is used.
  test.each([256, 257, 2000])('into %i rows add up repeated indices, the same in every run', async (size) => {
    const [count, width] = [8192, 64];
    const random = seeded(`rows ${size}`);
    // Nine in ten go to the same three rows: threads that raced for them would lose some.
    const indices = Array.from({ length: count }, () => Math.floor(random() * (random() < 0.9 ? 3 : size)));
    const weights = drawInput({ shape: [count, width] }, random);
    const inputs = [zeros([size, width]), integers(indices), toTensor(weights)] as const;
    const gradient = jit((x: Tensor, i: Tensor, w: Tensor) => grad((x: Tensor) => sum(take(x, i).mul(w)))(x));
    const [first, ...others] = await Promise.all(Array.from({ length: 40 }, () => gradient(...inputs).data()));
    const expected = sums(indices, weights.data, size, width);
    // About 2,500 normal numbers in one sum, each rounded to 2⁻²⁴ of a partial sum of the order of 50: 2,500·50·6e-8 at
    // the very worst, a fiftieth of it where roundings do not all agree. A lost row is off by the order of 1.
    const worst = expected.reduce((most, want, i) => Math.max(most, Math.abs(Number(first![i]) - want)), 0);
    expect(worst).toBeLessThan(2e-3);
    for (const other of others) expect(Buffer.compare(Buffer.from(other.buffer), Buffer.from(first!.buffer))).toBe(0);
    gradient.dispose();
  });
});

test('argsort keeps the order of equal elements, however many there are', async () => {
  const random = seeded('ties');
  for (const size of [10, 1000, 20_000]) {
    const elements = Array.from({ length: size }, () => Math.floor(random() * 5));
    const order = Array.from(await argsort(tensor(elements, [size]), 0, { descending: true }).data(), Number);
    const expected = elements.map((_, i) => i).sort((i, j) => elements[j]! - elements[i]! || i - j);
    expect(order).toEqual(expected);
  }
});
