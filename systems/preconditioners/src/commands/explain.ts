import { defineCommand } from '@sardonyx/study';
import { z } from 'zod';
import { storedNumbers } from '../preconditioner-set.js';
import { diagonalSet, fullSet, leftSet, rightSet, rowScalarSet, scalarSet } from '../sets/standard-sets.js';

/** What preconditioning a matrix parameter costs, method by method. */
export const explain = defineCommand({
  name: 'explain',
  summary: 'numbers stored and flops a step of every method on a rows × columns parameter',
  examples: ['explain --rows 1024 --columns 4096', 'explain --rows 768 --columns 768 --json'],
  params: z.object({
    rows: z.int().min(1).max(1_000_000).default(1024).describe('dL'),
    columns: z.int().min(1).max(1_000_000).default(1024).describe('dR'),
  }),
  async run(ctx, { rows, columns }) {
    const d = rows * columns;
    const side = Math.min(rows, columns);
    const twoSided = rows ** 2 + columns ** 2;
    // A root from eigenpairs costs about 10n³, a statistic n²m, a product with it 2n²m.
    const oneSided = (n: number, m: number): number => 3 * n * n * m + 10 * n ** 3;
    const table: readonly (readonly [method: string, stored: number, flops: number])[] = [
      ['AdaGrad-Norm', storedNumbers(scalarSet(d)), 4 * d],
      ['AdaGrad', storedNumbers(diagonalSet(d)), 5 * d],
      ['row-scalar', storedNumbers(rowScalarSet(rows, columns)), 4 * d],
      ['one-sided Shampoo, left', storedNumbers(leftSet(rows, columns)), oneSided(rows, columns)],
      ['one-sided Shampoo, right', storedNumbers(rightSet(rows, columns)), oneSided(columns, rows)],
      ['one-sided Shampoo, smaller', side ** 2, oneSided(side, d / side)],
      ['two-sided Shampoo', twoSided, oneSided(rows, columns) + oneSided(columns, rows)],
      ['SOAP', twoSided + 2 * d, oneSided(rows, columns) + oneSided(columns, rows) + 8 * d * (rows + columns)],
      ['full-matrix AdaGrad', storedNumbers(fullSet(d)), 3 * d * d + 10 * d ** 3],
    ];
    if (!ctx.json) ctx.print(`${'method'.padEnd(27)} ${'numbers stored'.padStart(15)} ${'flops a step'.padStart(13)}`);
    for (const [method, stored, flops] of table) {
      if (ctx.json) ctx.print(JSON.stringify({ method, stored, flops }));
      else ctx.print(`${method.padEnd(27)} ${stored.toPrecision(4).padStart(15)} ${flops.toExponential(1).padStart(13)}`);
    }
  },
});
