import { type Matrix, matrix, symmetricEigen, transpose } from '@sardonyx/linalg';
import { expectCount, PreconditionerError } from '../errors.js';
import type { PreconditionerSet } from '../preconditioner-set.js';
import { blockDiagonalSet, rotatedSet } from '../sets/composed-sets.js';
import { scalarSet } from '../sets/standard-sets.js';
import { projectedSet } from './algebra-set.js';

/**
 * Circulant matrices of order `n`: AdaGrad in the real Fourier basis. A symmetric circulant has the same eigenvalue for the
 * cosine and the sine of a frequency, so these share a scalar.
 */
export function circulantSet(n: number): PreconditionerSet {
  expectCount(n, 'circulantSet: order');
  const rows: number[][] = [];
  const multiplicities: number[] = [];
  for (let frequency = 0; 2 * frequency <= n; frequency++) {
    const alone = frequency === 0 || 2 * frequency === n;
    const angle = (2 * Math.PI * frequency) / n;
    const wave = (f: (x: number) => number): number[] =>
      Array.from({ length: n }, (_, at) => Math.sqrt((alone ? 1 : 2) / n) * f(angle * at));
    rows.push(wave(Math.cos), ...(alone ? [] : [wave(Math.sin)]));
    multiplicities.push(alone ? 1 : 2);
  }
  const fourier = matrix(n, n, Float64Array.from(rows.flat()));
  return { ...rotatedSet(fourier, blockDiagonalSet(multiplicities.map(scalarSet))), name: 'circulant' };
}

/**
 * Polynomials in one symmetric matrix: AdaGrad in its eigenbasis, with one scalar for every distinct eigenvalue.
 * @param tolerance eigenvalues closer than this part of the largest magnitude are one
 */
export function polynomialAlgebraSet(s: Matrix, tolerance = 1e-10): PreconditionerSet {
  const { values, vectors } = symmetricEigen(s);
  const scale = Math.max(Math.abs(values[0]!), Math.abs(values.at(-1)!));
  const multiplicities: number[] = [];
  values.forEach((value, i) => {
    if (i > 0 && value - values[i - 1]! <= tolerance * scale) multiplicities[multiplicities.length - 1]!++;
    else multiplicities.push(1);
  });
  return { ...rotatedSet(transpose(vectors), blockDiagonalSet(multiplicities.map(scalarSet))), name: 'polynomial algebra' };
}

/**
 * Matrices that commute with all permutations of a group: tied statistics. Their elements are constant on the orbits of
 * index pairs, and the projection averages over these.
 * @param generators permutations of 0 … n − 1, as the list of images; they need not be all of the group
 * @throws {PreconditionerError} `argument` where one is no permutation, `empty`, `shape`
 */
export function commutantSet(generators: readonly (readonly number[])[]): PreconditionerSet {
  const n = generators[0]?.length ?? 0;
  if (n === 0) throw new PreconditionerError('empty', 'commutantSet: expected at least one permutation, got none');
  generators.forEach((permutation, index) => {
    if (permutation.length === n && new Set(permutation).size === n && permutation.every((i) => Number.isInteger(i) && i >= 0 && i < n))
      return;
    throw new PreconditionerError(
      'argument',
      `commutantSet: expected a permutation of 0 … ${n - 1}, got ${JSON.stringify(permutation)} (generator ${index})`,
    );
  });
  const orbit = pairOrbits(generators, n);
  const sizes = new Float64Array(Math.max(...orbit) + 1);
  for (const at of orbit) sizes[at] = sizes[at]! + 1;
  return projectedSet('commutant', n, (m) => {
    const sums = new Float64Array(sizes.length);
    m.data.forEach((value, at) => void (sums[orbit[at]!] = sums[orbit[at]!]! + value));
    // A symmetric matrix has the same mean on an orbit and on its mirror image.
    return matrix(
      n,
      n,
      m.data.map((_, at) => sums[orbit[at]!]! / sizes[orbit[at]!]!),
    );
  });
}

/** The orbit, from 0 up, of every pair (i, j) at i·n + j. */
function pairOrbits(generators: readonly (readonly number[])[], n: number): Int32Array {
  const orbit = new Int32Array(n * n).fill(-1);
  let count = 0;
  for (let start = 0; start < n * n; start++) {
    if (orbit[start] !== -1) continue;
    const open = [start];
    orbit[start] = count;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const permutation of generators) {
        // Every permutation has finite order, so that images alone reach the whole orbit.
        const image = permutation[Math.floor(at / n)]! * n + permutation[at % n]!;
        if (orbit[image] !== -1) continue;
        orbit[image] = count;
        open.push(image);
      }
    }
    count++;
  }
  return orbit;
}
