import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataOrderError } from '../src/order-error.js';
import { randomKey, RandomStream } from '../src/random.js';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

/** Mean and its standard error. */
function moments(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

/** Seeds are fixed, so these bounds hold or fail once and for all; five standard errors is a chance of 6e-7. */
const standardErrors = 5;

describe('RandomStream', () => {
  it('depends on seed and name only', () => {
    const first = (seed: number, name: string) =>
      draw(
        3,
        (
          (s) => () =>
            s.uint32()
        )(new RandomStream(seed, name)),
      );
    expect(first(1, 'dropout')).toEqual(first(1, 'dropout'));
    const keys = [
      [1, 'dropout'],
      [2, 'dropout'],
      [1, 'noise'],
      [1 + 2 ** 32, 'dropout'],
      [-1, 'dropout'],
      [1, ''],
      [1, '\0'],
    ] as const;
    const distinct = new Set(keys.map(([seed, name]) => first(seed, name).join()));
    expect(distinct.size).toBe(keys.length);
  });

  it('keeps its numbers from version to version', () => {
    // Recorded once: changing them would change every result drawn from a seed.
    const stream = new RandomStream(42, 'example');
    expect(draw(3, () => stream.uint32())).toMatchInlineSnapshot(`
      [
        1527168659,
        3003113541,
        4130764329,
      ]
    `);
    expect(stream.uniform()).toMatchInlineSnapshot(`0.0864416079938497`);
  });

  it('takes names of any letters and length', () => {
    // Recorded once, with names of 8 and 9 bytes, of letters beyond ASCII, and longer than most.
    const keys = ['eightlet', 'nine lets', 'ν6/4:1 of particle 7', 'long '.repeat(40)].map((name) => randomKey(5, name).join(' '));
    expect(keys).toMatchInlineSnapshot(`
      [
        "785298980 1723248386",
        "4189087675 161515582",
        "3153534564 3434880184",
        "1860984721 1744570279",
      ]
    `);
    // The same name before and after a longer one.
    expect(randomKey(5, 'eightlet').join(' ')).toBe(keys[0]);
  });

  it('hashes names without collision over many short ones', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 30_000; i++) {
      const [low, high] = randomKey(7, `layer ${i}`);
      seen.add((high & 0xfffff) * 2 ** 32 + low);
    }
    // 52 of the 64 bits: a chance collision among 3e4 names has probability 9e8 / 2^53, about 1e-7.
    expect(seen.size).toBe(30_000);
  });

  it('is uniform on [0, 1) in sixteen cells', () => {
    const stream = new RandomStream(3, 'uniform');
    const cells = new Float64Array(16);
    const count = 160_000;
    const values = draw(count, () => stream.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    for (const value of values) cells[Math.floor(value * 16)]! += 1;
    const expected = count / 16;
    const chiSquare = cells.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 99.9 % point of χ² with 15 degrees of freedom.
    expect(chiSquare).toBeLessThan(37.7);
  });

  it('draws integers without bias where a remainder would show it', () => {
    // 3·2⁵¹ does not divide 2⁵³: without rejection the lowest third would come up half of the time.
    const bound = 3 * 2 ** 51;
    const stream = new RandomStream(4, 'integer');
    const lows = draw(20_000, () => (stream.integer(bound) < 2 ** 51 ? 1 : 0));
    const { mean, error } = moments(lows);
    expect(Math.abs(mean - 1 / 3)).toBeLessThan(standardErrors * error);
  });

  it('draws every integer below the bound and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (bound, seed) => {
        const stream = new RandomStream(seed, 'faces');
        const faces = new Set(draw(300, () => stream.integer(bound)));
        expect([...faces].sort((a, b) => a - b)).toEqual(
          draw(
            bound,
            (
              (i) => () =>
                i++
            )(0),
          ),
        );
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  it('draws normals with the right first four moments', () => {
    const stream = new RandomStream(6, 'normal');
    const values = draw(200_000, () => stream.normal());
    // E z = 0, E z² = 1, E z³ = 0, E z⁴ = 3.
    for (const [power, expected] of [
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 3],
    ] as const) {
      const { mean, error } = moments(values.map((z) => z ** power));
      expect(Math.abs(mean - expected)).toBeLessThan(standardErrors * error);
    }
  });

  it('resumes exactly through JSON, and jumps', () => {
    const stream = new RandomStream(8, 'resume');
    draw(10, () => stream.normal());
    const state: unknown = JSON.parse(JSON.stringify(stream.state()));
    expect(stream.position).toBe(20);
    const following = draw(5, () => stream.uniform());
    const resumed = new RandomStream(8, 'resume');
    resumed.restore(state as ReturnType<RandomStream['state']>);
    expect(draw(5, () => resumed.uniform())).toEqual(following);
    resumed.jump(20);
    expect(resumed.uniform()).toBe(following[0]);
  });

  it('uses all 53 bits of its counter', () => {
    const stream = new RandomStream(8, 'far');
    const start = stream.uint32();
    stream.jump(2 ** 32);
    expect(stream.uint32()).not.toBe(start);
  });

  it('refuses a state of another stream and arguments outside their domain', () => {
    const stream = new RandomStream(8, 'one');
    expect(() => stream.restore(new RandomStream(8, 'two').state())).toThrow(expect.objectContaining({ code: 'state-mismatch' }));
    expect(() => stream.integer(0)).toThrow(DataOrderError);
    expect(() => stream.integer(2 ** 53)).toThrow(DataOrderError);
    expect(() => stream.jump(-1)).toThrow(DataOrderError);
    expect(() => new RandomStream(0.5, 'x')).toThrow(DataOrderError);
  });
});
