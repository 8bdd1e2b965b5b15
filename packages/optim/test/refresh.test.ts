import { evaluate, fromArrays, jit, tensor, type Tensor, toArrays } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import {
  accumulateGradients,
  asgo,
  finiteGradients,
  type Optimizer,
  OptimizerError,
  parameterGroups,
  sgd,
  shampoo,
  soap,
  structuredAdaGrad,
} from '../src/index.js';
import { after, copy, elements, gradientsOf, model, refreshed, start, type TrainingState } from './runs.js';

/** Optimizers with a share of the host, at once and every few steps, before and after the move. */
const optimizers: readonly (readonly [string, () => Optimizer])[] = [
  ['one-sided Shampoo', () => structuredAdaGrad({ learningRate: 0.1 })],
  [
    'one-sided Shampoo with stale roots that start late',
    () => structuredAdaGrad({ learningRate: 0.1, preconditionEvery: 2, startStep: 3 }),
  ],
  ['one-sided Shampoo by orthogonal iteration', () => structuredAdaGrad({ learningRate: 0.1, root: 'qr', preconditionEvery: 2 })],
  [
    'one-sided Shampoo by stale Newton roots',
    () => structuredAdaGrad({ learningRate: 0.1, root: 'newton', epsilon: 1e-3, preconditionEvery: 2 }),
  ],
  ['shampoo', () => shampoo({ learningRate: 0.1, preconditionEvery: 2, maxDimension: 3, grafting: 'sgd' })],
  ['asgo', () => asgo({ learningRate: 0.1, root: 'eig', preconditionEvery: 2 })],
  ['soap', () => soap({ learningRate: 0.1, preconditionEvery: 2 })],
];

const compiled = (optimizer: Optimizer) =>
  jit(({ params, state }: TrainingState<unknown>, gradients: unknown): TrainingState<unknown> => {
    const [next, nextState] = optimizer.update(gradients, state, params);
    return { params: next, state: nextState };
  });

describe.each(optimizers)('%s', (_name, make) => {
  test('goes on from a checkpoint between update and refresh, bit for bit', async () => {
    const gradients = await gradientsOf([2, 3, 4, 5, 6]);
    const whole = await after(make(), model(1), gradients);
    for (const cut of [1, 2, 3]) {
      const before = await after(make(), model(1), gradients.slice(0, cut - 1));
      const between = await toArrays(compiled(make())(before, gradients[cut - 1]!));
      const restored = fromArrays(await start(make(), model(9)), between);
      const on = await after(make(), model(9), gradients.slice(cut), await refreshed(make(), restored));
      expect(await elements(on)).toEqual(await elements(whole));
    }
  });

  test('does nothing in a second refresh, nor where none is due', async () => {
    const optimizer = make();
    const gradients = await gradientsOf([2, 3, 4, 5]);
    let current = await start(optimizer, model(1));
    for (const [i, g] of gradients.entries()) {
      const updated = compiled(optimizer)(current, g) as typeof current;
      const once = await refreshed(optimizer, updated);
      if (!optimizer.refreshDue!(i + 1)) expect(once.params).toEqual(updated.params);
      const twice = await refreshed(optimizer, once);
      expect(await elements(twice)).toEqual(await elements(once));
      current = once;
    }
  });

  test('makes a forgotten refresh seen: NaN after the next update, and an error', async () => {
    const optimizer = make();
    const [g] = await gradientsOf([2]);
    const update = compiled(optimizer);
    const due = [1, 2, 3, 4].find((step) => optimizer.refreshDue!(step))!;
    let current: TrainingState<unknown> = await after(
      optimizer,
      model(1),
      Array.from({ length: due - 1 }, () => g!),
    );
    current = update(update(current, g), g);
    const matrix = (await elements(current.params))['layers[0].weight']!;
    expect(matrix.every(Number.isNaN)).toBe(true);
    while (!optimizer.refreshDue!(await current.state.step.item())) current = update(current, g);
    await expect(optimizer.refresh!(current.state, current.params)).rejects.toThrow(/expected refresh after every update/);
  });
});

test('groups refresh the members that have a share of the host, accumulation when a mean is complete', async () => {
  const make = () =>
    parameterGroups([
      { name: 'sides', where: (_path, { rank }) => rank === 2, optimizer: structuredAdaGrad({ learningRate: 0.1, preconditionEvery: 2 }) },
      { name: 'turned', where: (_path, { rank }) => rank === 3, optimizer: soap({ learningRate: 0.1 }) },
      { name: 'rest', where: () => true, optimizer: sgd() },
    ]);
  expect([1, 2, 3, 4].map((step) => make().refreshDue!(step))).toEqual([true, false, true, false]);
  const accumulating = accumulateGradients(make(), 2);
  expect([1, 2, 3, 4, 5, 6].map((step) => accumulating.refreshDue!(step))).toEqual([false, true, false, false, false, true]);
  const gradients = await gradientsOf([2, 3, 4]);
  const doubled = gradients.flatMap((g) => [g, g]);
  const [once, twice] = [await after(make(), model(1), gradients), await after(accumulating, model(1), doubled)];
  expect(await elements(twice.params)).toEqual(await elements(once.params));
});

describe('finite gradients', () => {
  const params = () => ({
    a: tensor([1, 2]),
    w: tensor([
      [1, 0],
      [0, 1],
    ]),
  });
  const bad = () => ({
    a: tensor([1, 1]),
    w: tensor([
      [Number.NaN, 3],
      [-2, Number.POSITIVE_INFINITY],
    ]),
  });
  const good = () => ({
    a: tensor([0.5, -1]),
    w: tensor([
      [1, 2],
      [3, 5],
    ]),
  });
  const optimizer = () => structuredAdaGrad({ learningRate: 0.1 });

  test('are passed on as they are', async () => {
    const alone = await after(optimizer(), params(), [good(), good()]);
    for (const policy of ['error', 'skip', 'zero'] as const) {
      const checked = await after(finiteGradients(optimizer(), policy), params(), [good(), good()]);
      expect(await elements(checked.params)).toEqual(await elements(alone.params));
    }
  });

  test('or the update is refused with parameter, step, count and extremes', async () => {
    const checked = finiteGradients(optimizer(), 'error');
    const first = await after(checked, params(), [good()]);
    const refused = compiled(checked)(first, bad());
    const error = await checked.refresh!(refused.state, refused.params).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OptimizerError);
    expect((error as OptimizerError).code).toBe('non-finite');
    expect((error as OptimizerError).details).toEqual({ parameter: 'w', step: 2, count: 2, minimum: -2, maximum: 3 });
    expect(await elements(refused.params)).toEqual(await elements(first.params));
  });

  test('or the update is skipped and counted, and the optimizer goes on as if it had not been', async () => {
    const checked = finiteGradients(optimizer(), 'skip');
    const skipped = await after(checked, params(), [good(), bad(), good()]);
    const without = await after(optimizer(), params(), [good(), good()]);
    expect(await elements(skipped.params)).toEqual(await elements(without.params));
    expect(await (skipped.state.slots['nonFinite'] as unknown as Tensor).item()).toBe(1);
    expect(await skipped.state.step.item()).toBe(3);
  });

  test('or the elements are taken for zero', async () => {
    const zeroed = {
      ...bad(),
      w: tensor([
        [0, 3],
        [-2, 0],
      ]),
    };
    const checked = await after(finiteGradients(optimizer(), 'zero'), params(), [bad()]);
    expect(await elements(checked.params)).toEqual(await elements((await after(optimizer(), params(), [zeroed])).params));
  });
});

test('statistics that became NaN are named with the parameter and the step', async () => {
  const optimizer = structuredAdaGrad();
  const given = await copy({
    w: tensor([
      [1, 2],
      [3, 4],
    ]),
  });
  const updated = compiled(optimizer)(await start(optimizer, given), {
    w: tensor([
      [Number.NaN, 1],
      [1, 1],
    ]),
  });
  const error = await optimizer.refresh!(await evaluate(updated.state), updated.params).catch((thrown: unknown) => thrown);
  expect((error as OptimizerError).code).toBe('non-finite');
  expect((error as OptimizerError).details).toMatchObject({ parameter: 'w', step: 1 });
});
