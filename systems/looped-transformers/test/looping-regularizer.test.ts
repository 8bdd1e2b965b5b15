import { RandomStream } from '@sardonyx/data';
import { evaluate, grad, jit, random, sub, sum, square, tensor, type Tensor, valueAndGrad } from '@sardonyx/tensor';
import { describe, expect, test } from 'vitest';
import { blockCosineRows, blockCosines, meanBlockCosines } from '../src/model/block-cosines.js';
import { loopingPenalty, loopingSimilarities, weightGroups, zeroWeights } from '../src/training/looping-regularizer.js';
import { initLoopedTransformer } from '../src/model/model.js';

type Layers = readonly { readonly weight: Tensor }[];

const layersOf = (vectors: readonly (readonly number[])[]): Layers =>
  vectors.map((vector) => ({ weight: tensor(Float64Array.from(vector), [1, vector.length]) }));
/** The four layers of the known answer. */
const four = [
  [1, 0],
  [0, 2],
  [1, 1],
  [0, -1],
];
const similarity = async (layers: Layers, blockSize: number): Promise<number> =>
  (await loopingSimilarities(weightGroups(layers), blockSize)['weight']!.item()) as number;

/** R_G by the formula's own double sum. */
function similarityByLoops(vectors: readonly (readonly number[])[], k: number): number {
  const cosine = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((total, x, i) => total + x * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  let total = 0;
  for (let i = 0; i <= vectors.length / k - 2; i++) {
    for (let j = 0; j < k; j++) total += cosine(vectors[i * k + j]!, vectors[(i + 1) * k + j]!);
  }
  return total / (vectors.length - k);
}

const randomVectors = (seed: number, layers: number, width: number): number[][] => {
  const stream = new RandomStream(seed, 'weights');
  return Array.from({ length: layers }, () => Array.from({ length: width }, () => stream.normal()));
};

describe('the looping similarity', () => {
  test('of (1,0), (0,2), (1,1), (0,−1)', async () => {
    expect(await similarity(layersOf(four), 2)).toBeCloseTo(-0.1464466094, 10);
    // Rounding of three float64 cosines.
    expect(await similarity(layersOf(four), 1)).toBeCloseTo(0, 15);
  });

  test('equals the double sum', async () => {
    const vectors = randomVectors(1, 6, 5);
    for (const k of [1, 2, 3]) expect(await similarity(layersOf(vectors), k)).toBeCloseTo(similarityByLoops(vectors, k), 14);
  });

  test('of a model: weights of four projections and the perceptron, no gains and no biases', async () => {
    const config = { layers: 4, loops: 1, width: 8, heads: 2, hidden: 16, vocabulary: 5, length: 4 } as const;
    const { block } = await evaluate(
      initLoopedTransformer(random.key(1), { ...config, positions: 'learned', inject: 'none', activation: 'relu' }),
    );
    const groups = weightGroups(block);
    expect(groups.map(({ name }) => name)).toEqual([
      'attention.query.weight',
      'attention.key.weight',
      'attention.value.weight',
      'attention.output.weight',
      'mlp.up.weight',
      'mlp.down.weight',
    ]);
    const alike = await evaluate(loopingPenalty([block[0], block[1], block[0], block[1]], { blockSize: 2, strength: 10 }));
    // Float32 directions have length 1 to some 1e-7.
    expect(await alike.item()).toBeCloseTo(0, 5);
    const fresh = (await loopingPenalty(block, { blockSize: 2, strength: 10 }).item()) as number;
    // Random directions in 64 dimensions and more: cosines of about 1/8 at most in the mean.
    expect(fresh).toBeGreaterThan(8);
    expect(fresh).toBeLessThan(12);
  });

  test('leaves out weights of zeros, and says which they are', async () => {
    const layers = layersOf([
      [1, 0],
      [0, 0],
      [1, 1],
      [0, -1],
    ]);
    // Of the pairs (1,3) and (2,4) the second has no direction.
    expect(await similarity(layers, 2)).toBeCloseTo(Math.SQRT1_2, 15);
    expect(await zeroWeights(weightGroups(layers))).toEqual(['weight of layer 2']);
    const gradients = await evaluate(grad((x: Layers) => loopingPenalty(x, { blockSize: 2, strength: 1 }))(layers));
    const values = await Promise.all(gradients.map(({ weight }) => weight.data()));
    expect(values.flatMap((value) => Array.from(value as Float64Array)).every(Number.isFinite)).toBe(true);
    expect(Array.from(values[1] as Float64Array)).toEqual([0, 0]);
    expect(Array.from(values[3] as Float64Array)).toEqual([0, 0]);
    expect(
      await similarity(
        layersOf([
          [0, 0],
          [0, 0],
        ]),
        1,
      ),
    ).toBe(0);
  });

  test('has the gradient of its differences', async () => {
    const vectors = randomVectors(3, 6, 4);
    const penalty = (x: Layers): Tensor => loopingPenalty(x, { blockSize: 2, strength: 3 });
    const [, gradients] = await evaluate(valueAndGrad(penalty)(layersOf(vectors)));
    const value = jit(penalty);
    const step = 1e-5;
    for (const [layer, { weight }] of (gradients as Layers).entries()) {
      const computed = (await weight.data()) as Float64Array;
      for (const [i, ours] of computed.entries()) {
        const moved = (by: number) =>
          value(layersOf(vectors.map((row, l) => row.map((x, j) => (l === layer && j === i ? x + by : x))))).item() as Promise<number>;
        const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
        // Central differences err by h² f‴ ≈ 1e-10 and by rounding 1e-16 / h = 1e-11.
        expect(ours).toBeCloseTo(difference, 8);
      }
    }
  });

  test('has the gradient of one cosine: b/(|a||b|) − cos·a/|a|²', async () => {
    const [a, b] = [
      [1, 2],
      [3, -1],
    ] as const;
    const gradients = await evaluate(grad((x: Layers) => loopingPenalty(x, { blockSize: 1, strength: -1 }))(layersOf([a, b])));
    const lengths = Math.sqrt(5 * 10);
    const expected = [0, 1].map((i) => b[i]! / lengths - (1 / lengths) * (a[i]! / 5));
    const ours = Array.from((await gradients[0]!.weight.data()) as Float64Array);
    ours.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 14));
  });

  test('that counts for much draws layers to one direction', async () => {
    const targets = [
      [2, 0, 1],
      [0, 1, 0],
      [-1, 1, 2],
      [1, -1, 0],
    ];
    const distance = (x: Layers): Tensor =>
      x.map(({ weight }, i) => sum(square(sub(weight, tensor(Float64Array.from(targets[i]!), [1, 3]))))).reduce((p, q) => p.add(q));
    const train = async (strength: number): Promise<number> => {
      const step = jit((x: Layers) => {
        const gradients = grad((y: Layers) => distance(y).add(loopingPenalty(y, { blockSize: 2, strength })))(x);
        return x.map(({ weight }, i) => ({ weight: sub(weight, gradients[i]!.weight.mul(0.01)) }));
      });
      let layers: Layers = layersOf(targets);
      for (let i = 0; i < 600; i++) layers = step(layers);
      return similarity(layers, 2);
    };
    expect(await train(0)).toBeCloseTo(similarityByLoops(targets, 2), 10);
    expect(similarityByLoops(targets, 2)).toBeLessThan(0.5);
    expect(await train(100)).toBeGreaterThan(0.98);
  });

  test('needs whole blocks, two or more, of layers of one form', () => {
    const layers = (count: number) => layersOf(randomVectors(1, count, 2));
    const penalty = (count: number, blockSize: number) => () => loopingPenalty(layers(count), { blockSize, strength: 1 });
    expect(penalty(24, 5)).toThrow('24 layers cannot be cut in blocks of 5');
    expect(penalty(24, 24)).toThrow('two blocks or more');
    expect(penalty(24, 0)).toThrow(expect.objectContaining({ code: 'block-size' }));
    expect(() => weightGroups([...layers(1), { weight: tensor([[1, 2, 3]]) }])).toThrow(
      'layer 1 of weight [1, 2] and layer 2 of weight [1, 3]',
    );
    expect(() => weightGroups(layers(2), () => false)).toThrow(expect.objectContaining({ code: 'no-groups' }));
  });
});

describe('cosines of blocks', () => {
  test('are a symmetric matrix a group, with the looping similarity beside its diagonal', async () => {
    const vectors = randomVectors(5, 6, 7);
    const [matrix] = await blockCosines(weightGroups(layersOf(vectors)), 2);
    expect(matrix).toMatchObject({ group: 'weight', blocks: 3 });
    const at = (row: number, column: number): number => matrix!.cosines[3 * row + column]!;
    for (const i of [0, 1, 2]) expect(at(i, i)).toBeCloseTo(1, 15);
    expect(at(0, 2)).toBe(at(2, 0));
    expect((at(0, 1) + at(1, 2)) / 2).toBeCloseTo(similarityByLoops(vectors, 2), 14);
    expect(blockCosineRows([matrix!])[5]).toEqual({ group: 'weight', row: 2, column: 3, cosine: at(1, 2) });
    expect(meanBlockCosines([matrix!])['weight']).toBeCloseTo((at(0, 1) + at(0, 2) + at(1, 2)) / 3, 15);
  });

  test('of layers one by one', async () => {
    const [matrix] = await blockCosines(weightGroups(layersOf(four)), 1);
    const expected = [1, 0, Math.SQRT1_2, 0, 0, 1, Math.SQRT1_2, -1];
    Array.from(matrix!.cosines.slice(0, 8)).forEach((cosine, i) => expect(cosine).toBeCloseTo(expected[i]!, 14));
  });
});
