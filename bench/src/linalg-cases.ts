import { z } from 'zod';
import type { BenchmarkCase } from './benchmark.js';

/** One computation on a random matrix of order `n`; of `inverse-root`, `A^{−1/2}` of a positive definite one by the method. */
export const linalgCaseSchema = z.strictObject({
  kind: z.enum(['gemm', 'qr', 'eigh', 'inverse-root']),
  n: z.int().min(1),
  precision: z.enum(['f64', 'f32']),
  method: z.enum(['eigen', 'newton', 'higher-order', 'newton-schulz']).optional(),
});
export type LinalgCase = z.infer<typeof linalgCaseSchema>;

/**
 * Textbook operations over `n³`: a product; QR with both factors; reduction, divide and conquer without deflation and
 * back-transformation; that and one triangle of a product. The iterations take as many steps as they need: no count.
 */
const flopsPerCube: Readonly<Record<string, number>> = { gemm: 2, qr: 8 / 3, eigh: 14 / 3, eigen: 17 / 3 };

const orders = [64, 256, 512, 1000];

function linalgCase(specification: LinalgCase): BenchmarkCase {
  const { kind, n, precision, method } = specification;
  const name = [method === undefined ? kind : `inverse-root-${method}`, n, ...(precision === 'f32' ? ['f32'] : [])].join('-');
  const count = flopsPerCube[method ?? kind];
  return { name, specification, measure: 'step', maximumIterations: 2000, ...(count === undefined ? {} : { flops: count * n ** 3 }) };
}

const inverseRoots = (['newton', 'higher-order', 'newton-schulz'] as const).flatMap((method) =>
  [64, 256, 512].map((n) => linalgCase({ kind: 'inverse-root', n, precision: 'f64', method })),
);

/** The cases of the linear algebra benchmark, in the order in which they are measured. */
export const linalgCases: readonly BenchmarkCase[] = [
  ...orders.map((n) => linalgCase({ kind: 'gemm', n, precision: 'f64' })),
  ...orders.map((n) => linalgCase({ kind: 'eigh', n, precision: 'f64' })),
  ...orders.map((n) => linalgCase({ kind: 'inverse-root', n, precision: 'f64', method: 'eigen' })),
  ...orders.map((n) => linalgCase({ kind: 'qr', n, precision: 'f64' })),
  ...inverseRoots,
  linalgCase({ kind: 'gemm', n: 512, precision: 'f32' }),
  linalgCase({ kind: 'eigh', n: 512, precision: 'f32' }),
];
