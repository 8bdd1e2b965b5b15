import { expect, it } from 'vitest';
import { disagreements } from '../src/agreement.js';

const result = (contender: string, name: string, value: number) => ({ contender, checkpoints: [{ name, value }] });

it('lets float32 rounding pass and flags a loss that is off by more than a thousandth', () => {
  expect(disagreements([result('ours', 'loss@10', 4.5), result('peer', 'loss@10', 4.5009)])).toEqual([]);
  expect(disagreements([result('ours', 'loss@10', 4.5), result('peer', 'loss@10', 4.5011)])).toEqual([
    { checkpoint: 'loss@10', contender: 'peer', value: 4.5011, reference: 'ours', referenceValue: 4.5 },
  ]);
});

it('weighs large values other than losses by their size', () => {
  expect(disagreements([result('ours', 'weightGradient', 150), result('peer', 'weightGradient', 150.1)])).toEqual([]);
  expect(disagreements([result('ours', 'weightGradient', 150), result('peer', 'weightGradient', -150)])).toHaveLength(1);
});

it('compares only what both have', () => {
  expect(disagreements([result('ours', 'loss@0', 1), result('peer', 'output', 2)])).toEqual([]);
});
