import { tensor, TensorError } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import {
  accumulateGradients,
  adamW,
  clipByGlobalNorm,
  clipByValue,
  exponentialMovingAverage,
  globalNorm,
  parameterGroups,
  sgd,
} from '../src/index.js';
import { elements } from './runs.js';

const gradients = () => ({ a: tensor([3, 0]), b: [tensor([[0], [4]]), tensor(12)] });

describe('clipping', () => {
  test('by global norm scales all gradients by one factor', async () => {
    expect(await globalNorm(gradients()).item()).toBe(13);
    const [clipped, norm] = clipByGlobalNorm(gradients(), 6.5);
    expect(await norm.item()).toBe(13);
    expect(await elements(clipped)).toEqual({ a: [1.5, 0], 'b[0]': [0, 2], 'b[1]': [6] });
  });

  test('by global norm leaves small and zero gradients alone', async () => {
    expect(await elements(clipByGlobalNorm(gradients(), 13.5)[0])).toEqual(await elements(gradients()));
    expect(await elements(clipByGlobalNorm({ a: tensor([0, 0]) }, 1)[0])).toEqual({ a: [0, 0] });
  });

  test('by value cuts every element, and tells the norm before', async () => {
    const [clipped, norm] = clipByValue(gradients(), 3.5);
    expect(await elements(clipped)).toEqual({ a: [3, 0], 'b[0]': [0, 3.5], 'b[1]': [3.5] });
    expect(await norm.item()).toBe(13);
  });

  test('refuses limits that are not positive, and empty trees', () => {
    expect(() => clipByGlobalNorm(gradients(), 0)).toThrow(TensorError);
    expect(() => clipByValue(gradients(), -1)).toThrow(TensorError);
    expect(() => globalNorm({})).toThrow(/expected a tree with tensors/);
  });
});

test('weight decay spares the parameters filtered out', async () => {
  const params = { weight: tensor([[2]]), bias: tensor([2]) };
  const zero = { weight: tensor([[0]]), bias: tensor([0]) };
  const optimizer = adamW({ learningRate: 0.5, weightDecay: 0.5, weightDecayFor: (path) => !path.endsWith('bias') });
  const [next] = optimizer.update(zero, optimizer.init(params), params);
  expect(await elements(next)).toEqual({ weight: [1.5], bias: [2] });
});

describe('parameter groups', () => {
  const group = (name: string, where: (path: string) => boolean) => ({ name, where, optimizer: sgd() });

  test('refuse one name twice, groups without parameters, parameters without group', () => {
    expect(() => parameterGroups([group('a', () => true), group('a', () => true)])).toThrow(/different names/);
    const idle = parameterGroups([group('all', () => true), group('late', () => true)]);
    expect(() => idle.init(gradients())).toThrow(/group late takes no parameter/);
    const partial = parameterGroups([group('a', (path) => path === 'a')]);
    expect(() => partial.init(gradients())).toThrow(/no group takes b\[0\]/);
  });
});

test('accumulation refuses counts that are not whole', () => {
  expect(() => accumulateGradients(sgd(), 0)).toThrow(TensorError);
  expect(() => accumulateGradients(sgd(), 1.5)).toThrow(TensorError);
});

describe('moving average', () => {
  test('starts at the parameters and moves by 1 − decay', async () => {
    const ema = exponentialMovingAverage(0.75);
    const first = ema.update(ema.init({ w: tensor([4, 8]) }), { w: tensor([0, 0]) });
    const second = ema.update(first, { w: tensor([1, 2]) });
    expect(await elements(second)).toEqual({ step: [2], 'average.w': [2.5, 5] });
  });

  test('takes a schedule of decays, from step 1 on', async () => {
    const ema = exponentialMovingAverage((step) => step.cast('float32').sub(1).div(2));
    const first = ema.update(ema.init({ w: tensor([4]) }), { w: tensor([8]) });
    expect(await elements(first.average)).toEqual({ w: [8] });
    expect(await elements(ema.update(first, { w: tensor([0]) }).average)).toEqual({ w: [4] });
  });

  test('refuses a decay of 1', () => {
    expect(() => exponentialMovingAverage(1)).toThrow(/from 0 to below 1, given 1/);
  });
});
