import { describe, expect, it } from 'vitest';
import { linalgCases, linalgCaseSchema } from '../src/linalg-cases.js';
import { caseTable } from '../src/report.js';

describe('cases of linear algebra', () => {
  it('are well-formed and named once', () => {
    for (const { specification } of linalgCases) linalgCaseSchema.parse(specification);
    expect(new Set(linalgCases.map(({ name }) => name)).size).toBe(linalgCases.length);
  });

  it("count the textbook's operations where there is a count", () => {
    const flops = (wanted: string): number | undefined => linalgCases.find(({ name }) => name === wanted)?.flops;
    expect(flops('gemm-1000')).toBe(2e9);
    expect(flops('eigh-256')).toBeCloseTo((14 / 3) * 256 ** 3, 0);
    expect(flops('inverse-root-eigen-64')).toBeCloseTo((17 / 3) * 64 ** 3, 0);
    expect(flops('inverse-root-newton-64')).toBeUndefined();
  });

  it('have a column of GFLOP/s by the median', () => {
    const round = { medianSeconds: 0.25, minimumSeconds: 0.2, iterations: 3 };
    const measured = {
      status: 'measured',
      contender: 'ours',
      family: 'sardonyx',
      versions: {},
      compileSeconds: 0,
      firstStepSeconds: 1,
    } as const;
    const results = [{ ...measured, rounds: [round], checkpoints: [], rssBytes: 0 }];
    const table = caseTable({ name: 'case', measure: 'step', flops: 2e9, results, disagreements: [] });
    expect(table).toMatch(/GFLOP\/s/);
    expect(table).toMatch(/ 8\.0 /);
    expect(caseTable({ name: 'case', measure: 'step', results, disagreements: [] })).not.toMatch(/GFLOP/);
  });
});
