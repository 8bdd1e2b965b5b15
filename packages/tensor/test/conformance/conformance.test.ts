import { describe, test } from 'vitest';
import { suites } from './cases/index.js';
import { checkError } from './check-errors.js';
import { checkGradient } from './check-gradient.js';
import { checkValue } from './check-value.js';
import { checkVmap, hasVmap } from './check-vmap.js';

for (const { family, cases, bad } of suites) {
  describe(family, () => {
    for (const testCase of cases) {
      describe(testCase.name, () => {
        test('value', () => checkValue(testCase));
        test.skipIf(testCase.gradient?.length === 0)('gradient', () => checkGradient(testCase));
        const batches = hasVmap && testCase.vmap !== false && testCase.inputs.length > 0;
        test.skipIf(!batches)('vmap', () => checkVmap(testCase));
      });
    }
    for (const badCase of bad) test(`refuses ${badCase.name}`, () => checkError(badCase));
  });
}
