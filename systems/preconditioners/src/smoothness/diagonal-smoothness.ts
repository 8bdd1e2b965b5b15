import { RandomStream } from '@sardonyx/data';
import { type Matrix, orderOf, symmetricEigen } from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';

/** A value between two bounds that hold whatever the computation did. */
export interface CertifiedValue {
  readonly lower: number;
  readonly upper: number;
  readonly method: 'closed form' | 'mixing method' | 'barrier' | 'easy bounds';
  readonly iterations: number;
}

const sweepsBetweenChecks = 20;

/**
 * The diagonal smoothness `min {Σδᵢ : diag(δ) ⪰ A} = max {⟨A, Y⟩ : Y ⪰ 0, Yᵢᵢ = 1}`, by the mixing method (Wang and Kolter,
 * arXiv:1706.00476): `Y = VᵀV` with unit columns, each in turn set to the direction `Σ_{j≠i} Aᵢⱼvⱼ`. The dual value is a lower
 * bound; `δᵢ = Σⱼ Aᵢⱼ⟨vᵢ, vⱼ⟩`, shifted until `diag(δ) ⪰ A`, an upper one.
 * @param a symmetric positive semidefinite
 * @param relativeGap gap at which to stop; default 1e-6
 * @throws {PreconditionerError} `no-convergence` with `lower` and `upper`
 */
export function diagonalSmoothness(a: Matrix, relativeGap = 1e-6, largestSweeps = 100_000): CertifiedValue {
  const n = orderOf(a, 'diagonalSmoothness');
  const width = Math.ceil(Math.sqrt(2 * n)) + 1;
  const vectors = unitVectors(n, width);
  let bounds = { lower: -Infinity, upper: Infinity };
  for (let sweep = 1; sweep <= largestSweeps; sweep++) {
    for (let i = 0; i < n; i++) turnTowards(a, vectors, width, i);
    if (sweep % sweepsBetweenChecks !== 0 && sweep !== 1) continue;
    bounds = certify(a, vectors, width);
    if (bounds.upper - bounds.lower <= relativeGap * bounds.upper) return { ...bounds, method: 'mixing method', iterations: sweep };
  }
  throw new PreconditionerError(
    'no-convergence',
    `diagonalSmoothness: expected a relative gap of ${relativeGap} within ${largestSweeps} sweeps, got bounds ${bounds.lower} and ${bounds.upper}`,
    bounds,
  );
}

function unitVectors(n: number, width: number): Float64Array {
  const stream = new RandomStream(0, 'mixing method');
  const vectors = Float64Array.from({ length: n * width }, () => stream.normal());
  for (let i = 0; i < n; i++) normalize(vectors.subarray(i * width, (i + 1) * width));
  return vectors;
}

function turnTowards(a: Matrix, vectors: Float64Array, width: number, i: number): void {
  const sum = new Float64Array(width);
  for (let j = 0; j < a.rows; j++) {
    const weight = j === i ? 0 : a.data[i * a.rows + j]!;
    if (weight !== 0) for (let k = 0; k < width; k++) sum[k] = sum[k]! + weight * vectors[j * width + k]!;
  }
  // A row of zeros leaves its vector where it is.
  if (normalize(sum) > 0) vectors.set(sum, i * width);
}

function normalize(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (length > 0) for (let k = 0; k < vector.length; k++) vector[k] = vector[k]! / length;
  return length;
}

function certify(a: Matrix, vectors: Float64Array, width: number): { lower: number; upper: number } {
  const n = a.rows;
  const slack = { rows: n, columns: n, data: Float64Array.from(a.data, (value) => -value) };
  let lower = 0;
  for (let i = 0; i < n; i++) {
    let delta = 0;
    for (let j = 0; j < n; j++) {
      let cosine = 0;
      for (let k = 0; k < width; k++) cosine += vectors[i * width + k]! * vectors[j * width + k]!;
      delta += a.data[i * n + j]! * cosine;
    }
    lower += delta;
    slack.data[i * n + i] = slack.data[i * n + i]! + delta;
  }
  const shift = Math.max(0, -symmetricEigen(slack, { vectors: false }).values[0]!);
  return { lower, upper: lower + n * shift };
}
