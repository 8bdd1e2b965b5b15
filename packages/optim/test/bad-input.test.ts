import { evaluate, ones, tensor, zeros } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import {
  adafactor,
  adam,
  adamW,
  asgo,
  dasgo,
  lowRankAdaGrad,
  momentum,
  muon,
  normalizedSteepestDescent,
  type Optimizer,
  OptimizerError,
  sgd,
  shampoo,
  soap,
  structuredAdaGrad,
  type StructuredAdaGradOptions,
} from '../src/index.js';
import { nearest } from '../src/options.js';

/** Options as a caller without types, or with a configuration file, may give them. */
const untyped = (options: Record<string, unknown>) => options as StructuredAdaGradOptions;

function codeAndMessage(act: () => unknown): [string, string] {
  try {
    act();
  } catch (error) {
    if (error instanceof OptimizerError) return [error.code, error.message];
    throw error;
  }
  return ['none', ''];
}

describe('options', () => {
  test.each([
    [{ epsilon: -1 }, /epsilon to be a finite number from 0 up, given -1/],
    [{ beta2: 0 }, /beta2 to be a number above 0, up to 1, given 0/],
    [{ beta2: 1.5 }, /given 1.5/],
    [{ learningRate: 0 }, /learningRate to be a finite number above 0 or a schedule, given 0/],
    [{ learningRate: -1e-3 }, /given -0.001/],
    [{ learningRate: Number.NaN }, /given NaN/],
    [{ preconditionEvery: 10, startStep: 5 }, /startStep to be preconditionEvery or later, given 5/],
    [{ preconditionEvery: 0 }, /a whole number from 1 up/],
    [{ set: 'lefft' }, /set to be one of scalar, diagonal/],
    [{ root: 'svd' }, /"eig", "qr", "newton"/],
    [{ root: 'ns', epsilon: 0 }, /a pseudo-inverse needs root "eig" or "qr"/],
    [{ momentum: 1 }, /from 0 to below 1/],
    [{ preconditonEvery: 2 }, /given preconditonEvery, did you mean preconditionEvery\?/],
    [{ lr: 2 }, /given lr/],
    [{ rankTolerance: 1e-6 }, /rankTolerance with epsilon 0 only.*given epsilon 1e-10/],
    [{ rankTolerance: -1, epsilon: 0 }, /rankTolerance to be a finite number from 0 up, given -1/],
  ])('%o are refused', (options, message) => {
    const [code, text] = codeAndMessage(() => structuredAdaGrad(untyped(options)));
    expect(code).toBe('option');
    expect(text).toMatch(message);
  });

  test.each([
    ['sgd', () => sgd({ learningRate: Number.NaN })],
    ['sgd', () => sgd(untyped({ momentum: 0.9 }))],
    ['momentum', () => momentum({ momentum: 1 })],
    ['adam', () => adam({ epsilon: -1e-8 })],
    ['adam', () => adam({ beta2: 1 })],
    ['adamW', () => adamW({ beta1: -0.1 })],
    ['adamW', () => adamW({ learningRate: 0 })],
    ['adamW', () => muon(untyped({ adamW: { beta3: 0.9 } }))],
    ['adafactor', () => adafactor({ clippingThreshold: 0 })],
    ['adafactor', () => adafactor({ epsilon: Number.NaN })],
    ['lowRankAdaGrad', () => lowRankAdaGrad({ rank: 0.5 })],
    ['lowRankAdaGrad', () => lowRankAdaGrad({ epsilon: 1e-8, rankTolerance: 1e-6 })],
    ['soap', () => soap({ beta1: 1 })],
    ['soap', () => soap({ epsilon: 0 })],
    ['muon', () => muon({ iterations: 0 })],
    ['muon', () => muon(untyped({ nestrov: true }))],
    ['shampoo', () => shampoo({ preconditionEvery: 4, startStep: 2 })],
    ['shampoo', () => shampoo({ root: 'newton', epsilon: 0 })],
    ['shampoo', () => shampoo({ roots: { 2: Math.PI } }).init([zeros([2, 3000])])],
    // Exponents −2/3, which a coupled Newton iteration would take for −1/3, and −1/6, which "ns" would for −1/4.
    ['shampoo', () => shampoo({ root: 'newton', epsilon: 1e-3, roots: { 2: 1.5 } }).init([zeros([2, 3000])])],
    ['shampoo', () => shampoo({ root: 'ns', epsilon: 1e-3, mergeDimensions: false }).init([zeros([2, 3, 4])])],
    ['shampoo', () => shampoo({ roots: { 2: -1 } }).init([zeros([2, 3000])])],
    ['asgo', () => asgo({ weightDecay: -1 })],
    ['asgo', () => asgo({ epsilon: 0 })],
    ['dasgo', () => dasgo({ learningRate: Infinity })],
    ['normalizedSteepestDescent', () => normalizedSteepestDescent({ norm: 'nuclear' as 'rows' })],
  ])('of %s are refused', (name, make) => {
    const [code, text] = codeAndMessage(make);
    expect(code).toBe('option');
    expect(text).toMatch(new RegExp(`^${name}: expected`));
  });

  test('of one name suggest the nearest', () => {
    expect(nearest('momentun', ['beta1', 'momentum', 'epsilon'])).toBe('momentum');
    expect(nearest('EPS', ['beta1', 'momentum', 'eps'])).toBe('eps');
  });
});

describe('statistics that are none, from a checkpoint that was tampered with or steps that overflowed,', () => {
  const params = () => ({ layer: { w: zeros([2, 3]) } });

  /** What `refresh` throws after a first update whose statistic was replaced. */
  async function thrownFor(optimizer: Optimizer, replaced: Record<string, unknown>): Promise<OptimizerError> {
    const [next, state] = await evaluate(optimizer.update({ layer: { w: ones([2, 3]) } }, optimizer.init(params()), params()));
    const { memory, ...rest } = state.slots as unknown as { memory: { layer: { w: Record<string, unknown> } } };
    const slots = { ...rest, memory: { layer: { w: { ...memory.layer.w, ...replaced } } } };
    return optimizer.refresh!({ step: state.step, slots: slots as unknown as typeof state.slots }, next).then(
      () => expect.unreachable(),
      (error: unknown) => error as OptimizerError,
    );
  }

  const matrix = (...elements: number[]) => tensor(elements, [2, 2]);
  const left = () => structuredAdaGrad({ set: 'left' });

  test('not symmetric: named with parameter, step and the difference', async () => {
    const error = await thrownFor(left(), { statistic: matrix(1, 0.5, 0, 1) });
    expect(error.code).toBe('root');
    expect(error.details).toMatchObject({ parameter: 'layer.w', step: 1 });
    expect(error.message).toMatch(/^structuredAdaGrad: expected a statistic of layer\.w with an inverse root at step 1: .*symmetric/);
  });

  test('with a negative eigenvalue: the value is reported', async () => {
    const error = await thrownFor(left(), { statistic: matrix(1, 2, 2, 1) });
    expect(error.code).toBe('root');
    expect(error.message).toMatch(/layer\.w .*at step 1: .*eigenvalue -(1|0\.999999)/);
    expect(error.details['eigenvalue']).toBeCloseTo(-1, 10);
  });

  test('not finite: named for roots between steps, eigenbases and singular values alike', async () => {
    const nothing = matrix(Number.NaN, 0, 0, 1);
    const cases: readonly (readonly [Optimizer, Record<string, unknown>])[] = [
      [left(), { statistic: nothing }],
      [structuredAdaGrad({ set: 'left', root: 'ns', preconditionEvery: 2 }), { statistic: nothing }],
      [soap(), { factors: [nothing, zeros([3, 3])] }],
      [lowRankAdaGrad(), { latest: tensor([Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0]) }],
    ];
    for (const [optimizer, replaced] of cases) {
      const error = await thrownFor(optimizer, replaced);
      expect(error.code).toBe('non-finite');
      expect(error.message).toMatch(new RegExp(`^${optimizer.name}: expected a statistic of layer\\.w with .* at step 1: `));
      expect(error.details).toMatchObject({ parameter: 'layer.w', step: 1 });
    }
  });
});

describe('parameters, gradients and states', () => {
  const optimizer = structuredAdaGrad();
  const params = { w: zeros([2, 3]), b: zeros([3]) };

  test('a gradient of another shape or dtype is named', () => {
    const state = optimizer.init(params);
    const update = (gradients: unknown) => () => optimizer.update(gradients as typeof params, state, params);
    expect(codeAndMessage(update({ w: zeros([3, 2]), b: zeros([3]) }))).toEqual([
      'gradient',
      expect.stringMatching(/float32\[2, 3\].* for w, given .*\[3, 2\]/),
    ]);
    expect(codeAndMessage(update({ w: zeros([2, 3]), b: zeros([3], 'float64') }))).toEqual(['gradient', expect.stringMatching(/for b/)]);
    expect(codeAndMessage(update({ w: zeros([2, 3]) }))[1]).toMatch(/each of 2 parameters, given 1/);
  });

  test('a state of other parameters or another optimizer is refused', () => {
    const other = optimizer.init({ w: zeros([4, 3]), b: zeros([3]) });
    const [code, text] = codeAndMessage(() => optimizer.update(params, other as ReturnType<typeof optimizer.init<typeof params>>, params));
    expect(code).toBe('checkpoint');
    expect(text).toMatch(/as statistic of w, given .*\[3, 3\]/);
    const foreign = soap().init(params);
    expect(codeAndMessage(() => optimizer.update(params, foreign, params))[0]).toBe('checkpoint');
  });

  test('optimizers that go by elements name the first parameter that differs', () => {
    const elementwise = adamW();
    const state = elementwise.init(params);
    const gradients = { w: zeros([2, 3]), b: zeros([4]) };
    expect(() => elementwise.update(gradients, state, params)).toThrow(
      /the first that differs is b, .*float32\[3\].* against .*float32\[4\]/,
    );
    const restored = elementwise.init({ w: zeros([3, 2]), b: zeros([3]) });
    expect(() => elementwise.update(params, restored, params)).toThrow(/the first that differs is w, /);
  });

  test('a full matrix beyond the limit is refused with the way out', () => {
    const wide = { embedding: zeros([1000, 20]) };
    const [code, text] = codeAndMessage(() => structuredAdaGrad({ set: 'full' }).init(wide));
    expect(code).toBe('memory');
    expect(text).toMatch(/for embedding, given a set of 20000 × 20000 matrices, 1530 MiB.*low-rank form/);
    expect(codeAndMessage(() => structuredAdaGrad({ set: 'full', memoryLimit: 2e9 }).init(wide))[0]).toBe('none');
  });

  test('a mode that a parameter does not have is refused', () => {
    expect(codeAndMessage(() => structuredAdaGrad({ set: { mode: 2 } }).init(params))[1]).toMatch(/mode from -2 to 1 for w.*given 2/);
  });

  test('an output axis in the middle is refused', () => {
    expect(codeAndMessage(() => muon({ outputAxis: () => 1 }).init([zeros([2, 3, 4])]))[1]).toMatch(/first or the last axis/);
  });

  test('coordinates that never had a gradient do not move', async () => {
    const rows = {
      w: tensor([
        [1, 2],
        [3, 4],
      ]),
    };
    const gradients = {
      w: tensor([
        [1, -1],
        [0, 0],
      ]),
    };
    for (const set of ['diagonal', 'rows'] as const) {
      const adaptive = structuredAdaGrad({ set, epsilon: 0, learningRate: 1 });
      const [next] = adaptive.update(gradients, adaptive.init(rows), rows);
      expect(Array.from(await next.w.data(), Number)).toEqual([0, 3, 3, 4]);
    }
  });
});
