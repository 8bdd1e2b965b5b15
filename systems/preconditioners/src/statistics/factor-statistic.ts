import {
  type Floats,
  frobeniusNorm,
  machineEpsilon,
  type Matrix,
  matrix,
  multiply,
  type Precision,
  qr,
  scale,
  subtract,
  svd,
  symmetricRankUpdate,
  zeros,
} from '@sardonyx/linalg';
import { PreconditionerError } from '../errors.js';
import { inPrecision } from '../precision.js';
import { toleranceOf, policyOf, type RootOptions, type SummandRoot } from '../roots/root-options.js';
import { scaleColumns } from '../roots/spectral-root.js';
import type { SummandStatistic } from './statistic.js';

/**
 * `M = ridge·I + A·Aᵀ` through the factor `A = [√w₁·F₁ … √w_t·F_t]` of scaled frames, never through `M`, whose formation would
 * square the condition number. `A = Q·C` with orthonormal `Q` (order × rank), grown column by column, and a small core `C`,
 * compressed to `U·Σ` of its singular value decomposition where it gets wider than twice its height: this drops only its right
 * factor, which `A·Aᵀ` does not have.
 */
export class FactorStatistic implements SummandStatistic {
  private basis: Matrix;
  private core: Matrix;
  private held: number;

  constructor(
    private readonly order: number,
    private readonly multiplicity: number,
    ridge: number,
    readonly precision: Precision,
  ) {
    this.basis = matrix(order, 0, zeros(0, precision));
    this.core = matrix(0, 0, zeros(0, precision));
    this.held = ridge;
  }

  get ridge(): number {
    return this.held;
  }

  add(frame: Matrix, decay: number, weight: number): void {
    const scaled = scale(inPrecision(frame, this.precision), Math.sqrt(weight));
    const inside = multiply(this.basis, scaled, { transposeLeft: true });
    const rest = subtract(scaled, multiply(this.basis, inside));
    // Once more: the second projection makes the rest orthogonal to rounding (Golub and Van Loan, section 5.2.9).
    const again = multiply(this.basis, rest, { transposeLeft: true });
    const outside = subtract(rest, multiply(this.basis, again));
    for (let i = 0; i < inside.data.length; i++) inside.data[i] = inside.data[i]! + again.data[i]!;
    const { directions, coordinates } = newDirections(outside, frobeniusNorm(scaled), this.order - this.basis.columns);
    this.core = extendCore(this.core, Math.sqrt(decay), inside, coordinates);
    this.basis = beside(this.basis, directions);
    this.held *= decay;
    if (this.core.columns > 2 * Math.max(1, this.core.rows)) this.compress();
  }

  matrix(): Matrix {
    const dense = symmetricRankUpdate(multiply(this.basis, this.core));
    for (let i = 0; i < this.order; i++) dense.data[i * (this.order + 1)] = dense.data[i * (this.order + 1)]! + this.held;
    return dense;
  }

  root(options: RootOptions, factor: number): SummandRoot {
    const precision = options.precision ?? this.precision;
    const smallEigenvalues = policyOf(options, this.held);
    const { u, values } = svd(inPrecision(this.core, precision));
    const squared = Array.from(values, (value) => value * value);
    // Singular values are known to eps relative to the largest, their squares therefore to eps²: the cut is on the former.
    const relativeTolerance = toleranceOf(options, this.order, precision);
    const cut = relativeTolerance * (values[0] ?? 0);
    const ridge = factor * this.held;
    const roots = Array.from(values, (value, i) => (ridge > 0 || value > cut ? Math.sqrt(factor * squared[i]! + ridge) : 0));
    const vectors = multiply(inPrecision(this.basis, precision), u);
    const outside = Math.sqrt(ridge);
    const missing = this.order - values.length;
    return {
      trace: this.multiplicity * (roots.reduce((sum, root) => sum + root, 0) + missing * outside),
      report: {
        method: 'factor',
        precision,
        order: this.order,
        relativeTolerance,
        smallEigenvalues,
        dropped: ridge > 0 ? 0 : missing + roots.filter((root) => root === 0).length,
        negative: 0,
        smallest: missing > 0 ? ridge : factor * (squared.at(-1) ?? 0) + ridge,
        largest: factor * (squared[0] ?? 0) + ridge,
        iterations: 0,
      },
      apply: (frame) => applyFactor(vectors, roots, outside, frame),
      applyInverse: (frame) => applyFactor(vectors, roots.map(inverse), inverse(outside), frame),
      matrix: () => {
        const dense = multiply(
          scaleColumns(
            vectors,
            roots.map((root) => root - outside),
          ),
          vectors,
          { transposeRight: true },
        );
        for (let i = 0; i < this.order; i++) dense.data[i * (this.order + 1)] = dense.data[i * (this.order + 1)]! + outside;
        return dense;
      },
      eigenpairs: () => completeEigenpairs(vectors, roots, outside),
    };
  }

  arrays(): Readonly<Record<string, Floats>> {
    const shape = Float64Array.of(this.basis.columns, this.core.columns, this.held);
    return { basis: this.basis.data, core: this.core.data, shape };
  }

  restore({ basis, core, shape }: Readonly<Record<string, Floats>>): void {
    const [rank, columns, ridge] = shape ?? [];
    if (basis?.length !== this.order * rank! || core?.length !== rank! * columns!) {
      throw new PreconditionerError(
        'state',
        `restore: expected a factor of order ${this.order}; restore into the method it was saved from`,
      );
    }
    this.basis = matrix(this.order, rank!, basis.slice());
    this.core = matrix(rank!, columns!, core.slice());
    this.held = ridge!;
  }

  private compress(): void {
    const { u, values } = svd(this.core);
    this.core = scaleColumns(u, values);
  }
}

const inverse = (value: number): number => (value > 0 ? 1 / value : 0);

/** Orthonormal directions of what lies outside the basis, and its coordinates in them; those at rounding level are no directions. */
function newDirections(outside: Matrix, size: number, room: number): { directions: Matrix; coordinates: Matrix } {
  const level = 10 * machineEpsilon[outside.data instanceof Float32Array ? 'f32' : 'f64'] * size;
  const none = {
    directions: matrix(outside.rows, 0, outside.data.slice(0, 0)),
    coordinates: matrix(0, outside.columns, outside.data.slice(0, 0)),
  };
  if (room === 0 || frobeniusNorm(outside) <= level) return none;
  if (outside.columns === 1) {
    const length = frobeniusNorm(outside);
    const coordinates = outside.data.slice(0, 1).fill(length);
    return { directions: { ...outside, data: outside.data.map((value) => value / length) }, coordinates: matrix(1, 1, coordinates) };
  }
  const { u, values, v } = svd(outside);
  const count = Math.min(room, values.filter((value) => value > level).length);
  const { q } = qr(takeColumns(u, count));
  const kept = scaleColumns(takeColumns(v, count), values.subarray(0, count));
  return {
    directions: q,
    coordinates: multiply(multiply(q, takeColumns(u, count), { transposeLeft: true }), kept, { transposeRight: true }),
  };
}

function takeColumns({ rows, columns, data }: Matrix, count: number): Matrix {
  const taken = data.slice(0, rows * count);
  for (let i = 0; i < rows; i++) taken.set(data.subarray(i * columns, i * columns + count), i * count);
  return matrix(rows, count, taken);
}

/** `[[decay·C, inside], [0, coordinates]]`. */
function extendCore(core: Matrix, decay: number, inside: Matrix, coordinates: Matrix): Matrix {
  const rows = core.rows + coordinates.rows;
  const columns = core.columns + inside.columns;
  const data = core.data instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
  for (let i = 0; i < core.rows; i++) {
    for (let j = 0; j < core.columns; j++) data[i * columns + j] = decay * core.data[i * core.columns + j]!;
    data.set(inside.data.subarray(i * inside.columns, (i + 1) * inside.columns), i * columns + core.columns);
  }
  for (let i = 0; i < coordinates.rows; i++) {
    data.set(coordinates.data.subarray(i * inside.columns, (i + 1) * inside.columns), (core.rows + i) * columns + core.columns);
  }
  return matrix(rows, columns, data);
}

function beside(left: Matrix, right: Matrix): Matrix {
  if (right.columns === 0) return left;
  const columns = left.columns + right.columns;
  const data = right.data instanceof Float32Array ? new Float32Array(left.rows * columns) : new Float64Array(left.rows * columns);
  for (let i = 0; i < left.rows; i++) {
    data.set(left.data.subarray(i * left.columns, (i + 1) * left.columns), i * columns);
    data.set(right.data.subarray(i * right.columns, (i + 1) * right.columns), i * columns + left.columns);
  }
  return matrix(left.rows, columns, data);
}

/** `outside·F + U·diag(scales − outside)·Uᵀ·F`. */
function applyFactor(vectors: Matrix, scales: readonly number[], outside: number, frame: Matrix): Matrix {
  const basis = inPrecision(vectors, frame.data instanceof Float32Array ? 'f32' : 'f64');
  const coordinates = multiply(basis, frame, { transposeLeft: true });
  const { columns, data } = coordinates;
  for (let at = 0; at < data.length; at++) data[at] = data[at]! * (scales[Math.floor(at / columns)]! - outside);
  const result = multiply(basis, coordinates);
  if (outside !== 0) for (let at = 0; at < result.data.length; at++) result.data[at] = result.data[at]! + outside * frame.data[at]!;
  return result;
}

/** The eigenpairs with an orthonormal basis of the rest. */
function completeEigenpairs(vectors: Matrix, roots: readonly number[], outside: number): { values: readonly number[]; vectors: Matrix } {
  const { rows: n, columns: rank } = vectors;
  const padded = zeros(n * (rank + n), vectors.data instanceof Float32Array ? 'f32' : 'f64');
  for (let i = 0; i < n; i++) {
    padded.set(vectors.data.subarray(i * rank, (i + 1) * rank), i * (rank + n));
    padded[i * (rank + n) + rank + i] = 1;
  }
  // The thin Q of [U, I] spans R^n and begins with U, up to signs.
  const { q } = qr(matrix(n, rank + n, padded));
  return { values: Array.from({ length: n }, (_, i) => roots[i] ?? outside), vectors: q };
}
