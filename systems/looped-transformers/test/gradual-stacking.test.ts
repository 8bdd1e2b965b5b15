import { adamW } from '@sardonyx/optim';
import { evaluate, jit, mul, random, sum, tensor, toArrays, treeMap, valueAndGrad } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { duplicateMiddle, type GrowingModel, stackingStages } from '../src/training/gradual-stacking.js';
import {
  initLoopedTransformer,
  loopedTransformer,
  type LoopedTransformerConfig,
  type LoopedTransformerParameters,
} from '../src/model/model.js';

const config: LoopedTransformerConfig = {
  layers: 2,
  loops: 1,
  width: 8,
  heads: 2,
  hidden: 12,
  vocabulary: 5,
  length: 4,
  positions: 'learned',
  inject: 'none',
  activation: 'relu',
};
const optimizer = adamW({ learningRate: 0.01 });
const tokens = tensor(new Int32Array([1, 2, 3, 4]), [1, 4]);

const stepOf = (c: LoopedTransformerConfig) =>
  jit(
    (params: LoopedTransformerParameters, state: GrowingModel['optimizer']) => {
      const loss = (p: LoopedTransformerParameters) => {
        const y = loopedTransformer(p, tokens, c);
        return sum(mul(y, y));
      };
      const [, gradients] = valueAndGrad(loss)(params);
      const [next, nextState] = optimizer.update(gradients, state, params);
      return { params: next, optimizer: nextState };
    },
    { donate: [0, 1] },
  );

async function trained(c: LoopedTransformerConfig, steps: number): Promise<GrowingModel> {
  const params = await evaluate(initLoopedTransformer(random.key(1), c));
  let state = { params, optimizer: await evaluate(optimizer.init(params)) };
  const step = stepOf(c);
  for (let i = 0; i < steps; i++) state = step(state.params, state.optimizer);
  return { config: c, ...(await evaluate(state)) };
}

describe('gradual stacking', () => {
  test('duplicates the middle block with its weights and its moments, bit for bit', async () => {
    const model = await trained({ ...config, layers: 6 }, 3);
    const before = await toArrays({ params: model.params, optimizer: model.optimizer });
    const grown = await duplicateMiddle(model, 2);
    expect(grown.config.layers).toBe(8);
    const after = await toArrays({ params: grown.params, optimizer: grown.optimizer });
    // Blocks 1, 2, 2, 3 of 1, 2, 3.
    const origin = [0, 1, 2, 3, 2, 3, 4, 5];
    const paths = Object.keys(after);
    expect(paths.filter((path) => path.includes('block[')).length).toBe(
      (8 / 6) * Object.keys(before).filter((path) => path.includes('block[')).length,
    );
    for (const path of paths) {
      const source = path.replace(/block\[(\d+)\]/, (_, layer: string) => `block[${origin[Number(layer)]}]`);
      expect(after[path]!.data, path).toEqual(before[source]!.data);
    }
    expect(
      before['optimizer.slots.firstMoment.block[2].mlp.up.weight'] ?? Object.keys(before).find((p) => p.startsWith('optimizer.slots')),
    ).toBeDefined();
  });

  test('goes on training, with copies that part', async () => {
    const grown = await duplicateMiddle(await trained(config, 2), 1);
    const same = async (params: LoopedTransformerParameters) => {
      const [a, b] = await Promise.all([0, 1].map((layer) => params.block[layer]!.mlp.up.weight.data()));
      return JSON.stringify(Array.from(a as Float32Array)) === JSON.stringify(Array.from(b as Float32Array));
    };
    expect(await same(grown.params)).toBe(true);
    const step = stepOf(grown.config);
    const next = step(grown.params, grown.optimizer);
    expect(next.params.block).toHaveLength(3);
    expect(await same(next.params)).toBe(false);
    expect(Number(await next.optimizer.step.item())).toBe(3);
  });

  test('refuses what cannot be cut', async () => {
    const model = await trained({ ...config, layers: 3 }, 1);
    await expect(duplicateMiddle(model, 2)).rejects.toThrow(/3 layers cannot be cut in blocks of 2; choose a divisor of 3/);
    const foreign = { ...model, optimizer: { ...model.optimizer, slots: { factors: { ...model.params, block: [] } } } };
    await expect(duplicateMiddle(foreign, 1)).rejects.toThrow(/the optimizer's factors is no tree of the model's 3 layers/);
    await expect(duplicateMiddle({ ...model, config: { ...model.config, tieBlocks: 'soft' } }, 1)).rejects.toThrow(/softly tied/);
    expect(treeMap((x) => x, model.params).block).toHaveLength(3);
  });

  test('is planned in stages that grow', () => {
    expect(stackingStages(8, 2, 1000)).toEqual([
      { layers: 2, steps: 100 },
      { layers: 4, steps: 200 },
      { layers: 6, steps: 300 },
      { layers: 8, steps: 400 },
    ]);
    expect(stackingStages(3, 1, 30, 0).map(({ steps }) => steps)).toEqual([10, 10, 10]);
    expect(stackingStages(4, 1, 4, 5).map(({ steps }) => steps)).toEqual([1, 1, 1, 1]);
    expect(() => stackingStages(24, 5, 1000)).toThrow(/24 layers cannot be cut in blocks of 5/);
    expect(() => stackingStages(4, 1, 3)).toThrow(/4 stages need as many steps at least, given 3/);
  });
});
