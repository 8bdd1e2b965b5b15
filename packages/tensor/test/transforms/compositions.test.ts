import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  concat,
  evaluate,
  grad,
  jit,
  random,
  split,
  stopGradient,
  sum,
  tensor,
  type Tensor,
  valueAndGrad,
  ValueError,
  vmap,
} from '../../src/index.js';

const values = async (x: Tensor) => Array.from(await x.data(), Number);

/** Σ tanh(x·w)², with gradients that are not the same for all elements. */
const loss = (w: Tensor, x: Tensor) => x.matmul(w).tanh().square().sum();
const weights = () => random.normal(random.key(1), [3, 2]);
const inputs = () => random.normal(random.key(2), [5, 3]);

describe('jit inside other transformations', () => {
  const compiled = jit(loss);

  test('is traced through by grad, and grad by jit', async () => {
    const expected = await values(grad(loss)(weights(), inputs()));
    expect(await values(grad(compiled)(weights(), inputs()))).toEqual(expected);
    expect(await values(jit(grad(compiled))(weights(), inputs()))).toEqual(expected);
    expect(await values(jit(jit(grad(loss)))(weights(), inputs()))).toEqual(expected);
  });

  test('passes gradients on to tensors that it captures', async () => {
    const captured = (w: Tensor) => jit((x: Tensor) => loss(w, x))(inputs());
    const expected = await values(grad(loss)(weights(), inputs()));
    expect(await values(grad(captured)(weights()))).toEqual(expected);
    expect(await values(jit(grad(captured))(weights()))).toEqual(expected);
    const scaled = vmap((s: Tensor) => jit((x: Tensor) => x.mul(s))(tensor([1, 10])))(tensor([2, 3]));
    expect(await values(scaled)).toEqual([2, 20, 3, 30]);
  });

  test('has second derivatives', async () => {
    const curvature = (f: typeof loss) => grad((w: Tensor) => grad(f)(w, inputs()).square().sum())(weights());
    expect(await values(curvature(compiled))).toEqual(await values(curvature(loss)));
  });

  test('is batched by vmap, alone and with grad', async () => {
    const rows = await Promise.all([0, 1, 2, 3, 4].map(async (i) => values(grad(loss)(weights(), inputs().sliceAxis(0, i, i + 1)))));
    const each = vmap((row: Tensor) => grad(compiled)(weights(), row.expandDims(0)))(inputs());
    const found = await values(jit((x: Tensor) => vmap((row: Tensor) => grad(compiled)(weights(), row.expandDims(0)))(x))(inputs()));
    // Batched products may add in another order.
    (await values(each)).forEach((v, i) => expect(v).toBeCloseTo(rows.flat()[i]!, 5));
    found.forEach((v, i) => expect(v).toBeCloseTo(rows.flat()[i]!, 5));
  });

  test('is recomputed by checkpoint', async () => {
    const expected = await values(grad(loss)(weights(), inputs()));
    expect(await values(jit(grad(checkpoint(compiled)))(weights(), inputs()))).toEqual(expected);
  });
});

describe('gradients of trees', () => {
  test('pass auxiliary results through jit and vmap', async () => {
    const f = valueAndGrad((p: { a: Tensor; b: Tensor }) => {
      const y = p.a.mul(p.b);
      return [y.sum(), { y, frozen: stopGradient(y).mul(p.a) }] as const;
    });
    const [[value, aux], gradients] = jit(f)({ a: tensor([1, 2]), b: tensor([3, 4]) });
    expect(await value.item()).toBe(11);
    expect(await values(aux.frozen)).toEqual([3, 16]);
    expect(await values(gradients.a)).toEqual([3, 4]);
    expect(await values(gradients.b)).toEqual([1, 2]);
  });

  test('are zero for what the loss does not see', async () => {
    const g = jit(grad((p: { a: Tensor; b: Tensor }) => p.a.sum()))({ a: tensor([1, 2]), b: tensor([[3]]) });
    expect(await values(g.b)).toEqual([0]);
  });
});

describe('what split takes apart', () => {
  const x = () =>
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);

  test('is the same tensor again where concat joins all of it', () => {
    const whole = x();
    expect(concat(split(whole, [1, 2]))).toBe(whole);
    expect(concat(split(whole, 2, 1), 1)).toBe(whole);
  });

  test('is another where parts are left out, turned around or joined along another axis', async () => {
    const [a, b] = split(x(), [1, 2]) as [Tensor, Tensor];
    expect(await values(concat([b, a]))).toEqual([3, 4, 5, 6, 1, 2]);
    expect(await values(concat([a, b, a]))).toEqual([1, 2, 3, 4, 5, 6, 1, 2]);
    expect(await values(concat(split(x(), 2, 1), 0))).toEqual([1, 3, 5, 2, 4, 6]);
    expect(await values(concat(split(x(), 3).slice(0, 2)))).toEqual([1, 2, 3, 4]);
  });
});

describe('donation', () => {
  const advance = ({ w, m }: { w: Tensor; m: Tensor }, x: Tensor) => {
    const next = m.mul(0.9).add(grad(loss)(w, x));
    return { w: w.sub(next.mul(0.1)), m: next };
  };
  const start = () => evaluate({ w: weights().add(0), m: weights().mul(0) });

  test('gives the same, bit for bit, as keeping every state', async () => {
    const [donating, keeping] = [jit(advance, { donate: [0] }), jit(advance)];
    const x = await evaluate(inputs());
    let [a, b] = [await start(), await start()];
    for (let step = 0; step < 20; step++) {
      a = donating(a, x);
      b = keeping(b, x);
    }
    expect(await values(a.w)).toEqual(await values(b.w));
    expect(await values(a.m)).toEqual(await values(b.m));
  });

  test('takes the value away: reading it, or giving it away again, throws', async () => {
    const step = jit(advance, { donate: [0], name: 'advance' });
    const state = await start();
    const next = step(state, inputs());
    await expect(state.w.data()).rejects.toThrow(ValueError);
    await expect(state.w.add(1).data()).rejects.toThrow(/donated to advance/);
    expect(() => step(state, inputs())).toThrow(ValueError);
    expect((await values(next.w)).length).toBe(6);
  });

  test('leaves arguments that are not named alone', async () => {
    const state = await start();
    const x = await evaluate(inputs());
    const before = await values(x);
    const step = jit(advance, { donate: ['m'] });
    await evaluate(step(state, x));
    expect(await values(x)).toEqual(before);
    expect((await values(state.w)).length).toBe(6);
    await expect(state.m.data()).rejects.toThrow(ValueError);
  });

  test('keeps results of steps before while later ones run', async () => {
    const count = jit((x: Tensor) => ({ next: x.add(1), seen: sum(x) }), { donate: [0] });
    let x = await evaluate(tensor([0, 10]).add(0));
    const seen: Tensor[] = [];
    for (let i = 0; i < 10; i++) {
      const result = count(x);
      x = result.next;
      seen.push(result.seen);
    }
    expect(await Promise.all(seen.map((s) => s.item()))).toEqual(Array.from({ length: 10 }, (_, i) => 10 + 2 * i));
  });

  test('hands on what is returned as it is, buffer and all, used or not', async () => {
    const step = jit(
      ({ frozen, unused, w }: { frozen: Tensor; unused: Tensor; w: Tensor }) => ({ frozen, w: w.sub(frozen), unused, again: unused }),
      { donate: [0], name: 'step' },
    );
    const make = () => evaluate({ frozen: tensor([1, 2]).add(0), unused: tensor([5]).add(0), w: tensor([10, 10]).add(0) });
    const given = await make();
    const buffer = (x: Tensor) => (x.origin as { value: { view(): unknown } }).value.view();
    const [frozen, unused] = [buffer(given.frozen), buffer(given.unused)];
    let state = given;
    // Submitted all at once: every run waits for the buffers of the one before.
    for (let i = 0; i < 3; i++) state = step(state);
    await evaluate(state);
    expect([buffer(state.frozen), buffer(state.unused)]).toEqual([frozen, unused]);
    expect(buffer(state.frozen)).toBe(frozen);
    expect(buffer(state.unused)).toBe(unused);
    expect(await values(state.w)).toEqual([7, 4]);
    expect(await values((state as unknown as { again: Tensor }).again)).toEqual([5]);
    await expect(given.frozen.data()).rejects.toThrow(/donated to step/);
    const other = await make();
    expect(() => step({ ...other, unused: other.frozen })).toThrow(/donated twice/);
    expect(await values(other.frozen)).toEqual([1, 2]);
  });

  test('hands on what is still being read, and lets nobody write to it meanwhile', async () => {
    const step = jit(({ kept, w }: { kept: Tensor; w: Tensor }) => ({ kept, w: w.add(kept) }), { donate: [0] });
    const overwrite = jit((x: Tensor) => x.mul(0), { donate: [0] });
    const state = await evaluate({ kept: tensor([1, 2]).add(0), w: tensor([0, 0]).add(0) });
    const read = state.kept.data();
    const after = step(step(state));
    expect(await values(after.w)).toEqual([2, 4]);
    const zero = overwrite(after.kept);
    expect(Array.from(await read, Number)).toEqual([1, 2]);
    expect(await values(overwrite(overwrite(zero)))).toEqual([0, 0]);
  });

  test('hands on a failure too, and copies where there is nothing else to do', async () => {
    const pick = jit((x: Tensor, i: Tensor) => x.take(i));
    const step = jit((state: { kept: Tensor; next: Tensor }) => ({ kept: state.kept, next: state.next.add(1) }), { donate: [0] });
    const wrong = pick(await evaluate(tensor([1, 2]).add(0)), tensor([7], undefined, 'int64'));
    const after = step({ kept: wrong, next: await evaluate(tensor([1]).add(0)) });
    await expect(after.kept.data()).rejects.toThrow(/RuntimeError|index|indices|out of/i);
    expect(await values(after.next)).toEqual([2]);
    const same = jit((x: Tensor) => x, { donate: [0] });
    expect(await values(same(await evaluate(tensor([3, 4]).add(0))))).toEqual([3, 4]);
  });

  test('refuses names that no argument has', () => {
    expect(() => jit((p: { a: Tensor }) => p.a.add(1), { donate: ['b'] })({ a: tensor([1]) })).toThrow(/donate names "b"/);
  });
});
