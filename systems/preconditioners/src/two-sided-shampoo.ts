import {
  addToDiagonal,
  type Floats,
  type Matrix,
  matrix,
  type Precision,
  precisionOf,
  symmetricEigen,
  symmetricRankUpdate,
  transpose as turned,
  zeros,
} from '@sardonyx/linalg';
import { expectPositive, PreconditionerError } from './errors.js';
import { expectFiniteGradient } from './gradient-check.js';
import { addScaled, maximumOf, sumOf } from './reductions.js';
import { applySpectral } from './roots/spectral-root.js';
import { expectNonnegative, policyOf, type RootOptions, toleranceOf } from './roots/root-options.js';

/** Options of {@link TwoSidedShampoo}. */
export interface TwoSidedShampooOptions {
  readonly rows: number;
  readonly columns: number;
  readonly learningRate: number;
  /** Ridge of both statistics; default 0, with the pseudo-inverse. */
  readonly epsilon?: number;
  /** Factor on the statistics before a gradient is added; default 1, a sum. */
  readonly decay?: number;
  readonly precision?: Precision;
  readonly root?: Pick<RootOptions, 'eigenMethod' | 'relativeTolerance'>;
}

/**
 * Two-sided Shampoo, `X ← X − η·L^{−1/4}·G·R^{−1/4}` with `L = εI + Σ GGᵀ`, `R = εI + Σ GᵀG` (Gupta, Koren and Singer,
 * arXiv:1802.09568). Products of two factors are no well-structured set: it is here to be compared with.
 */
export class TwoSidedShampoo {
  private left: Matrix;
  private right: Matrix;
  private ridge: number;
  private steps = 0;

  /** @throws {PreconditionerError} `argument` */
  constructor(private readonly options: TwoSidedShampooOptions) {
    const { rows, columns, learningRate, epsilon = 0, precision = 'f64' } = options;
    expectPositive(learningRate, 'learningRate');
    if (!(epsilon >= 0 && Number.isFinite(epsilon)))
      throw new PreconditionerError('argument', `epsilon: expected a finite number of at least 0, got ${epsilon}`);
    const start = (n: number): Matrix => addToDiagonal(matrix(n, n, zeros(n * n, precision)), epsilon);
    this.left = start(rows);
    this.right = start(columns);
    this.ridge = epsilon;
  }

  /** One step on a row-major matrix. @throws {PreconditionerError} `shape`, `non-finite`, `negative-eigenvalue` */
  update(x: Floats, gradient: Floats): Floats {
    const { rows, columns, learningRate, decay = 1 } = this.options;
    if (gradient.length !== rows * columns) {
      throw new PreconditionerError(
        'shape',
        `step ${this.steps + 1}: expected a gradient of ${rows} × ${columns}, got ${gradient.length} elements`,
      );
    }
    expectFiniteGradient(gradient, 'X', this.steps + 1, 'error');
    const g = matrix(rows, columns, gradient);
    this.left = symmetricRankUpdate(g, this.left, { beta: decay });
    this.right = symmetricRankUpdate(g, this.right, { beta: decay, transpose: true });
    this.ridge *= decay;
    this.steps++;
    const fromLeft = this.inverseFourthRoot(this.left, g);
    const transposed = this.inverseFourthRoot(this.right, turned(fromLeft));
    const direction = turned(transposed);
    return addScaled(x, direction.data, -learningRate);
  }

  /** `Tr L^{1/4}` and `Tr R^{1/4}`, of which the regret bound is made. */
  traces(): { readonly left: number; readonly right: number } {
    const fourth = (a: Matrix): number =>
      sumOf(symmetricEigen(a, { vectors: false }).values.map((value: number) => Math.max(0, value) ** 0.25));
    return { left: fourth(this.left), right: fourth(this.right) };
  }

  private inverseFourthRoot(statistic: Matrix, frame: Matrix): Matrix {
    const { root = {} } = this.options;
    const precision = precisionOf(statistic);
    const { values, vectors } = symmetricEigen(statistic, root.eigenMethod === undefined ? {} : { method: root.eigenMethod });
    const largest = Math.max(0, maximumOf(values));
    const tolerance = toleranceOf(root, values.length, precision);
    expectNonnegative(values[0] ?? 0, largest, Math.max(tolerance, toleranceOf({}, values.length, precision)));
    const clamp = policyOf({}, this.ridge) === 'clamp';
    const scales = Array.from(values, (value) => {
      if (clamp) return Math.max(value, this.ridge) ** -0.25;
      return value > tolerance * largest ? value ** -0.25 : 0;
    });
    return applySpectral(vectors, scales, frame);
  }
}
