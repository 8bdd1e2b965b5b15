import { matrix, type Matrix } from '@sardonyx/linalg';
import { defineStudy } from '@sardonyx/study';
import { z } from 'zod';
import { oneSidedBound, twoSidedBound } from '../bounds/rate-bounds.js';
import { TwoSidedShampoo } from '../two-sided-shampoo.js';

const params = z.object({
  orders: z.array(z.int().min(1).max(128)).min(1).default([2, 3, 4, 6, 8, 12, 16]).describe('orders n of the matrices'),
});

/** The cyclic permutation matrix `shift` steps on. */
function cyclicPermutation(n: number, shift: number): Matrix {
  const permutation = matrix(n, n);
  for (let i = 0; i < n; i++) permutation.data[i * n + ((i + shift) % n)] = 1;
  return permutation;
}

/** The regret bounds of one- and two-sided Shampoo where they part most. */
export const shampooBounds = defineStudy({
  name: 'shampoo-bounds',
  title: 'The bound of one-sided Shampoo is smaller by n² on cyclic permutations',
  paper: { arxiv: '2503.10537', where: 'Comparison of one- and two-sided Shampoo' },
  summary: 'both regret bounds on n² cyclic permutations of order n, beside their closed forms',
  params,
  presets: { quick: {}, standard: { orders: [2, 4, 8, 16, 32] }, paper: { orders: [2, 4, 8, 16, 32, 64] } },
  async run(ctx, { orders }) {
    const table = ctx.table('bounds', { n: 'int32', oneSided: 'float64', twoSided: 'float64', ratio: 'float64', leftTrace: 'float64' });
    let error = 0;
    for (const [at, n] of orders.entries()) {
      const gradients = Array.from({ length: n * n }, (_, t) => cyclicPermutation(n, t % n));
      const shampoo = new TwoSidedShampoo({ rows: n, columns: n, learningRate: 1 });
      for (const { data } of gradients) {
        shampoo.update(new Float64Array(n * n), data);
        await ctx.yield();
      }
      const { left, right } = shampoo.traces();
      // ‖X‖_F ≤ √n·‖X‖_op; the paper compares without the constants, 2√2 on both sides.
      const twoSided = twoSidedBound(Math.sqrt(n), left, right, n);
      const oneSided = oneSidedBound(1, gradients);
      const ratio = twoSided / oneSided;
      table.append({ n, oneSided, twoSided, ratio, leftTrace: left });
      error = Math.max(error, Math.abs(ratio / n ** 2 - 1), Math.abs((left * right) / n ** 3 - 1));
      ctx.progress(at + 1, orders.length, `n = ${n}`);
    }
    ctx.result('largest relative error against the closed forms', error);
  },
  figures: [
    {
      name: 'ratio',
      title: 'Two-sided over one-sided bound',
      kind: 'line',
      table: 'bounds',
      x: 'n',
      y: 'ratio',
      xLabel: 'order n',
      yLabel: 'ratio',
      xScale: 'log',
      yScale: 'log',
    },
  ],
  expect: [
    {
      name: 'ratio of the bounds',
      paper: 'n²',
      claim: 'equal to n², and Tr(L^{1/4})·Tr(R^{1/4}) to n³, to 1e-10',
      evaluate: (results) => {
        const error = results.number('largest relative error against the closed forms');
        return { ours: `n², relative error ${error.toExponential(1)}`, verdict: error < 1e-10 ? 'holds' : 'fails' };
      },
    },
  ],
});
