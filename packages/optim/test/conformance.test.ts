import { add, evaluate, fromArrays, mul, square, sub, sum, tensor, type Tensor, toArrays, treeMap } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { accumulateGradients, clipByGlobalNorm, parameterGroups, schedules, sgd } from '../src/index.js';
import { optimizers } from './optimizers.js';
import { after, copy, dtypesOf, elements, gradientsOf, minimize, model, type Model, start } from './runs.js';

const quadratic = ({ x }: { x: Tensor }) =>
  sum(
    mul(
      square(x),
      tensor([
        [0.5, 1],
        [2, 4],
      ]).cast(x.dtype),
    ),
  );
const rosenbrock = ({ x, y }: { x: Tensor; y: Tensor }) => add(square(sub(1, x)), mul(square(sub(y, square(x))), 100));

describe.each(optimizers)('$name', (row) => {
  test('solves a quadratic', async () => {
    const x = tensor([
      [3, -2],
      [1, 4],
    ]);
    const first = await quadratic({ x }).item();
    const optimizer = row.make(row.quadratic);
    expect(await minimize(optimizer, quadratic, { x }, { steps: 300 })).toBeLessThan(1e-4 * first);
  });

  test('follows the valley of the Rosenbrock function', async () => {
    const { learningRate, steps } = row.rosenbrock;
    const corner = { x: tensor(-1.2, [], 'float64'), y: tensor(1, [], 'float64') };
    expect(await rosenbrock(corner).item()).toBeCloseTo(24.2, 10);
    expect(await minimize(row.make(learningRate), rosenbrock, corner, { steps, most: 50, goal: 0.1 })).toBeLessThan(0.1);
  });

  test('takes the first step that its formula says', async () => {
    const [p, g] = [
      [
        [0.5, -1, 2],
        [-0.25, 3, 1],
      ],
      [
        [1, -0.5, 0.25],
        [2, 0.125, -1],
      ],
    ];
    const params = { w: tensor(p, undefined, 'float64') };
    const { params: next } = await after(row.make(0.1), params, [{ w: tensor(g, undefined, 'float64') }]);
    const expected = row.firstStep(p, g, 0.1).flat();
    // Both in float64; the order of operations differs by a few roundings.
    (await elements(next))['w']!.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 13));
  });

  test.each(['float32', 'float64'] as const)('keeps parameters and state in %s', async (dtype) => {
    const [g] = await gradientsOf([2], dtype);
    const before = await start(row.make(0.1), model(1, dtype));
    const next = await after(row.make(0.1), before.params, [g!], before);
    expect(dtypesOf(next.params)).toEqual([dtype]);
    // Numbers of steps are whole.
    expect(dtypesOf(next.state.slots).filter((name) => name !== dtype && name !== 'int32')).toEqual([]);
    expect(next.state.step.dtype).toBe('int32');
    expect(await next.state.step.item()).toBe(1);
  });

  test('follows a schedule of the step, which is 1 at the first update', async () => {
    const gradients = await gradientsOf([2, 3, 4]);
    const seen = schedules.piecewise([
      [0, Number.NaN],
      [1, 0.1],
      [2, 0.05],
      [3, 0],
    ]);
    const two = await after(row.make(seen), model(1), gradients.slice(0, 2));
    const three = await after(row.make(seen), model(1), gradients.slice(2), two);
    const byNumbers = await after(row.make(0.1), model(1), gradients.slice(0, 1));
    const continued = await after(row.make(0.05), model(1), gradients.slice(1, 2), byNumbers);
    expect(await elements(two)).toEqual(await elements(continued));
    if (!row.coasts) expect(await elements(three.params)).toEqual(await elements(two.params));
  });

  test('takes clipped gradients', async () => {
    const [g] = await gradientsOf([2]);
    const [clipped, norm] = clipByGlobalNorm(g!, 0.5);
    const factor = 0.5 / (await norm.item());
    const scaled = await evaluate(treeMap((leaf) => leaf.mul(Math.fround(factor)), g!));
    const [a, b] = [await after(row.make(0.1), model(1), [await evaluate(clipped)]), await after(row.make(0.1), model(1), [scaled])];
    const expected = await elements(b.params);
    for (const [path, found] of Object.entries(await elements(a.params))) {
      // The factor is rounded to float32 in two ways.
      found.forEach((x, i) => expect(x).toBeCloseTo(expected[path]![i]!, 5));
    }
  });

  test('updates its group as if it were alone', async () => {
    const gradients = await gradientsOf([2, 3]);
    const isWeight = (path: string) => path.endsWith('weight');
    const grouped = parameterGroups([
      { name: 'weights', where: isWeight, optimizer: row.make(0.1) },
      { name: 'rest', where: () => true, optimizer: sgd({ learningRate: 0.5 }) },
    ]);
    const together = await after(grouped, model(1), gradients);
    const weights = ({ layers }: Model) => layers.map(({ weight }) => weight);
    const alone = await after(row.make(0.1), weights(model(1)), gradients.map(weights));
    const rest = await after(sgd({ learningRate: 0.5 }), model(1), gradients);
    expect(await elements(weights(together.params))).toEqual(await elements(alone.params));
    expect(await elements(together.params.stack)).toEqual(await elements(rest.params.stack));
  });

  test('accumulates gradients as if they were one batch', async () => {
    const gradients = await gradientsOf([2, 3, 4, 5]);
    const means = [0, 2].map((i) => treeMap((a, _, b) => mul(add(add(0, a), b!), 0.5), gradients[i]!, gradients[i + 1]!));
    const accumulating = accumulateGradients(row.make(0.1), 2);
    const first = await after(accumulating, model(1), gradients.slice(0, 1));
    expect(await elements(first.params)).toEqual(await elements(model(1)));
    const all = await after(accumulating, model(1), gradients.slice(1), first);
    const batches = await after(row.make(0.1), model(1), await Promise.all(means.map((g) => evaluate(g))));
    expect(await elements(all.params)).toEqual(await elements(batches.params));
  });

  test('resumes bit for bit from arrays by path', async () => {
    const gradients = await gradientsOf([2, 3, 4, 5]);
    const whole = await after(row.make(0.1), model(1), gradients);
    const half = await after(row.make(0.1), model(1), gradients.slice(0, 2));
    const restored = fromArrays(await start(row.make(0.1), model(9)), await toArrays(half));
    expect(await elements(await after(row.make(0.1), model(9), gradients.slice(2), restored))).toEqual(await elements(whole));
  });

  test('gives the same, bit for bit, where its state is donated', async () => {
    const params = { w: model(1).stack };
    const loss = (p: { w: Tensor }) => sum(square(p.w));
    const donated = await minimize(row.make(0.01), loss, await copy(params), { steps: 5, most: 1 });
    let plain = await start(row.make(0.01), params);
    for (let i = 0; i < 5; i++) plain = await after(row.make(0.01), params, [{ w: plain.params.w.mul(2) }], plain);
    expect(donated).toBe(await loss(plain.params).item());
  });
});
