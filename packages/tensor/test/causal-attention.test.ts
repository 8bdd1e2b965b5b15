import { expect, test } from 'vitest';
import { attention, jit, mul, ones, random, sum, type Tensor, tril, valueAndGrad } from '../src/index.js';

test('causal attention of long sequences, done in blocks, is attention under a causal mask, gradients included', async () => {
  const length = 133;
  const shape = [2, length, 4];
  const [q, k, v, weight] = [1, 2, 3, 4].map((seed) => random.normal(random.key(seed), shape)) as [Tensor, Tensor, Tensor, Tensor];
  const mask = tril(ones([length, length], 'bool'));
  const results = [{ causal: true }, { mask }].map((options) => {
    const loss = (parts: { q: Tensor; k: Tensor; v: Tensor }) => sum(mul(attention(parts.q, parts.k, parts.v, options), weight));
    const [value, gradients] = jit(() => valueAndGrad(loss)({ q, k, v }))();
    return [value, gradients.q, gradients.k, gradients.v, attention(q, k, v, options)];
  });
  const [blocks, masked] = await Promise.all(results.map((tensors) => Promise.all(tensors.map((x) => x.data<'float32'>()))));
  for (const [i, expected] of masked!.entries()) {
    const largest = Math.max(...expected.map((x, j) => Math.abs(x - blocks![i]![j]!)));
    // Sums of 133 terms of order one in float32, in another order; the loss sums 1,064 of them.
    expect(largest).toBeLessThan(i === 0 ? 1e-4 : 1e-5);
  }
});
