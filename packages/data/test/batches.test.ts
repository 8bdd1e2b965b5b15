import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, type BatchOptions, type BatchState } from '../src/batches.js';
import { DataOrderError } from '../src/order-error.js';
import { epochKey, permutedIndex } from '../src/shuffle.js';

const permutation = (count: number, seed: number) => {
  const key = epochKey(seed, 0);
  return Array.from({ length: count }, (_, i) => permutedIndex(i, count, key));
};

describe('permutedIndex', () => {
  it('is a bijection for every count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (count, seed) => {
        expect(new Set(permutation(count, seed)).size).toBe(count);
        expect(Math.max(...permutation(count, seed))).toBe(count - 1);
      }),
      {
        numRuns: 60,
        seed: 1,
        examples: [
          [1, 0],
          [2, 0],
          [255, 0],
          [256, 0],
          [257, 0],
          [1024, 0],
          [1025, 0],
        ],
      },
    );
  });

  it.each([
    [3, 6, 50],
    [4, 24, 50],
    [5, 120, 30],
    [6, 720, 20],
  ])('orders %i items in all %i ways equally often', (count, ways, expected) => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < ways * expected; seed++) {
      const order = permutation(count, seed).join();
      times.set(order, (times.get(order) ?? 0) + 1);
    }
    expect(times.size).toBe(ways);
    const chiSquare = [...times.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // χ² has mean k and variance 2k for k degrees of freedom; four standard deviations, as its upper tail is heavy.
    expect(chiSquare).toBeLessThan(ways - 1 + 4 * Math.sqrt(2 * (ways - 1)));
  });

  it('sends every index to every place equally often', () => {
    const count = 20;
    const table = new Float64Array(count * count);
    const trials = 2000;
    for (let seed = 0; seed < trials; seed++) permutation(count, seed).forEach((to, from) => (table[from * count + to]! += 1));
    const expected = trials / count;
    const chiSquare = table.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // Rows and columns sum to the trials: (count − 1)² degrees of freedom, scaled by count / (count − 1).
    const degrees = (count - 1) ** 2;
    expect((chiSquare * (count - 1)) / count).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  });

  it('reaches far indices of huge counts without memory, and without collision', () => {
    const count = 10 ** 9;
    const key = epochKey(1, 0);
    const images = new Set<number>();
    for (let i = 0; i < 5000; i++) images.add(permutedIndex(i * 200_000, count, key));
    expect(images.size).toBe(5000);
    const largest = permutedIndex(2 ** 52 - 1, 2 ** 52, key);
    expect(Number.isSafeInteger(largest) && largest >= 0 && largest < 2 ** 52).toBe(true);
  });

  it('refuses what is no index', () => {
    for (const [index, count] of [
      [5, 5],
      [-1, 5],
      [0.5, 5],
      [0, 0],
      [0, 2 ** 53],
    ] as const) {
      expect(() => permutedIndex(index, count, [0, 0])).toThrow(DataOrderError);
    }
  });
});

const optionsArbitrary: fc.Arbitrary<BatchOptions> = fc
  .record({
    count: fc.integer({ min: 1, max: 60 }),
    batchSize: fc.integer({ min: 1, max: 60 }),
    seed: fc.maxSafeInteger(),
    shuffle: fc.boolean(),
    dropLast: fc.boolean(),
    epochs: fc.integer({ min: 0, max: 3 }),
  })
  .filter(({ count, batchSize, dropLast }) => !dropLast || batchSize <= count);

describe('batches', () => {
  it('gives every item once an epoch', () => {
    fc.assert(
      fc.property(optionsArbitrary, (options) => {
        const all = [...batches(options)];
        for (let epoch = 0; epoch < options.epochs!; epoch++) {
          const items = all.filter((batch) => batch.epoch === epoch).flatMap(({ indices }) => [...indices]);
          const kept = options.dropLast ? options.count - (options.count % options.batchSize) : options.count;
          expect(items.length).toBe(kept);
          expect(new Set(items).size).toBe(kept);
          expect(Math.max(...items)).toBeLessThan(options.count);
        }
        expect(all.length).toBe(options.epochs! * batches(options).batchesPerEpoch);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('continues exactly from any state, through JSON', () => {
    fc.assert(
      fc.property(optionsArbitrary, fc.nat({ max: 100 }), (options, stop) => {
        const whole = [...batches(options)];
        const interrupted = batches(options);
        const before = Array.from({ length: stop % (whole.length + 1) }, () => interrupted.next().value);
        const state = JSON.parse(JSON.stringify(interrupted.state())) as BatchState;
        const resumed = batches(options);
        resumed.restore(state);
        expect([...before, ...resumed]).toEqual(whole);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('orders each epoch by seed and epoch alone', () => {
    const order = (seed: number, batchSize: number, epoch: number) =>
      [...batches({ count: 50, batchSize, seed, epochs: 3 })].filter((b) => b.epoch === epoch).flatMap((b) => [...b.indices]);
    expect(order(1, 7, 2)).toEqual(order(1, 20, 2));
    expect(order(1, 7, 1)).not.toEqual(order(1, 7, 0));
    expect(order(1, 7, 1)).not.toEqual(order(2, 7, 1));
  });

  it('keeps the order of the data without shuffling', () => {
    const all = [...batches({ count: 5, batchSize: 2, seed: 0, shuffle: false, epochs: 1 })];
    expect(all.map(({ indices }) => [...indices])).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('never ends without a number of epochs, and starts at once however many items there are', () => {
    const endless = batches({ count: 2 ** 32, batchSize: 4, seed: 1 });
    expect(endless.next().value!.indices.length).toBe(4);
    const small = batches({ count: 3, batchSize: 3, seed: 1 });
    for (let epoch = 0; epoch < 10; epoch++) expect(small.next().value!.epoch).toBe(epoch);
  });

  it('refuses states of other options, damaged states and impossible options', () => {
    const options = { count: 10, batchSize: 3, seed: 1 };
    const { state } = { state: batches(options).state() };
    const wrong: Partial<BatchState>[] = [
      { seed: 2 },
      { count: 11 },
      { batchSize: 4 },
      { shuffle: false },
      { dropLast: true },
      { batch: 4 },
      { epoch: -1 },
    ];
    for (const change of wrong) {
      const restore = () => batches(options).restore({ ...state, ...change });
      expect(restore).toThrow(expect.objectContaining({ name: 'DataOrderError', code: 'state-mismatch' }));
    }
    for (const bad of [{ count: 0 }, { batchSize: 0 }, { batchSize: 11, dropLast: true }, { epochs: -1 }, { seed: NaN }]) {
      expect(() => batches({ ...options, ...bad })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    }
  });
});
