import { RandomStream } from '@sardonyx/data';
import { type Floats, identity } from '@sardonyx/linalg';
import { describe, expect, test } from 'vitest';
import {
  blockDiagonalSet,
  commutantSet,
  diagonalSet,
  fullSet,
  leftSet,
  type PreconditionerSet,
  projectOntoBall,
  rightSet,
  rowScalarSet,
  scalarSet,
  setNorm,
  structuredRoot,
} from '../src/index.js';
import { normals, randomDefinite, relativeDifference } from './all-sets.js';

const stream = new RandomStream(41, 'projections');
const difference = (x: Floats, y: Floats): Float64Array => Float64Array.from(x, (value, i) => value - y[i]!);

const sets: readonly PreconditionerSet[] = [
  scalarSet(12),
  diagonalSet(12),
  fullSet(12),
  leftSet(3, 4),
  rightSet(3, 4),
  rowScalarSet(3, 4),
  blockDiagonalSet([leftSet(2, 3), diagonalSet(2), fullSet(4)]),
];

describe.each(sets)('$name', (set) => {
  const p = structuredRoot(set, randomDefinite(stream, set.dimension), {}, 1e-9);
  const y = normals(stream, set.dimension).map((value) => 3 * value);
  const radius = 0.7 * setNorm(set, y);
  const x = projectOntoBall(p, y, radius);

  test('lands on the ball, and nearer than any other point of it', () => {
    expect(setNorm(set, x) / radius).toBeLessThan(1 + 1e-9);
    const reached = p.norm(difference(x, y));
    for (let i = 0; i < 30; i++) {
      const other = x.map((value: number) => value + 10 ** (-3 * stream.uniform()) * stream.normal());
      const inside = other.map((value: number) => value * Math.min(1, radius / setNorm(set, other)));
      expect(p.norm(difference(inside, y))).toBeGreaterThan(reached * (1 - 1e-9));
    }
  });

  test('leaves points inside alone and brings no two apart', () => {
    const inside = y.map((value) => 0.5 * value);
    expect(relativeDifference(projectOntoBall(p, inside, radius), inside)).toBeLessThan(1e-12);
    const other = normals(stream, set.dimension).map((value) => 3 * value);
    // The operator ball is reached to 1e-10 of the point.
    expect(p.norm(difference(x, projectOntoBall(p, other, radius)))).toBeLessThan(p.norm(difference(y, other)) * (1 + 1e-8));
  });
});

test('sets given by a projection have none', () => {
  const set = commutantSet([[1, 0, 2]]);
  const p = structuredRoot(set, identity(3));
  expect(() => projectOntoBall(p, new Float64Array(3), 1)).toThrow(expect.objectContaining({ code: 'not-applicable' }));
  expect(() => projectOntoBall(p, new Float64Array(3), 0)).toThrow(expect.objectContaining({ code: 'argument' }));
});
