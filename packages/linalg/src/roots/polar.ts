import { scale, transpose } from '../arithmetic.js';
import { LinalgError } from '../errors.js';
import { expectFinite, machineEpsilon, type Matrix, precisionOf } from '../matrix.js';
import { multiply } from '../multiply.js';
import { frobeniusNorm } from '../norms.js';
import { svd } from '../svd.js';
import { inWorkspace } from '../workspace.js';
import type { QuinticCoefficients } from './newton-schulz.js';
import { polarExpressCoefficients } from './polar-express.js';

/** Muon's coefficients: `p(1) ≠ 1`; five steps take singular values from [0.005, 1] to [0.68, 1.16], not to one. */
export const muonQuintic: QuinticCoefficients = [3.4445, -4.775, 2.0315];
/** Coefficients with `p(1) = 1` and `p′(1) = −0.6`: convergent, steep at zero. */
export const convergentQuintic: QuinticCoefficients = [3, -3.2, 1.2];

/**
 * - `svd`: `U·Vᵀ`, exact; singular values up to `max(m, n)·eps` of the largest are dropped
 * - `muon`: five steps with {@link muonQuintic}, singular values near one only
 * - `newton-schulz`: `coefficients` until `max |XXᵀ − I| ≤ tolerance`
 * - `polar-express`: a schedule of coefficients, ended by its last step repeated
 */
export type PolarOptions = { readonly method?: never } | { readonly method: 'svd' } | IterativePolarOptions;

/** The methods that need products only. */
export type IterativePolarOptions =
  | { readonly method: 'muon'; readonly steps?: number; readonly coefficients?: QuinticCoefficients }
  | {
      readonly method: 'newton-schulz';
      readonly coefficients?: QuinticCoefficients;
      readonly tolerance?: number;
      readonly maximumIterations?: number;
    }
  | { readonly method: 'polar-express'; readonly steps?: number; readonly smallest?: number };

/** What a reader of a polar factor must know. */
export interface PolarReport {
  readonly method: 'svd' | IterativePolarOptions['method'];
  readonly precision: 'f64' | 'f32';
  readonly iterations: number;
  /** `max |XXᵀ − I|` over the shorter side; for `svd` with dropped values, of the projector in place of `I`. */
  readonly residual: number;
  /** Singular values treated as zero (`svd`). */
  readonly dropped: number;
}

/** Added to `‖G‖_F` before the division, as Muon does: the zero matrix stays zero. */
const normGuard = 1e-7;

/**
 * The orthonormal polar factor of an m × n matrix: the `U·Vᵀ` of its singular value decomposition, or an approximation by
 * `X ← aX + (bA + cA²)X`, `A = XXᵀ`, from `X = G/(‖G‖_F + 1e-7)`, in the orientation with fewer rows than columns.
 * @throws {LinalgError} `non-finite`; `no-convergence` with `iterations` and `distance` (`newton-schulz`); `invalid-argument`
 */
export function polarFactor(g: Matrix, options: PolarOptions = {}): { readonly factor: Matrix; readonly report: PolarReport } {
  expectFinite(g, 'polarFactor');
  if (options.method === undefined || options.method === 'svd') return exact(g);
  const tall = g.rows > g.columns;
  const wide = tall ? transpose(g) : g;
  const { schedule, tolerance } = plan(options, precisionOf(g));
  const { factor, iterations, residual } = iterate(wide, schedule, tolerance);
  const report = { method: options.method, precision: precisionOf(g), iterations, residual, dropped: 0 };
  return { factor: tall ? transpose(factor) : factor, report };
}

function exact(g: Matrix): { factor: Matrix; report: PolarReport } {
  const { u, values, v, sweeps } = svd(g, { method: 'preconditioned' });
  const precision = precisionOf(g);
  const cut = Math.max(g.rows, g.columns) * machineEpsilon[precision] * (values[0] ?? 0);
  const rank = values.filter((value) => value > cut).length;
  const kept = u.data.slice();
  for (let i = 0; i < kept.length; i++) if (i % u.columns >= rank) kept[i] = 0;
  const left = { ...u, data: kept };
  const gram = multiply(left, left, { transposeLeft: true }).data;
  let residual = 0;
  for (let i = 0; i < gram.length; i++) {
    const [row, column] = [Math.floor(i / u.columns), i % u.columns];
    residual = Math.max(residual, Math.abs(gram[i]! - (row === column && row < rank ? 1 : 0)));
  }
  const report = { method: 'svd', precision, iterations: sweeps, residual, dropped: values.length - rank } as const;
  return { factor: multiply(left, v, { transposeRight: true }), report };
}

/** Coefficients step by step, and the tolerance of a method that has one. */
function plan(options: IterativePolarOptions, precision: 'f64' | 'f32'): { schedule: QuinticCoefficients[]; tolerance?: number } {
  const repeat = (coefficients: QuinticCoefficients, steps: number): QuinticCoefficients[] => {
    if (!Number.isInteger(steps) || steps < 0) {
      throw new LinalgError('invalid-argument', `polarFactor: expected a whole number of steps, got ${steps}`, { steps });
    }
    return Array.from({ length: steps }, () => coefficients);
  };
  if (options.method === 'muon') return { schedule: repeat(options.coefficients ?? muonQuintic, options.steps ?? 5) };
  if (options.method === 'polar-express') {
    const { steps = 8, smallest } = options;
    return { schedule: polarExpressCoefficients(steps, smallest === undefined ? {} : { smallest }) };
  }
  const { coefficients = convergentQuintic, maximumIterations = 100 } = options;
  return { schedule: repeat(coefficients, maximumIterations), tolerance: options.tolerance ?? (precision === 'f64' ? 1e-12 : 1e-5) };
}

function iterate(
  g: Matrix,
  schedule: readonly QuinticCoefficients[],
  tolerance?: number,
): { factor: Matrix; iterations: number; residual: number } {
  const { rows: m, columns: n } = g;
  const precision = precisionOf(g);
  const start = scale(g, 1 / (frobeniusNorm(g) + normGuard));
  const blocks = [[m, n] as const, [m, n] as const, [m, m] as const, [m, m] as const];
  return inWorkspace(precision, { blocks }, (workspace) => {
    const { kernels, values } = workspace;
    let x = workspace.load(start);
    let next = workspace.takeBlock(m, n);
    const gram = workspace.takeBlock(m, m);
    const step = workspace.takeBlock(m, m);
    const measure = (): number => {
      kernels.multiply(0, 1, m, m, n, 1, x.offset, x.stride, x.offset, x.stride, 0, gram.offset, gram.stride, 1);
      kernels.mirrorLower(m, gram.offset, gram.stride);
      let distance = 0;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j <= i; j++) {
          distance = Math.max(distance, Math.abs(values[gram.offset + i * gram.stride + j]! - (i === j ? 1 : 0)));
        }
      }
      return distance;
    };
    let residual = measure();
    let iterations = 0;
    for (const [a, b, c] of schedule) {
      if (tolerance !== undefined && residual <= tolerance) break;
      for (let i = 0; i < m; i++)
        values.copyWithin(step.offset + i * step.stride, gram.offset + i * gram.stride, gram.offset + i * gram.stride + m);
      // b·A + c·A²
      kernels.multiply(0, 0, m, m, m, c, gram.offset, gram.stride, gram.offset, gram.stride, b, step.offset, step.stride, 1);
      kernels.mirrorLower(m, step.offset, step.stride);
      for (let i = 0; i < m; i++) values.copyWithin(next.offset + i * next.stride, x.offset + i * x.stride, x.offset + i * x.stride + n);
      kernels.multiply(0, 0, m, n, m, 1, step.offset, step.stride, x.offset, x.stride, a, next.offset, next.stride, 0);
      [x, next] = [next, x];
      iterations++;
      residual = measure();
    }
    if (tolerance !== undefined && !(residual <= tolerance)) {
      throw new LinalgError(
        'no-convergence',
        `polarFactor: expected max |XXᵀ − I| ≤ ${tolerance}, got ${residual} after ${iterations} iterations; the matrix may lack full rank: use method "svd"`,
        { iterations, distance: residual },
      );
    }
    return { factor: workspace.read(x, m, n), iterations, residual };
  });
}
