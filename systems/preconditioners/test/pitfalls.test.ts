import { RandomStream } from '@sardonyx/data';
import { matrix } from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import { AdaptiveMethod, autoSideSet, diagonalSet, fullSet, leftSet, SetStatistic, storedNumbers, structuredRoot } from '../src/index.js';
import { normals } from './all-sets.js';

describe('mistakes that implementations make', () => {
  test('the statistic stays exactly symmetric over thousands of steps', () => {
    for (const precision of ['f64', 'f32'] as const) {
      const stream = new RandomStream(61, precision);
      const statistic = new SetStatistic(fullSet(5), { precision });
      for (let step = 0; step < 3000; step++) statistic.add(normals(stream, 5), 0.999, 0.001);
      const { data } = statistic.element()[0]!;
      for (let i = 0; i < 5; i++) for (let j = 0; j < i; j++) expect(data[i * 5 + j]).toBe(data[j * 5 + i]);
    }
  });

  test('a float32 sum stops growing where a float64 one goes on', () => {
    const sumOf = (precision: 'f64' | 'f32') => {
      const statistic = new SetStatistic(diagonalSet(1), { precision });
      statistic.add(Float64Array.of(2 ** 13), 1, 1);
      for (let step = 0; step < 100; step++) statistic.add(Float64Array.of(1), 1, 1);
      return statistic.element()[0]!.data[0]!;
    };
    expect(sumOf('f64')).toBe(2 ** 26 + 100);
    expect(sumOf('f32')).toBe(2 ** 26);
  });

  test('ε is added to the statistic, under the root', () => {
    const method = new AdaptiveMethod({ set: leftSet(1, 1), learningRate: 1, epsilon: 16 });
    // 3/√(16 + 9), neither 3/(3 + 16) nor 3/(3 + 4).
    expect(method.update(Float64Array.of(0), Float64Array.of(3))[0]).toBeCloseTo(-3 / 5, 14);
  });

  test('the ridge of an average decays with it, that of a sum stays', () => {
    const ridgeAfter = (decay: number) => {
      const statistic = new SetStatistic(diagonalSet(1), { epsilon: 1 });
      for (let step = 0; step < 3; step++) statistic.add(Float64Array.of(0), decay, 1 - decay);
      return [statistic.ridge, statistic.element()[0]!.data[0]];
    };
    expect(ridgeAfter(0.5)).toEqual([0.125, 0.125]);
    expect(ridgeAfter(1)).toEqual([1, 1]);
  });

  test('a row gets one number and not a matrix of its length', () => {
    expect(storedNumbers(autoSideSet(1, 1000))).toBe(1);
    expect(storedNumbers(autoSideSet(1000, 1))).toBe(1);
  });

  test('rows and columns are not exchanged: a left set mixes rows', () => {
    const method = new AdaptiveMethod({ set: leftSet(2, 3), learningRate: 1 });
    // Rank one, uᵥᵀ with u = (1, 1): the step has equal rows, along v.
    const next = method.update(new Float64Array(6), Float64Array.of(1, 2, 3, 1, 2, 3));
    expect(next[0]! / next[3]!).toBeCloseTo(1, 12);
    expect(next[1]! / next[0]!).toBeCloseTo(2, 12);
    const other = new AdaptiveMethod({ set: leftSet(2, 3), learningRate: 1 }).update(
      new Float64Array(6),
      Float64Array.of(1, 0, 0, 0, 5, 0),
    );
    // Orthogonal rows of any length come out alike, √dR each.
    expect([...other].map((value) => Math.round(value * 1e12) / 1e12 + 0)).toEqual(
      [-1, 0, 0, 0, -1, 0].map((value) => Math.round(value * Math.sqrt(3) * 1e12) / 1e12 + 0),
    );
  });

  test('the mean over copies is an instance of the theory, the sum is not', () => {
    const g = normals(new RandomStream(62, 'copies'), 6);
    const m = matrix(
      6,
      6,
      Float64Array.from({ length: 36 }, (_, at) => g[Math.floor(at / 6)]! * g[at % 6]!),
    );
    const statistic = new SetStatistic(leftSet(2, 3));
    statistic.add(g, 1, 1);
    expect(statistic.root().trace / structuredRoot(leftSet(2, 3), m).trace).toBeCloseTo(1, 10);
    const plain = new SetStatistic(leftSet(2, 3), { normalize: 'plain' });
    plain.add(g, 1, 1);
    expect(plain.root().trace / statistic.root().trace).toBeCloseTo(Math.sqrt(3), 10);
  });

  test('a fresh root is taken at the step that asks for it, and no step before', () => {
    const method = new AdaptiveMethod({ set: diagonalSet(1), learningRate: 1, preconditionEvery: 2 });
    const traces = [1, 1, 1].map((value) => {
      method.update(Float64Array.of(0), Float64Array.of(value));
      return method.preconditioner.trace;
    });
    expect(traces).toEqual([1, 1, Math.sqrt(3)]);
  });
});
