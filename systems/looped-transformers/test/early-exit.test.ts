import { evaluate, grad, random, tensor, treeMap } from '@sardonyx/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEarlyExit, type EarlyExit, entropyRegularizedLoss, exitDistribution, type ExitRule } from '../src/model/early-exit.js';
import {
  initLoopedTransformer,
  loopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
  loopLogits,
  loopStates,
} from '../src/model/model.js';

const config: LoopedTransformerConfig = {
  layers: 1,
  loops: 6,
  width: 16,
  heads: 2,
  hidden: 24,
  vocabulary: 5,
  length: 4,
  positions: 'learned',
  inject: 'add',
  activation: 'relu',
  loopNorm: true,
  exitGate: true,
};
const [batch, length, vocabulary] = [4, 4, 5];
const tokens = tensor(
  Int32Array.from({ length: batch * length }, (_, i) => (i * i) % 5),
  [batch, length],
);

let params: LoopedTransformerParameters;
let exit: EarlyExit;
beforeAll(async () => {
  let leaf = 0;
  params = await evaluate(
    treeMap((x) => x.add(random.normal(random.key(40 + leaf++), x.shape, { std: 0.4 })), initLoopedTransformer(random.key(2), config)),
  );
  exit = createEarlyExit(params, config);
});
afterAll(() => exit.dispose());

const numbers = async (x: { data(): Promise<ArrayLike<number | bigint>> }): Promise<number[]> => Array.from(await x.data(), Number);

/** Elements of one sequence. */
const rowOf = (values: readonly number[], row: number): number[] =>
  values.slice((row * values.length) / batch, ((row + 1) * values.length) / batch);

/** What each rule measures of sequence `row` at loop t, by plain loops over the states. */
async function measures(kind: ExitRule['kind'], row: number): Promise<number[]> {
  const states = await Promise.all(loopStates(params, tokens, config).map(numbers));
  const of = states.map((state) => rowOf(state, row));
  const norm = (x: readonly number[]) => Math.hypot(...x);
  if (kind === 'stateChange') return of.slice(1).map((x, i) => norm(x.map((v, d) => v - of[i]![d]!)) / norm(x));
  if (kind === 'gate') {
    const shares = await Promise.all(exitDistribution(params, loopStates(params, tokens, config).slice(1), config).map(numbers));
    let left = 0;
    return shares.map((p) => (left += rowOf(p, row).reduce((a, b) => a + b) / length));
  }
  const logits = (await Promise.all(loopLogits(params, tokens, config).map(numbers))).map((all) => rowOf(all, row));
  const softmax = (all: readonly number[], place: number) => {
    const line = all.slice(place * vocabulary, (place + 1) * vocabulary).map(Math.exp);
    return line.map((x) => x / line.reduce((a, b) => a + b));
  };
  return logits.map((now, t) => {
    if (t === 0) return Number.POSITIVE_INFINITY;
    let total = 0;
    for (let place = 0; place < length; place++) {
      const [p, q] = [softmax(now, place), softmax(logits[t - 1]!, place)];
      total += p.reduce((sum, x, c) => sum + x * Math.log(x / q[c]!), 0) / length;
    }
    return total;
  });
}

/** A bound between two measures of different sequences at a middle loop, so that sequences leave at different loops. */
async function boundOf(kind: 'stateChange' | 'divergence'): Promise<number> {
  const all = await Promise.all(Array.from({ length: batch }, (_, row) => measures(kind, row)));
  const middle = all.map((m) => m[2]!).sort((a, b) => a - b);
  return (middle[1]! + middle[2]!) / 2;
}

describe('a sequence leaves', () => {
  test('after a fixed number of loops', async () => {
    for (const loops of [1, 3, 8]) {
      const { logits, loops: used } = await exit.run(tokens, { kind: 'fixed', loops });
      expect(Array.from(used)).toEqual([loops, loops, loops, loops]);
      const expected = await numbers(loopedTransformer(params, tokens, config, { loops }));
      (await numbers(logits)).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 4));
    }
  });

  test.each(['stateChange', 'divergence', 'gate'] as const)('by %s, each at its own loop, with the logits of that loop', async (kind) => {
    const rule: ExitRule = kind === 'gate' ? { kind, threshold: 0.8 } : { kind, below: await boundOf(kind) };
    const { logits, loops } = await exit.run(tokens, rule);
    const lens = await Promise.all(loopLogits(params, tokens, config).map(numbers));
    const ours = await numbers(logits);
    for (let row = 0; row < batch; row++) {
      const seen = await measures(kind, row);
      const first = seen.findIndex((m) => ('below' in rule ? m < rule.below : m >= 0.8));
      expect(loops[row]).toBe(first < 0 ? config.loops : first + 1);
      rowOf(ours, row).forEach((x, i) => expect(x).toBeCloseTo(rowOf(lens[loops[row]! - 1]!, row)[i]!, 4));
    }
    if (kind !== 'gate') expect(new Set(loops).size).toBeGreaterThan(1);
  });

  test('at once or at the end, where the bound says so, and counting only the positions that matter', async () => {
    expect(Array.from((await exit.run(tokens, { kind: 'stateChange', below: 1e9 })).loops)).toEqual([1, 1, 1, 1]);
    expect(Array.from((await exit.run(tokens, { kind: 'divergence', below: 1e9 })).loops)).toEqual([2, 2, 2, 2]);
    expect(Array.from((await exit.run(tokens, { kind: 'stateChange', below: 0 }, { maximum: 3 })).loops)).toEqual([3, 3, 3, 3]);
    const first = tensor(
      Float32Array.from({ length: 16 }, (_, i) => Number(i % 4 === 0)),
      [4, 4],
    );
    const below = await boundOf('stateChange');
    const changed = tensor(
      Int32Array.from({ length: 16 }, (_, i) => (i % 4 === 0 ? (i * i) % 5 : 2)),
      [4, 4],
    );
    const counting = async (t: typeof tokens) => Array.from((await exit.run(t, { kind: 'stateChange', below }, { weights: first })).loops);
    // The first position sees itself alone: later tokens that do not count change nothing.
    expect(await counting(changed)).toEqual(await counting(tokens));
  });

  test('by no rule that makes no sense', async () => {
    await expect(exit.run(tokens, { kind: 'stateChange', below: -1 })).rejects.toThrow(/needs a bound of 0 or more, given -1/);
    await expect(exit.run(tokens, { kind: 'gate', threshold: 2 })).rejects.toThrow(/above 0 and at most 1, given 2/);
    await expect(exit.run(tokens, { kind: 'fixed', loops: 0 })).rejects.toThrow(/positive integer, given 0/);
    const { exitGate: _, ...without } = params;
    await expect(createEarlyExit(without, config).run(tokens, { kind: 'gate' })).rejects.toThrow(/has no exit gate/);
  });
});

describe('the gate', () => {
  test('spreads probability over the loops: λ_t·∏(1 − λ_j), the rest at the last', async () => {
    const even = { ...params, exitGate: { weight: params.exitGate!.weight.mul(0), bias: tensor([Math.log(1 / 3)]) } };
    const p = await Promise.all(exitDistribution(even, loopStates(params, tokens, config).slice(1), config).map(numbers));
    // λ = ¼ everywhere.
    p.forEach((share, t) => share.forEach((x) => expect(x).toBeCloseTo(t < 5 ? 0.25 * 0.75 ** t : 0.75 ** 5, 6)));
  });

  test('is trained by the expected loss and its entropy, as finite differences say', async () => {
    const wide = await evaluate(treeMap((x) => x.cast('float64'), params));
    const targets = tensor(
      Int32Array.from({ length: 16 }, (_, i) => (i * 3) % 5),
      [4, 4],
    );
    const weights = tensor(
      Float64Array.from({ length: 16 }, (_, i) => Number(i % 3 !== 0)),
      [4, 4],
    );
    const loss = (beta: number) => (p: LoopedTransformerParameters) =>
      entropyRegularizedLoss(p, { tokens, targets, weights }, config, { beta });
    for (const beta of [0, 0.5]) {
      const gradients = await evaluate(grad(loss(beta))(wide));
      const at = async (step: number) => {
        const exitGate = { ...wide.exitGate!, bias: wide.exitGate!.bias!.add(step) };
        return Number(await loss(beta)({ ...wide, exitGate }).item());
      };
      const measured = ((await at(1e-5)) - (await at(-1e-5))) / 2e-5;
      expect(Math.abs(measured)).toBeGreaterThan(1e-4);
      expect((await numbers(gradients.exitGate!.bias!))[0]! / measured).toBeCloseTo(1, 6);
      expect(Math.max(...(await numbers(gradients.block[0]!.mlp.up.weight)).map(Math.abs))).toBeGreaterThan(1e-3);
    }
    // With one loop there is nothing to choose: the plain cross-entropy.
    const one = Number(await entropyRegularizedLoss(wide, { tokens, targets, weights }, config, { beta: 0.5, loops: 1 }).item());
    const logits = await numbers(loopedTransformer(wide, tokens, config, { loops: 1 }));
    const [t, w] = [await numbers(targets), await numbers(weights)];
    let [sum, count] = [0, 0];
    t.forEach((target, i) => {
      const line = logits.slice(i * 5, i * 5 + 5);
      sum += w[i]! * (Math.log(line.reduce((a, x) => a + Math.exp(x), 0)) - line[target]!);
      count += w[i]!;
    });
    expect(one).toBeCloseTo(sum / count, 10);
  });
});
