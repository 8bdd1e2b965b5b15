import { frobeniusNorm, matrix, type Matrix, matrixFromRows } from '@sardonyx/linalg';
import { RandomStream } from '@sardonyx/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loopConvergence } from '../../src/analysis/loop-convergence.js';
import { StateSums } from '../../src/analysis/state-sums.js';

const stream = new RandomStream(0, 'state sums test');
const randomRows = (rows: number, columns: number): Matrix =>
  matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => stream.normal()),
  );

/** X_t = X_∞ + ρᵗ·C, the states of the affine loop X ↦ ρ·X + (1 − ρ)·X_∞. */
const affineStates = (limit: Matrix, way: Matrix, rate: number, loops: number): Matrix[] =>
  Array.from({ length: loops + 1 }, (_, t) =>
    matrix(
      limit.rows,
      limit.columns,
      limit.data.map((x, i) => x + rate ** t * way.data[i]!),
    ),
  );

const summed = (states: readonly Matrix[]): StateSums => {
  const sums = new StateSums(states.length);
  sums.add(states);
  return sums;
};

describe('sums over states', () => {
  test('of two positions, by hand', () => {
    const states = [
      [
        [3, 4],
        [1, 0],
      ],
      [
        [-4, 3],
        [2, 0],
      ],
      [
        [0, 0],
        [4, 0],
      ],
    ].map((rows) => matrixFromRows(rows));
    const [first, second, third] = summed(states).summaries();
    expect(first).toEqual({ loop: 0, norm: Math.sqrt(26 / 4), change: NaN, cosine: NaN, distance: Math.sqrt((25 + 9) / 16) });
    // A right angle and none: 90° and 0° have the cosines 0 and 1.
    expect(second).toEqual({
      loop: 1,
      norm: Math.sqrt(29 / 4),
      change: Math.sqrt(51 / 26),
      cosine: 0.5,
      distance: Math.sqrt((25 + 4) / 16),
    });
    // The zero vector has no direction.
    expect(third).toEqual({ loop: 2, norm: 2, change: Math.sqrt((25 + 4) / 29), cosine: NaN, distance: 0 });
  });

  test('parts make the same as the whole', () => {
    const states = Array.from({ length: 4 }, () => randomRows(10, 3));
    const parts = new StateSums(4);
    for (const [from, to] of [
      [0, 3],
      [3, 10],
    ] as const) {
      parts.add(states.map((state) => matrix(to - from, 3, state.data.slice(3 * from, 3 * to))));
    }
    const whole = summed(states).summaries();
    parts.summaries().forEach((state, t) => {
      for (const name of ['norm', 'change', 'cosine', 'distance'] as const) {
        if (t === 0 && name !== 'norm' && name !== 'distance') expect(state[name]).toBeNaN();
        // The same sums in another order.
        else expect(state[name]).toBeCloseTo(whole[t]![name], 13);
      }
    });
    expect(() => parts.add(states.slice(1))).toThrow('expected 4 states, given 3');
  });

  test('a factor on every state changes norms alone', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (factor) => {
        const states = Array.from({ length: 3 }, () => randomRows(5, 4));
        const scaled = states.map((state) =>
          matrix(
            5,
            4,
            state.data.map((x) => factor * x),
          ),
        );
        const [ours, theirs] = [summed(states).summaries(), summed(scaled).summaries()];
        ours.slice(1).forEach((state, t) => {
          const other = theirs[t + 1]!;
          // A few roundings each.
          expect(other.norm / (factor * state.norm)).toBeCloseTo(1, 12);
          for (const name of ['change', 'cosine', 'distance'] as const) expect(other[name]).toBeCloseTo(state[name], 12);
        });
      }),
      { seed: 3, numRuns: 30 },
    );
  });
});

describe('convergence', () => {
  test.each([0.9, 0.5, -0.5, 0.1])('of an affine loop of rate %d has that rate', (rate) => {
    const [limit, way] = [randomRows(6, 5), randomRows(6, 5)];
    const loops = 12;
    const states = affineStates(limit, way, rate, loops);
    const sums = summed(states);
    const norm = sums.norms().at(-1)!;
    const wayNorm = frobeniusNorm(way);
    sums.summaries().forEach(({ distance }, t) => {
      expect(distance).toBeCloseTo((Math.abs(rate ** t - rate ** loops) * wayNorm) / norm, 12);
    });
    const found = loopConvergence(sums.stepNorms(), norm);
    expect(found.steps).toBe(6);
    // The last step at rate 0.1 is 1e-12 of the numbers it is the difference of, which have 16 digits.
    expect(found.rate).toBeCloseTo(Math.abs(rate), 4);
    expect(found.lastStep).toBeCloseTo(((1 - rate) * Math.abs(rate) ** (loops - 1) * wayNorm) / norm, 12);
    if (rate > 0) expect(found.remaining).toBeCloseTo((rate ** loops * wayNorm) / norm, 8);
    expect(found.converges).toBe(Math.abs(rate) < 0.9);
  });

  test('a stream that grows evenly does not converge, however small its steps are beside it', () => {
    const steps = Array.from({ length: 1000 }, () => 1);
    expect(loopConvergence(steps, 1000)).toEqual({ steps: 500, lastStep: 0.001, rate: 1, remaining: Infinity, converges: false });
  });

  test('nor does one that swings between two states, or that is no number', () => {
    expect(loopConvergence([2, 2, 2, 2], 1).converges).toBe(false);
    expect(loopConvergence([1, Infinity, NaN], NaN).converges).toBe(false);
    expect(loopConvergence([1, 2, 4, 8], 8).converges).toBe(false);
  });

  test('states that stand still, or move by rounding alone, have converged', () => {
    expect(loopConvergence([1, 0.5, 0, 0], 1)).toEqual({ steps: 2, lastStep: 0, rate: 0, remaining: 0, converges: true });
    expect(loopConvergence([1, 1e-3, 1e-7, 2e-7, 1e-7, 2e-7], 1).converges).toBe(true);
    expect(() => loopConvergence([1, 0.5], 1)).toThrow('expected three steps or more, given 2; apply more loops');
  });
});
