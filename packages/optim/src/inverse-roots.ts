import { inverseRootByEigen, inverseRootByOrthogonalIteration, LinalgError, type RootExponent } from '@sardonyx/linalg';
import { abs, cast, eye, jit, matmul, max, sub, type Tensor, zeros } from '@sardonyx/tensor';
import { OptimizerError } from './errors.js';
import { eigenbasis, onDevice, onHost } from './host-decompositions.js';
import { type IterativeRoot, iterativeRoot } from './iterative-roots.js';

/**
 * How A^{−1/p} is computed: `eig` by eigenvectors and `qr` in an eigenbasis that follows from refresh to refresh, on the
 * host; `newton`, `higher` and `ns` by matrix products, in the compiled step where roots are not stale.
 */
export type RootMethod = 'eig' | 'qr' | IterativeRoot;
export const rootMethods = ['eig', 'qr', 'newton', 'higher', 'ns'] as const;

/** Precision of statistics and of roots. */
export type FloatPrecision = 'f32' | 'f64';

export interface RootOptions {
  /** `eig` by default. */
  readonly root?: RootMethod;
  /** Iterations of `newton`, `higher` and `ns`; enough for the default ridge: 30, 20 and 12 in float32, twice that in float64. */
  readonly rootIterations?: number;
  /**
   * Ridge of `newton`, `higher` and `ns` beside ε, as a share of the largest row sum: by default 1e-6 in float32, that of
   * scalable Shampoo, and 1e-12 in float64.
   */
  readonly relativeRidge?: number;
  /** With ε = 0, eigenvalues up to this share of the largest count as zero; n·eps by default. */
  readonly rankTolerance?: number;
}

const iterationsOf: Readonly<Record<IterativeRoot, number>> = { newton: 30, higher: 20, ns: 12 };

export const isIterative = (root: RootMethod): root is IterativeRoot => root !== 'eig' && root !== 'qr';

/** What is kept of the root of one statistic: the root, and for `qr` the basis it was made in. */
export interface RootMemory extends Readonly<Record<string, unknown>> {
  readonly root: Tensor;
  readonly basis?: Tensor;
}

/** What a root is of, for its computation and for messages. */
export interface RootTask {
  readonly optimizer: string;
  readonly parameter: string;
  readonly exponent: RootExponent;
  /** ε, added to the diagonal here. */
  readonly epsilon: number;
  /** Least eigenvalue that the statistic can have, where ε is in the statistic already; rounding goes below it. */
  readonly floor: number;
  readonly precision: FloatPrecision;
  readonly options: RootOptions;
}

const dtypeOf = (precision: FloatPrecision) => (precision === 'f64' ? ('float64' as const) : ('float32' as const));

export function startingRoot(n: number, { precision, options }: RootTask): RootMemory {
  const none = () => zeros([n, n], dtypeOf(precision));
  return options.root === 'qr' ? { root: none(), basis: none() } : { root: none() };
}

/** The root within the compiled step. */
export function rootInStep(statistic: Tensor, { exponent: { p }, epsilon, precision, options }: RootTask): Tensor {
  const a = cast(statistic, dtypeOf(precision));
  const ridged = epsilon === 0 ? a : a.add(eye(a.shape[0]!, { dtype: dtypeOf(precision) }).mul(epsilon));
  const method = options.root as IterativeRoot;
  return iterativeRoot(ridged, p, method, {
    iterations: options.rootIterations ?? iterationsOf[method] * (precision === 'f64' ? 2 : 1),
    relativeRidge: options.relativeRidge ?? (precision === 'f64' ? 1e-12 : 1e-6),
  });
}

/** The root between steps. @throws {OptimizerError} `root` and `non-finite`, with the parameter and the step */
export async function rootBetweenSteps(statistic: Tensor, memory: RootMemory, step: number, task: RootTask): Promise<RootMemory> {
  const { options, exponent, epsilon, precision } = task;
  try {
    if (isIterative(options.root ?? 'eig')) return await iterated(statistic, task);
    const a = await onHost(cast(statistic, dtypeOf(precision)));
    const relative = options.rankTolerance === undefined ? {} : { relative: options.rankTolerance };
    if (options.root === 'qr') {
      // The first basis is that of the eigenvectors; ε = 0 lets the estimates tell the rank.
      const isFirst = (await max(abs(memory.basis!)).item()) === 0;
      const basis = isFirst ? await eigenbasis(cast(statistic, dtypeOf(precision))) : memory.basis!;
      const iterations = isFirst ? 0 : 1;
      const found = inverseRootByOrthogonalIteration(a, exponent, await onHost(basis), {
        epsilon,
        iterations,
        measureResidual: false,
        ...relative,
      });
      return { root: onDevice(found.root, memory.root.dtype), basis: onDevice(found.state.basis, memory.root.dtype) };
    }
    // No eigenvalue of the exact statistic lies below; rounding puts some there.
    const floor = Math.max(epsilon, task.floor);
    const policy = floor > 0 ? ({ kind: 'clamp', floor } as const) : ({ kind: 'pseudo-inverse', ...relative } as const);
    const { root } = inverseRootByEigen(a, exponent, { policy, epsilon, measureResidual: false });
    return { root: onDevice(root, memory.root.dtype) };
  } catch (error) {
    if (!(error instanceof LinalgError)) throw error;
    throw new OptimizerError(
      error.code === 'non-finite' ? 'non-finite' : 'root',
      `${task.optimizer}: expected a statistic of ${task.parameter} with an inverse root at step ${step}: ${error.message}`,
      { parameter: task.parameter, step, ...error.details },
      { cause: error },
    );
  }
}

async function iterated(statistic: Tensor, task: RootTask): Promise<RootMemory> {
  const { root: method = 'eig', rootIterations, relativeRidge } = task.options;
  // Only what can be part of the key of a compiled variant.
  const options = { root: method, ...(rootIterations && { rootIterations }), ...(relativeRidge !== undefined && { relativeRidge }) };
  const { root, residual } = iterate(statistic, { ...task, floor: 0, parameter: '', optimizer: '', options });
  const error = await residual.item();
  if (error <= 0.1) return { root };
  throw new LinalgError(
    Number.isNaN(error) ? 'non-finite' : 'no-convergence',
    `method "${method}" left max |A·Xᵖ − I| = ${error}; iterate more, use a larger ridge, or root "eig"`,
    { residual: error },
  );
}

/** The root and max |A·Xᵖ − I|, compiled once per shape and task. */
const iterate = jit(
  (statistic: Tensor, task: RootTask) => {
    const root = rootInStep(statistic, task);
    let product = cast(statistic, root.dtype);
    for (let i = 0; i < task.exponent.p; i++) product = matmul(product, root);
    return { root, residual: max(abs(sub(product, eye(root.shape[0]!, { dtype: root.dtype as 'float32' })))) };
  },
  { name: 'inverse root' },
);
