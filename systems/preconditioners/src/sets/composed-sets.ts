import {
  type Floats,
  identity,
  type Matrix,
  maximumNorm,
  multiply,
  precisionOf,
  subtract,
  symmetricRankUpdate,
  toPrecision,
  transpose,
  zeros,
} from '@sardonyx/linalg';
import { expectCount, PreconditionerError } from '../errors.js';
import { isFloat32, type PreconditionerSet } from '../preconditioner-set.js';

/**
 * The direct sum `⊕ Kᵢ`, the parts on consecutive stretches of the vector: a set for every layer. `‖x‖_H` is the largest over
 * the parts, the adaptive gradient norm the sum.
 * @throws {PreconditionerError} `empty`
 */
export function blockDiagonalSet(parts: readonly PreconditionerSet[]): PreconditionerSet {
  if (parts.length === 0) throw new PreconditionerError('empty', 'blockDiagonalSet: expected at least one part, got none');
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, { dimension }) => sum + dimension, 0));
  const dimension = parts.reduce((sum, part) => sum + part.dimension, 0);
  return {
    name: `blocks(${parts.map(({ name }) => name).join(', ')})`,
    dimension,
    summands: parts.flatMap(({ summands }) => summands),
    wellStructured: parts.every(({ wellStructured }) => wellStructured),
    analyze: (x) => parts.flatMap((part, i) => part.analyze(x.subarray(starts[i], starts[i]! + part.dimension))),
    synthesize: (frames) => {
      const x = zeros(dimension, precisionOf(frames[0]!));
      let used = 0;
      parts.forEach((part, i) => {
        x.set(part.synthesize(frames.slice(used, used + part.summands.length)), starts[i]);
        used += part.summands.length;
      });
      return x;
    },
  };
}

/**
 * `{Uᵀ·A·U : A ∈ K}`: the set `inner` in the coordinates `U·x`.
 * @param rotation orthogonal, of the inner set's dimension
 * @throws {PreconditionerError} `shape`; `argument` where `‖UᵀU − I‖` exceeds 1e-8 (1e-4 in float32)
 */
export function rotatedSet(rotation: Matrix, inner: PreconditionerSet): PreconditionerSet {
  const d = inner.dimension;
  if (rotation.rows !== d || rotation.columns !== d) {
    throw new PreconditionerError('shape', `rotatedSet: expected a rotation of ${d} × ${d}, got ${rotation.rows} × ${rotation.columns}`);
  }
  expectOrthogonal(rotation);
  const byPrecision = { f64: toPrecision(rotation, 'f64'), f32: toPrecision(rotation, 'f32') };
  const product = (x: Floats, transposeLeft: boolean): Floats =>
    multiply(byPrecision[isFloat32(x) ? 'f32' : 'f64'], { rows: d, columns: 1, data: x }, { transposeLeft }).data;
  return {
    name: `rotated ${inner.name}`,
    dimension: d,
    summands: inner.summands,
    wellStructured: inner.wellStructured,
    analyze: (x) => inner.analyze(product(x, false)),
    synthesize: (frames) => product(inner.synthesize(frames), true),
  };
}

function expectOrthogonal(rotation: Matrix): void {
  const gram = symmetricRankUpdate(rotation, undefined, { transpose: true });
  const n = gram.rows;
  const tolerance = precisionOf(rotation) === 'f64' ? 1e-8 : 1e-4;
  const deviation = maximumNorm(subtract(gram, identity(n, precisionOf(gram))));
  if (deviation <= tolerance) return;
  throw new PreconditionerError(
    'argument',
    `rotatedSet: expected an orthogonal matrix, got UᵀU off the identity by ${deviation.toExponential(2)}; take the Q of its QR factorization`,
    { deviation },
  );
}

/**
 * `K ⊗ I_copies` on a row-major `d × copies` matrix: the same preconditioner for every column, statistics averaged over them.
 */
export function kroneckerIdentitySet(inner: PreconditionerSet, copies: number): PreconditionerSet {
  expectCount(copies, 'kroneckerIdentitySet: copies');
  const d = inner.dimension;
  const summands = inner.summands.map((summand) => ({ ...summand, multiplicity: summand.multiplicity * copies }));
  return {
    name: `${inner.name} ⊗ I_${copies}`,
    dimension: d * copies,
    summands,
    wellStructured: inner.wellStructured,
    analyze: (x) => {
      const columns = rowsOf(transpose({ rows: d, columns: copies, data: x })).map((column) => inner.analyze(column));
      return summands.map((_, i) => besideEachOther(columns.map((frames) => frames[i]!)));
    },
    synthesize: (frames) => {
      const columns = Array.from({ length: copies }, (_, copy) => {
        const parts = frames.map((frame, i) => columnsOf(frame, copy * inner.summands[i]!.multiplicity, inner.summands[i]!.multiplicity));
        return inner.synthesize(parts);
      });
      const stacked = zeros(d * copies, precisionOf(frames[0]!));
      columns.forEach((column, i) => stacked.set(column, i * d));
      return transpose({ rows: copies, columns: d, data: stacked }).data;
    },
  };
}

function rowsOf({ rows, columns, data }: Matrix): Floats[] {
  return Array.from({ length: rows }, (_, i) => data.subarray(i * columns, (i + 1) * columns));
}

function besideEachOther(parts: readonly Matrix[]): Matrix {
  const { rows, columns } = parts[0]!;
  const data = zeros(rows * columns * parts.length, precisionOf(parts[0]!));
  parts.forEach((part, at) => {
    for (let i = 0; i < rows; i++) {
      data.set(part.data.subarray(i * columns, (i + 1) * columns), (i * parts.length + at) * columns);
    }
  });
  return { rows, columns: columns * parts.length, data };
}

function columnsOf({ rows, columns, data }: Matrix, first: number, count: number): Matrix {
  const part = zeros(rows * count, data instanceof Float32Array ? 'f32' : 'f64');
  for (let i = 0; i < rows; i++) part.set(data.subarray(i * columns + first, i * columns + first + count), i * count);
  return { rows, columns: count, data: part };
}
