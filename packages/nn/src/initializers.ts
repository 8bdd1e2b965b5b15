import {
  add,
  type FloatDType,
  full,
  matmul,
  mul,
  norm,
  random,
  reshape,
  type Shape,
  ShapeError,
  swapAxes,
  type Tensor,
} from '@sardonyx/tensor';

/** Draws a parameter: the same values for the same key (uint32[2]), shape and dtype. */
export type Initializer = (key: Tensor, shape: Shape, dtype?: FloatDType) => Tensor;

export interface Fans {
  /** Inputs that one output sums over. */
  readonly fanIn: number;
  /** Outputs that one input enters. */
  readonly fanOut: number;
}

/**
 * Fans of a weight by its shape: matrices are [inputs, outputs]; kernels of convolutions are
 * [outputs, inputs / groups, ...kernel], where the kernel's size counts for both.
 * Throws ShapeError for rank 0 or 1, which have no fans.
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length < 2) {
    throw new ShapeError(
      'shape',
      `initializer: expected a matrix [inputs, outputs] or a kernel [outputs, inputs, ...kernel], given [${shape.join(', ')}]; use normal, uniform or zeros for it`,
    );
  }
  const [first, second, ...kernel] = shape as [number, number, ...number[]];
  if (kernel.length === 0) return { fanIn: first, fanOut: second };
  const field = kernel.reduce((product, n) => product * n, 1);
  return { fanIn: second * field, fanOut: first * field };
}

/** All elements one number. */
export const constant =
  (value: number): Initializer =>
  (_, shape, dtype = 'float32') =>
    full(shape, value, dtype);

export const zeros: Initializer = constant(0);
export const ones: Initializer = constant(1);

/** Normal numbers of mean 0. */
export const normal =
  (std = 1): Initializer =>
  (key, shape, dtype = 'float32') =>
    random.normal(key, shape, { std, dtype });

/** Normal numbers within two standard deviations; `std` is that of the normal distribution before it is cut. */
export const truncatedNormal =
  (std = 1): Initializer =>
  (key, shape, dtype = 'float32') =>
    random.truncatedNormal(key, shape, { std, dtype });

/** Uniform numbers in [−bound, bound). */
export const uniform =
  (bound = 1): Initializer =>
  (key, shape, dtype = 'float32') =>
    random.uniform(key, shape, { min: -bound, max: bound, dtype });

export type Distribution = 'normal' | 'uniform';

/** Numbers of mean 0 and the given variance, the variance of a uniform distribution being bound²/3. */
const ofVariance = (variance: number, distribution: Distribution): Initializer =>
  distribution === 'normal' ? normal(Math.sqrt(variance)) : uniform(Math.sqrt(3 * variance));

/**
 * Variance gain²·2/(fanIn + fanOut), which keeps the size of both activations and gradients through linear layers.
 * Glorot, Bengio 2010 ("Understanding the difficulty of training deep feedforward neural networks"), equation 16.
 */
export const xavier =
  (distribution: Distribution = 'uniform', gain = 1): Initializer =>
  (key, shape, dtype) => {
    const { fanIn, fanOut } = fansOf(shape);
    return ofVariance((gain * gain * 2) / (fanIn + fanOut), distribution)(key, shape, dtype);
  };

export interface KaimingOptions {
  /** Root of the variance times the fan: √2 by default, which suits relu; 1 for no activation. */
  readonly gain?: number;
  /** `in` keeps the size of activations (default), `out` that of gradients. */
  readonly fan?: 'in' | 'out';
}

/** Variance gain²/fan. He et al. 2015 (arXiv:1502.01852), equations 10 and 14. */
export const kaiming =
  (distribution: Distribution = 'normal', { gain = Math.SQRT2, fan = 'in' }: KaimingOptions = {}): Initializer =>
  (key, shape, dtype) => {
    const { fanIn, fanOut } = fansOf(shape);
    return ofVariance((gain * gain) / (fan === 'in' ? fanIn : fanOut), distribution)(key, shape, dtype);
  };

/**
 * A matrix with orthonormal rows or columns (whichever are fewer), uniform among those, times a gain; a kernel
 * [outputs, ...rest] is a matrix of `outputs` rows. Saxe et al. 2014 (arXiv:1312.6120).
 *
 * It is the orthogonal polar factor of a normal matrix, made by matrix products alone.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (key, shape, dtype = 'float32') => {
    fansOf(shape);
    const rows = shape[0]!;
    const columns = shape.slice(1).reduce((product, n) => product * n, 1);
    const wide = rows <= columns;
    const drawn = random.normal(key, wide ? [rows, columns] : [columns, rows], { dtype });
    const factor = mul(polarFactor(drawn), gain);
    return reshape(wide ? factor : swapAxes(factor, 0, 1), shape);
  };

/**
 * The polar factor of a wide matrix X: U·Vᵀ where X = U·Σ·Vᵀ, by odd polynomials of the singular values. Fifteen times
 * the quintic of Jordan 2024 ("Muon", kellerjordan.github.io/posts/muon), which multiplies small singular values by
 * 3.44 and keeps the others in [0.68, 1.13], bring all above 4e-9 of the largest there; then six Newton–Schulz steps
 * σ ← (3σ − σ³)/2, whose error is squared every time, make them 1.
 */
function polarFactor(x: Tensor): Tensor {
  let y = mul(x, norm(x).reciprocal());
  const gram = () => matmul(y, y, { transposeB: true });
  for (let step = 0; step < 15; step++) {
    const g = gram();
    const inner = add(mul(g, -4.775), mul(matmul(g, g), 2.0315));
    y = add(mul(y, 3.4445), matmul(inner, y));
  }
  for (let step = 0; step < 6; step++) y = add(mul(y, 1.5), mul(matmul(gram(), y), -0.5));
  return y;
}
