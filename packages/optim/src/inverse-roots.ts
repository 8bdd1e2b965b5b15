import {
  inverseRootByEigen,
  inverseRootByOrthogonalIteration,
  LinalgError,
  machineEpsilon,
  type RootExponent,
  toPrecision,
} from '@sardonyx/linalg';
import { abs, cast, eye, type FloatDType, jit, matmul, max, sub, type Tensor, zeros } from '@sardonyx/tensor';
import { eigenbasis, onDevice, onHost, statisticError } from './host-decompositions.js';
import { type IterativeRoot, iterativeRoot } from './iterative-roots.js';
import { type FloatPrecision, isIterative, type RootOptions } from './root-options.js';

const iterationsOf: Readonly<Record<IterativeRoot, number>> = { newton: 30, higher: 20, ns: 12 };

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
  /** Precision of the computation; of that on the host float64 where it is not given, of that in the step the parameter's. */
  readonly precision?: FloatPrecision;
  /** What roots are kept and applied in. */
  readonly dtype: FloatDType;
  readonly options: RootOptions;
}

/** A statistic summed in float32 may have negative eigenvalues of this share of the largest; lower ones are not rounding. */
const negativeTolerances = { float32: 1e-3, float64: 1e-10 } as const;

export function startingRoot(n: number, { dtype, options }: RootTask): RootMemory {
  const none = () => zeros([n, n], dtype);
  return options.root === 'qr' ? { root: none(), basis: none() } : { root: none() };
}

/** Operations of one root. */
export function flopsOfRoot(n: number, { root = 'eig', rootIterations }: RootOptions, p: number): number {
  const product = 2 * n ** 3;
  if (!isIterative(root)) return 5 * product;
  const iterations = rootIterations ?? iterationsOf[root];
  // Products an iteration; Yᵖ takes about log₂ p.
  const products = { newton: 2 + Math.ceil(Math.log2(p)), higher: 3 + Math.ceil(Math.log2(p)), ns: p === 4 ? 8 : 4 };
  return iterations * products[root] * product;
}

/** The root within the compiled step. */
export function rootInStep(statistic: Tensor, { exponent: { p }, epsilon, precision, dtype: kept, options }: RootTask): Tensor {
  const dtype = precision === undefined ? kept : precision === 'f64' ? 'float64' : 'float32';
  const a = cast(statistic, dtype);
  const ridged = epsilon === 0 ? a : a.add(eye(a.shape[0]!, { dtype: dtype as 'float32' }).mul(epsilon));
  const method = options.root as IterativeRoot;
  const root = iterativeRoot(ridged, p, method, {
    iterations: options.rootIterations ?? iterationsOf[method] * (dtype === 'float64' ? 2 : 1),
    relativeRidge: options.relativeRidge ?? (dtype === 'float64' ? 1e-12 : 1e-6),
  });
  return cast(root, kept);
}

/** The root between steps. @throws {OptimizerError} `root` and `non-finite`, with the parameter and the step */
export async function rootBetweenSteps(statistic: Tensor, memory: RootMemory, step: number, task: RootTask): Promise<RootMemory> {
  const { options, exponent, epsilon, dtype, precision = 'f64' } = task;
  try {
    if (isIterative(options.root ?? 'eig')) return await iterated(statistic, task);
    const a = toPrecision(await onHost(statistic), precision);
    const relative = { relative: options.rankTolerance ?? a.rows * machineEpsilon[statistic.dtype === 'float64' ? precision : 'f32'] };
    const common = { epsilon, measureResidual: false, symmetryTolerance: 1e-4 };
    if (options.root === 'qr') {
      // The first basis is that of the eigenvectors; ε = 0 lets the estimates tell the rank.
      const isFirst = (await max(abs(memory.basis!)).item()) === 0;
      const basis = toPrecision(await onHost(isFirst ? await eigenbasis(statistic) : memory.basis!), precision);
      const found = inverseRootByOrthogonalIteration(a, exponent, basis, { ...common, ...relative, iterations: isFirst ? 0 : 1 });
      return { root: onDevice(found.root, dtype), basis: onDevice(found.state.basis, dtype) };
    }
    // No eigenvalue of the exact statistic lies below; rounding puts some there.
    const floor = Math.max(epsilon, task.floor);
    const policy = floor > 0 ? ({ kind: 'clamp', floor } as const) : ({ kind: 'pseudo-inverse', ...relative } as const);
    const negativeTolerance = negativeTolerances[statistic.dtype as FloatDType & keyof typeof negativeTolerances];
    const { root } = inverseRootByEigen(a, exponent, { ...common, policy, negativeTolerance });
    return { root: onDevice(root, dtype) };
  } catch (error) {
    throw statisticError(error, task, step, 'with an inverse root');
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
