import { symmetricEigen, type EigenMethod, symmetricPart } from '../eigen/symmetric-eigen.js';
import { LinalgError } from '../errors.js';
import { type Floats, machineEpsilon, type Matrix, type Precision, precisionOf, toPrecision } from '../matrix.js';
import { symmetricRankUpdate } from '../multiply.js';
import { type MatrixRoot, ridged, rootExponent, type RootExponent, type RootOptions, rootResidual, withRetry } from './report.js';

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
  expectPolicy(policy, epsilon);
  const powers = rootExponent(exponent, 'inverseRootByEigen');
  return withRetry(options.precision ?? precisionOf(a), (precision) =>
    rootInPrecision(a, powers, { ...options, precision, policy, epsilon }),
  );
}

type Settled = EigenRootOptions & Required<Pick<EigenRootOptions, 'precision' | 'policy' | 'epsilon'>>;

function rootInPrecision(a: Matrix, exponent: RootExponent, options: Settled): MatrixRoot {
  const { precision, policy, epsilon, eigen = 'divide-and-conquer', measureResidual = true } = options;
  const shifted = ridged(a, 'inverseRootByEigen', options);
  const after = policy.kind === 'ridge' && policy.when === 'after';
  const decomposed = after ? ridged(a, 'inverseRootByEigen', { ...options, epsilon: 0 }) : shifted;
  const { values, vectors, sweeps } = symmetricEigen(decomposed, { method: eigen, precision });
  const eigenvalues = Float64Array.from(values, (value) => value + (after ? epsilon : 0));
  const power = -exponent.q / exponent.p;
  const { images, dropped, clamped } = invertSpectrum(eigenvalues, power, policy, epsilon, precision, options.negativeTolerance);
  const root = fromSpectrum(vectors, images);
  const report = { method: 'eigen', precision, retried: false, iterations: sweeps, dropped, clamped, ridge: epsilon } as const;
  if (!measureResidual) return { root, report: { ...report, residual: undefined } };
  const floor = policy.kind === 'clamp' ? policy.floor : 0;
  const reference =
    clamped > 0
      ? fromSpectrum(
          vectors,
          eigenvalues.map((value) => Math.max(value, floor)),
        )
      : shifted;
  const projector =
    dropped > 0
      ? fromSpectrum(
          vectors,
          images.map((value) => (value === 0 ? 0 : 1)),
        )
      : undefined;
  return { root, report: { ...report, residual: rootResidual(reference, root, exponent, projector) } };
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
  const lowest = (eigenvalues[0] ?? 0) - epsilon;
  const largest = eigenvalues.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (lowest < -negativeTolerance * largest) throw negativeEigenvalue('inverseRootByEigen', lowest, largest);
  if (policy.kind === 'ridge') {
    if ((eigenvalues[0] ?? 1) <= 0) {
      throw new LinalgError(
        'singular',
        `inverseRootByEigen: expected positive eigenvalues of A + ${epsilon}·I, got ${eigenvalues[0]}; use a larger epsilon or a pseudo-inverse`,
        {
          eigenvalue: eigenvalues[0] ?? 0,
        },
      );
    }
    return { images: eigenvalues.map((value) => value ** power), dropped: 0, clamped: 0 };
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

/** `Q·diag(images)·Qᵀ` for images ≥ 0, as a product of `Q·√images` with its transpose. */
function fromSpectrum(vectors: Matrix, images: Float64Array): Matrix {
  const { rows, columns, data } = vectors;
  const scaled = data.slice();
  const roots = images.map(Math.sqrt);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) scaled[i * columns + j] = data[i * columns + j]! * roots[j]!;
  }
  return symmetricRankUpdate({ rows, columns, data: scaled });
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
export function symmetricFunction(
  a: Matrix,
  f: (eigenvalue: number) => number,
  { eigen, precision = precisionOf(a) }: SymmetricFunctionOptions = {},
): Matrix {
  const symmetric = toPrecision(symmetricPart(a, 'symmetricFunction'), precision);
  const { values, vectors } = symmetricEigen(symmetric, eigen === undefined ? {} : { method: eigen });
  const images = Float64Array.from(values, (value: number) => f(value));
  images.forEach((image: number, i: number) => {
    if (image >= 0 && Number.isFinite(image)) return;
    const eigenvalue = (values as Floats)[i]!;
    throw new LinalgError('invalid-argument', `symmetricFunction: expected a finite f(λ) ≥ 0, got f(${eigenvalue}) = ${image}`, {
      eigenvalue,
      image,
    });
  });
  return fromSpectrum(vectors, images);
}

/**
 * `A^{1/2}` of a symmetric positive semidefinite matrix; eigenvalues that rounding made negative count as zero.
 * @throws {LinalgError} `negative-eigenvalue` with `eigenvalue`; those of `symmetricEigen`
 */
export function symmetricSquareRoot(a: Matrix, options: SymmetricFunctionOptions = {}): Matrix {
  const tolerance = 10 * a.rows * machineEpsilon[options.precision ?? precisionOf(a)];
  const symmetric = symmetricPart(a, 'symmetricSquareRoot');
  let largest = 0;
  for (let i = 0; i < symmetric.rows; i++) largest = Math.max(largest, Math.abs(symmetric.data[i * symmetric.rows + i]!));
  // Of a semidefinite matrix the trace bounds every eigenvalue.
  const bound = largest * symmetric.rows;
  return symmetricFunction(
    symmetric,
    (eigenvalue) => {
      if (eigenvalue < -tolerance * bound) throw negativeEigenvalue('symmetricSquareRoot', eigenvalue, bound);
      return Math.sqrt(Math.max(0, eigenvalue));
    },
    options,
  );
}
