import { RandomStream } from '@sardonyx/data';
import {
  haarOrthogonal,
  inverseRoot,
  inverseRootByOrthogonalIteration,
  LinalgError,
  type Matrix,
  matrix,
  type MatrixRoot,
  multiply,
  symmetrize,
  toPrecision,
} from '@sardonyx/linalg';
import { defineCommand } from '@sardonyx/study';
import { z } from 'zod';

const methods = ['eigen', 'eigen (ql)', 'eigen (jacobi)', 'newton', 'higher-order', 'newton-schulz', 'orthogonal-iteration'] as const;

/** A symmetric matrix with eigenvalues from 1 down to 1/condition, evenly spaced on a logarithmic scale, in a random basis. */
function conditioned(n: number, condition: number): { a: Matrix; basis: Matrix } {
  const stream = new RandomStream(n, 'roots');
  const basis = haarOrthogonal(n, () => stream.normal());
  const scaled = basis.data.map((value: number, at: number) => value * condition ** (-(at % n) / Math.max(1, n - 1)));
  return { a: symmetrize(multiply(matrix(n, n, scaled), basis, { transposeRight: true })), basis };
}

function rootBy(method: (typeof methods)[number], a: Matrix, p: number, basis: Matrix): MatrixRoot {
  switch (method) {
    case 'eigen':
      return inverseRoot(a, p);
    case 'eigen (ql)':
      return inverseRoot(a, p, { method: 'eigen', eigen: 'ql' });
    case 'eigen (jacobi)':
      return inverseRoot(a, p, { method: 'eigen', eigen: 'jacobi' });
    case 'orthogonal-iteration':
      return inverseRootByOrthogonalIteration(a, p, basis);
    default:
      return inverseRoot(a, p, { method });
  }
}

/** Accuracy and time of the root methods. */
export const roots = defineCommand({
  name: 'roots',
  summary: 'residual, iterations and time of every method for A^(−1/p) at orders n',
  examples: ['roots --orders 64,256 --condition 1e6', 'roots --orders 128 --p 4 --precision f32'],
  params: z.object({
    orders: z.array(z.int().min(1).max(2048)).min(1).default([16, 32, 64, 128]).describe('orders n'),
    p: z.int().min(1).max(8).default(2).describe('root A^(−1/p)'),
    condition: z.number().min(1).default(1e4).describe('condition of A'),
    precision: z.enum(['f64', 'f32']).default('f64').describe('precision of the root'),
  }),
  async run(ctx, { orders, p, condition, precision }) {
    if (!ctx.json)
      ctx.print(
        `${'n'.padStart(5)}  ${'method'.padEnd(22)} ${'‖A·X^p − I‖∞'.padStart(14)} ${'iterations'.padStart(11)} ${'ms'.padStart(9)}`,
      );
    for (const n of orders) {
      const drawn = conditioned(n, condition);
      const a = toPrecision(drawn.a, precision);
      for (const method of methods) {
        const start = performance.now();
        let line: { residual: number; iterations: number; note: string };
        try {
          const { report } = rootBy(method, a, p, toPrecision(drawn.basis, precision));
          line = { residual: report.residual ?? NaN, iterations: report.iterations, note: report.retried ? 'again in float64' : '' };
        } catch (error) {
          if (!(error instanceof LinalgError)) throw error;
          line = { residual: NaN, iterations: 0, note: error.code };
        }
        const ms = performance.now() - start;
        const { residual, iterations, note } = line;
        if (ctx.json) ctx.print(JSON.stringify({ n, method, p, precision, condition, residual, iterations, ms, note }));
        else
          ctx.print(
            `${String(n).padStart(5)}  ${method.padEnd(22)} ${residual.toExponential(2).padStart(14)} ${String(iterations).padStart(11)} ${ms.toFixed(2).padStart(9)}  ${note}`.trimEnd(),
          );
        ctx.signal.throwIfAborted();
      }
    }
  },
});
