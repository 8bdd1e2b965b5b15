import { RandomStream } from '@sardonyx/data';
import { addToDiagonal, type Floats, haarOrthogonal, identity, type Matrix, matrix, symmetricRankUpdate } from '@sardonyx/linalg';
import {
  algebraSet,
  blockDiagonalSet,
  circulantSet,
  commutantSet,
  diagonalSet,
  fullSet,
  kroneckerIdentitySet,
  leftSet,
  modeSet,
  polynomialAlgebraSet,
  type PreconditionerSet,
  rightSet,
  rotatedSet,
  rowScalarSet,
  scalarSet,
} from '../src/index.js';

export const normals = (stream: RandomStream, count: number): Float64Array => Float64Array.from({ length: count }, () => stream.normal());

/** A random positive definite matrix with smallest eigenvalue of at least `floor`. */
export function randomDefinite(stream: RandomStream, n: number, floor = 0.05): Matrix {
  return addToDiagonal(symmetricRankUpdate(matrix(n, n, normals(stream, n * n))), floor);
}

export function randomSymmetric(stream: RandomStream, n: number): Matrix {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) data[i * n + j] = data[j * n + i] = stream.normal();
  return matrix(n, n, data);
}

/** The six matrices of the symmetric group of three elements, as left translations: a group algebra. */
const translations = (): Matrix[] => {
  const cycle = matrix(6, 6);
  const swap = matrix(6, 6);
  // Elements r^k and s·r^k of the dihedral group, r translated by one, s exchanging the halves.
  for (let k = 0; k < 3; k++) {
    cycle.data[((k + 1) % 3) * 6 + k] = 1;
    cycle.data[(3 + ((k + 2) % 3)) * 6 + 3 + k] = 1;
    swap.data[(3 + k) * 6 + k] = 1;
    swap.data[k * 6 + 3 + k] = 1;
  }
  return [cycle, swap];
};

const stream = new RandomStream(1, 'sets');
const rotation = haarOrthogonal(6, () => stream.normal());

/** One of every kind of set, with at most 24 parameters. */
export const allSets: readonly PreconditionerSet[] = [
  scalarSet(6),
  diagonalSet(7),
  fullSet(6),
  leftSet(3, 4),
  rightSet(3, 4),
  rowScalarSet(4, 3),
  modeSet([2, 3, 4], 1),
  blockDiagonalSet([scalarSet(3), leftSet(2, 3), fullSet(3), diagonalSet(2)]),
  rotatedSet(rotation, diagonalSet(6)),
  rotatedSet(rotation, leftSet(3, 2)),
  kroneckerIdentitySet(blockDiagonalSet([fullSet(2), scalarSet(2)]), 3),
  algebraSet(translations(), { closure: true, name: 'group algebra' }),
  algebraSet([matrix(3, 3, Float64Array.of(0, 1, 0, 0, 0, 1, 0, 0, 0)), matrix(3, 3, Float64Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3))], {
    closure: true,
    name: 'upper triangular',
  }),
  circulantSet(7),
  circulantSet(6),
  commutantSet([[1, 2, 0, 3, 5, 4]]),
  polynomialAlgebraSet(symmetricRankUpdate(matrix(6, 2, normals(stream, 12)), identity(6))),
];

export const relativeDifference = (a: Floats, b: Floats): number => {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / (size || 1));
};
