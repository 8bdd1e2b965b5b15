import { addToDiagonal } from '../arithmetic.js';
import { type EigenMethod, eigenRows, type EigenRows } from '../eigen/eigen-rows.js';
import { symmetricPart, type SymmetricPart } from '../eigen/symmetric-part.js';
import { LinalgError } from '../errors.js';
import { machineEpsilon, type Matrix, type Precision, precisionOf } from '../matrix.js';
import {
  expectRidge,
  type MatrixRoot,
  ridgedPart,
  rootExponent,
  type RootExponent,
  type RootOptions,
  rootResidual,
  withRetry,
} from './report.js';

/**
 * What is done with eigenvalues near or below zero.
 *
 * - `ridge`: λ + ε, added before the decomposition or to its eigenvalues `after` it; equal algebraically, not in rounding
 * - `pseudo-inverse`: eigenvalues up to `max(absolute, relative·λ_max)` are dropped; needs ε = 0. `relative` is `n·eps` by default
 * - `clamp`: `max(λ, floor)`, `floor` > 0
 */
export type EigenvaluePolicy =
  | { readonly kind: 'ridge'; readonly when?: 'before' | 'after' }
  | { readonly kind: 'pseudo-inverse'; readonly absolute?: number; readonly relative?: number }
  | { readonly kind: 'clamp'; readonly floor: number };

/** Options of {@link inverseRootByEigen}. */
export interface EigenRootOptions extends RootOptions {
  /** Default: `ridge` where ε > 0, else `pseudo-inverse`. */
  readonly policy?: EigenvaluePolicy;
  /** Default `divide-and-conquer`. */
  readonly eigen?: EigenMethod;
  /** An eigenvalue below `−negativeTolerance·max |λ|` is an error and not rounding; default `10·n·eps`. */
  readonly negativeTolerance?: number;
}

/** Eigenvalues with a function of each; those that were dropped have the value zero. */
interface Spectrum {
  readonly images: Float64Array;
  readonly dropped: number;
  readonly clamped: number;
}

/**
 * `A^{−q/p} = Q·Λ^{−q/p}·Qᵀ` of a symmetric positive semidefinite matrix. Where every eigenvalue is dropped the result is zero.
 * About `10n³` flops, with eigenvectors and one product of which a triangle is computed.
 * @param exponent `p` for `A^{−1/p}`, or `{ p, q }`
 * @throws {LinalgError} `negative-eigenvalue` with `eigenvalue`; `singular` for a zero eigenvalue under `ridge`;
 * `pseudo-inverse-with-ridge`; `invalid-argument`; those of `symmetricEigen`, `no-convergence` after float64 too
 */
export function inverseRootByEigen(a: Matrix, exponent: number | RootExponent, options: EigenRootOptions = {}): MatrixRoot {
  const { epsilon = 0 } = options;
  const policy = options.policy ?? { kind: epsilon > 0 ? 'ridge' : 'pseudo-inverse' };
  expectRidge(epsilon, 'inverseRootByEigen');
  expectPolicy(policy, epsilon);
  const powers = rootExponent(exponent, 'inverseRootByEigen');
  return withRetry(options.precision ?? precisionOf(a), (precision) =>
    rootInPrecision(a, powers, { ...options, precision, policy, epsilon }),
  );
}

type Settled = EigenRootOptions & Required<Pick<EigenRootOptions, 'precision' | 'policy' | 'epsilon'>>;

function rootInPrecision(a: Matrix, exponent: RootExponent, options: Settled): MatrixRoot {
  const { precision, policy, epsilon, eigen = 'divide-and-conquer', measureResidual = true } = options;
  const after = policy.kind === 'ridge' && policy.when === 'after';
  const part = ridgedPart(a, 'inverseRootByEigen', { ...options, epsilon: after ? 0 : epsilon });
  const n = part.matrix.rows;
  const square = [n, n] as const;
  const { root, reference, projector, ...counts } = eigenRows(
    part,
    { method: eigen, precision, vectors: true, blocks: [square, square] },
    (solution) => {
      const eigenvalues = solution.eigenvalues.map((value) => value + (after ? epsilon : 0));
      const { images, dropped, clamped } = invertSpectrum(
        eigenvalues,
        -exponent.q / exponent.p,
        policy,
        epsilon,
        precision,
        options.negativeTolerance,
      );
      const spectral = spectralFunctions(solution, n);
      const floor = policy.kind === 'clamp' ? policy.floor : 0;
      return {
        root: spectral(images),
        reference: measureResidual && clamped > 0 ? spectral(eigenvalues.map((value) => Math.max(value, floor))) : undefined,
        projector: measureResidual && dropped > 0 ? spectral(images.map(Math.sign)) : undefined,
        dropped,
        clamped,
        iterations: solution.sweeps,
      };
    },
  );
  const given = reference ?? (after ? addToDiagonal(part.matrix, epsilon) : part.matrix);
  const residual = measureResidual ? rootResidual(given, root, exponent, projector) : undefined;
  return { root, report: { method: 'eigen', precision, retried: false, residual, ridge: epsilon, ...counts } };
}

/**
 * What makes `Σ imageᵢ·qᵢqᵢᵀ`, for images ≥ 0, of a solved eigenproblem: the eigenvectors times `√image`, times their
 * transpose, of which one triangle is computed. It takes two blocks.
 */
function spectralFunctions({ workspace, rows }: EigenRows, n: number): (images: Float64Array) => Matrix {
  const { kernels, values } = workspace;
  const { offset, stride } = rows!;
  const scaled = workspace.takeBlock(n, n);
  const product = workspace.takeBlock(n, n);
  return (images) => {
    for (let i = 0; i < n; i++) {
      const factor = Math.sqrt(images[i]!);
      const from = offset + i * stride;
      const to = scaled.offset + i * scaled.stride;
      for (let j = 0; j < n; j++) values[to + j] = factor * values[from + j]!;
    }
    const { offset: s, stride: step } = scaled;
    kernels.multiply(1, 0, n, n, n, 1, s, step, s, step, 0, product.offset, product.stride, 1);
    kernels.mirrorLower(n, product.offset, product.stride);
    return workspace.read(product, n, n);
  };
}

function expectPolicy(policy: EigenvaluePolicy, epsilon: number): void {
  if (policy.kind === 'pseudo-inverse' && epsilon !== 0) {
    throw new LinalgError(
      'pseudo-inverse-with-ridge',
      `inverseRootByEigen: expected epsilon = 0 with a pseudo-inverse, got ${epsilon}; a ridge leaves nothing to drop, choose one of them`,
      { epsilon },
    );
  }
  if (policy.kind === 'clamp' && !(policy.floor > 0)) {
    throw new LinalgError('invalid-argument', `inverseRootByEigen: expected a floor > 0, got ${policy.floor}`, { floor: policy.floor });
  }
}

function invertSpectrum(
  eigenvalues: Float64Array,
  power: number,
  policy: EigenvaluePolicy,
  epsilon: number,
  precision: Precision,
  negativeTolerance = 10 * eigenvalues.length * machineEpsilon[precision],
): Spectrum {
  const lowest = eigenvalues.reduce((least, value) => Math.min(least, value), Infinity);
  const largest = eigenvalues.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (lowest - epsilon < -negativeTolerance * largest) throw negativeEigenvalue('inverseRootByEigen', lowest - epsilon, largest);
  if (policy.kind === 'ridge') {
    if (lowest > 0) return { images: eigenvalues.map((value) => value ** power), dropped: 0, clamped: 0 };
    throw new LinalgError(
      'singular',
      `inverseRootByEigen: expected positive eigenvalues of A + ${epsilon}·I, got ${lowest}; use a larger epsilon or a pseudo-inverse`,
      { eigenvalue: lowest },
    );
  }
  if (policy.kind === 'clamp') {
    const clamped = eigenvalues.filter((value) => value < policy.floor).length;
    return { images: eigenvalues.map((value) => Math.max(value, policy.floor) ** power), dropped: 0, clamped };
  }
  const { absolute = 0, relative = eigenvalues.length * machineEpsilon[precision] } = policy;
  const cut = Math.max(absolute, relative * largest, 0);
  const images = eigenvalues.map((value) => (value > cut ? value ** power : 0));
  return { images, dropped: eigenvalues.filter((value) => !(value > cut)).length, clamped: 0 };
}

function negativeEigenvalue(operation: string, eigenvalue: number, largest: number): LinalgError {
  return new LinalgError(
    'negative-eigenvalue',
    `${operation}: expected a positive semidefinite matrix, got the eigenvalue ${eigenvalue} beside one of magnitude ${largest}; look for what made it indefinite, or clamp with a larger negativeTolerance`,
    { eigenvalue, largest },
  );
}

/** Options of {@link symmetricFunction} and {@link symmetricSquareRoot}. */
export interface SymmetricFunctionOptions {
  readonly eigen?: EigenMethod;
  readonly precision?: Precision;
}

/**
 * `f(A) = Q·f(Λ)·Qᵀ` of a symmetric matrix, for an `f` that is nonnegative on its eigenvalues.
 * @throws {LinalgError} `invalid-argument` with `eigenvalue` and `image` where `f` is negative or not finite; those of `symmetricEigen`
 */
export function symmetricFunction(a: Matrix, f: (eigenvalue: number) => number, options: SymmetricFunctionOptions = {}): Matrix {
  return applyToSpectrum(symmetricPart(a, 'symmetricFunction', options), (eigenvalues) => eigenvalues.map(f), options);
}

function applyToSpectrum(
  part: SymmetricPart,
  f: (eigenvalues: Float64Array) => Float64Array,
  { eigen = 'divide-and-conquer', precision = precisionOf(part.matrix) }: SymmetricFunctionOptions,
): Matrix {
  const n = part.matrix.rows;
  const square = [n, n] as const;
  return eigenRows(part, { method: eigen, precision, vectors: true, blocks: [square, square] }, (solution) => {
    const { eigenvalues } = solution;
    const images = f(eigenvalues);
    const refused = images.findIndex((image) => !(image >= 0 && Number.isFinite(image)));
    if (refused >= 0) {
      const [eigenvalue, image] = [eigenvalues[refused]!, images[refused]!];
      throw new LinalgError('invalid-argument', `symmetricFunction: expected a finite f(λ) ≥ 0, got f(${eigenvalue}) = ${image}`, {
        eigenvalue,
        image,
      });
    }
    return spectralFunctions(solution, n)(images);
  });
}

/**
 * `A^{1/2}` of a symmetric positive semidefinite matrix; eigenvalues that rounding made negative count as zero.
 * @throws {LinalgError} `negative-eigenvalue` with `eigenvalue`; those of `symmetricEigen`
 */
export function symmetricSquareRoot(a: Matrix, options: SymmetricFunctionOptions = {}): Matrix {
  const part = symmetricPart(a, 'symmetricSquareRoot', options);
  const tolerance = 10 * a.rows * machineEpsilon[precisionOf(part.matrix)];
  return applyToSpectrum(
    part,
    (eigenvalues) => {
      const largest = eigenvalues.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const lowest = eigenvalues.reduce((least, value) => Math.min(least, value), Infinity);
      if (lowest < -tolerance * largest) throw negativeEigenvalue('symmetricSquareRoot', lowest, largest);
      return eigenvalues.map((value) => Math.sqrt(Math.max(0, value)));
    },
    options,
  );
}
