import { zeros } from '@sardonyx/tensor';
import { expect, test } from 'vitest';
import {
  accumulateGradients,
  adamW,
  explain,
  explanationText,
  muon,
  type Optimizer,
  sgd,
  shampoo,
  soap,
  structuredAdaGrad,
} from '../src/index.js';

const params = () => ({ w: zeros([20, 30]), b: zeros([30]) });
const stateOf = (optimizer: Optimizer) => explain(optimizer, params()).parameters.map(({ stateFloats }) => stateFloats);

test('state is counted as optimizers keep it', () => {
  expect(stateOf(sgd())).toEqual([0, 0]);
  expect(stateOf(adamW())).toEqual([2 * 600, 2 * 30]);
  expect(stateOf(structuredAdaGrad({ set: 'scalar' }))).toEqual([1, 1]);
  expect(stateOf(structuredAdaGrad({ set: 'diagonal' }))).toEqual([600, 30]);
  // The statistic alone where roots are made within the step; the root and the direction that waits for it otherwise.
  expect(stateOf(structuredAdaGrad({ root: 'ns' }))).toEqual([20 * 20, 30]);
  expect(stateOf(structuredAdaGrad())).toEqual([2 * 20 * 20 + 600, 30]);
  expect(stateOf(structuredAdaGrad({ set: 'full', root: 'ns' }))).toEqual([600 ** 2, 30 ** 2]);
  expect(stateOf(shampoo({ root: 'ns', beta1: 0, maxDimension: 100 }))).toEqual([20 ** 2 + 30 ** 2, 30 ** 2]);
  expect(stateOf(soap())).toEqual([2 * (20 ** 2 + 30 ** 2) + 2 * 600, 2 * 30]);
  expect(stateOf(muon())).toEqual([600, 2 * 30]);
  expect(stateOf(accumulateGradients(adamW(), 2))).toEqual([3 * 600, 3 * 30]);
});

test('work grows as it does: a one-sided method on the shorter side, two-sided ones on both', () => {
  const flops = (optimizer: Optimizer) => explain(optimizer, { w: zeros([100, 1000]) }).flopsPerStep;
  // Two products of 2·100²·1000 and eigenvectors of order 100.
  expect(flops(structuredAdaGrad())).toBeCloseTo(4 * 100 ** 2 * 1000 + 10 * 100 ** 3 + 2e5, -1);
  expect(flops(shampoo())).toBeGreaterThan(10 * 1000 ** 3);
  expect(flops(structuredAdaGrad({ preconditionEvery: 10 }))).toBeLessThan(flops(structuredAdaGrad()));
});

test('the table names every parameter, also under groups and in arrays', () => {
  const nested = { layers: [{ weight: zeros([2, 3]) }, { weight: zeros([2, 3]) }], weight: zeros([4]) };
  const { parameters, stateFloats } = explain(muon(), nested);
  expect(parameters.map(({ stateFloats: floats }) => floats)).toEqual([6, 6, 8]);
  expect(stateFloats).toBe(20);
  expect(explanationText(explain(muon(), nested)).split('\n')).toEqual([
    'parameter         shape  treatment                    state  flops/step',
    'layers[0].weight  2 × 3  muon: polar factor of 2 × 3      6         368',
    'layers[1].weight  2 × 3  muon: polar factor of 2 × 3      6         368',
    'weight            4      adamW: adamW                     8          44',
    'all               16     muon                            20         780',
  ]);
});
