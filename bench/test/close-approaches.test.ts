import { describe, expect, it } from 'vitest';
import { closeApproachesCases, closeApproachesCaseSchema } from '../src/close-approaches-cases.js';
import { caseTable } from '../src/report.js';

describe('cases of close approaches', () => {
  it('are well-formed, named once, and whole numbers of every step that is taken', () => {
    expect(new Set(closeApproachesCases.map(({ name }) => name)).size).toBe(closeApproachesCases.length);
    for (const { specification } of closeApproachesCases) {
      const { kind, gm, states, days } = closeApproachesCaseSchema.parse(specification);
      expect(states).toHaveLength(6 * gm.length);
      if (kind !== 'ias15') expect(days % 16).toBe(0);
    }
  });

  it('have a column of nanoseconds by the median', () => {
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
    const table = caseTable({ name: 'case', measure: 'step', work: { unit: 'thing', count: 1e6 }, results, disagreements: [] });
    expect(table).toMatch(/ns\/thing/);
    expect(table).toMatch(/ 250\.0 /);
  });
});
