import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longestSteps, runLength } from '../../src/studies/belt-length.js';

test('as many snapshots as wanted where they fit', () => {
  expect(runLength({ years: 2_000_000, step: 8, snapshots: 400 })).toEqual({ steps: 91_312_400, snapshotSteps: 228_281 });
  // 5 yr of 16 d are 114 steps: 20 snapshots of 6 would make 120 of them, 19 make 114.
  expect(runLength({ years: 5, step: 16, snapshots: 20 })).toEqual({ steps: 114, snapshotSteps: 6 });
});

test('the length is that asked for within 1 %, in whole intervals, whatever the snapshots', () => {
  const rules = fc.record({ years: fc.double({ min: 0.1, max: 1e4, noNaN: true }), step: fc.double({ min: 0.5, max: 64, noNaN: true }) });
  fc.assert(
    fc.property(rules, fc.integer({ min: 1, max: 5000 }), (rule, wanted) => {
      const total = longestSteps(rule);
      const { steps, snapshotSteps } = runLength({ ...rule, snapshots: Math.min(wanted, total) });
      expect(Math.abs(steps - total)).toBeLessThanOrEqual(0.01 * total);
      expect(steps % snapshotSteps).toBe(0);
    }),
  );
});
