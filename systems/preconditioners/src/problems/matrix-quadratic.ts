import { RandomStream } from '@sardonyx/data';
import { type Floats, haarOrthogonal, type Matrix, matrix, multiply, type Precision, toPrecision } from '@sardonyx/linalg';
import { addScaled, dot, scaledBy } from '../reductions.js';
import { RunningAverage } from '../running-average.js';

/** `f(x) = c·⟨x − x*, A·(x − x*)⟩` from a start at zero. */
export interface CenteredQuadratic {
  readonly c: number;
  /** The minimiser, d elements; its type decides the precision of the run. */
  readonly star: Floats;
  /** `A·e`. */
  image(e: Floats): Floats;
}

/** Which basis the Hessian is given in: its own, where it is diagonal, or one rotated uniformly at random. */
export type Basis = 'diagonal' | 'haar';

/** The paper's matrix quadratic `c·⟨H, (X − X*)(X − X*)ᵀ⟩`, in its eigenbasis and in a random one. */
export interface MatrixQuadratic {
  /** n, of n × n matrices. */
  readonly order: number;
  readonly c: number;
  /** `σ₁ … σ_n` of H. */
  readonly eigenvalues: Float64Array;
  /** `X*` in the eigenbasis of H. */
  readonly star: Matrix;
  /** Columns: eigenvectors of H; the identity for the diagonal basis. */
  readonly rotation: Matrix | undefined;
}

/** The spectrum of the experiment: ten ones, then `(i − 10)^{−2}`. */
export function experimentSpectrum(order: number): Float64Array {
  return Float64Array.from({ length: order }, (_, i) => (i < 10 ? 1 : (i - 9) ** -2));
}

/**
 * Draws the experiment of Figure 1 (arXiv:2503.10537): `X*ᵢⱼ ~ N(0, 1/n)`, and a Haar rotation.
 * @param c factor of the loss; ½ starts at about `½·Σσ = 5.82` as the paper's figure does
 */
export function drawMatrixQuadratic(order: number, basis: Basis, seed: number, c = 0.5): MatrixQuadratic {
  const stars = new RandomStream(seed, 'matrix quadratic: minimiser');
  const star = matrix(
    order,
    order,
    Float64Array.from({ length: order * order }, () => stars.normal() / Math.sqrt(order)),
  );
  const rotations = new RandomStream(seed, 'matrix quadratic: rotation');
  const rotation = basis === 'haar' ? haarOrthogonal(order, () => rotations.normal()) : undefined;
  return { order, c, eigenvalues: experimentSpectrum(order), star, rotation };
}

/** The problem in H's eigenbasis, where `H·E` scales rows; for methods that commute with rotations from the left. */
export function inEigenbasis({ order, c, eigenvalues, star }: MatrixQuadratic, precision: Precision): CenteredQuadratic {
  const scales = toPrecision(matrix(order, 1, eigenvalues), precision).data;
  return {
    c,
    star: toPrecision(star, precision).data,
    image: (e) => {
      const he = e.slice();
      for (let i = 0; i < order; i++) for (let j = i * order; j < (i + 1) * order; j++) he[j] = he[j]! * scales[i]!;
      return he;
    },
  };
}

/** The problem in the basis it was drawn in. */
export function inGivenBasis(problem: MatrixQuadratic, precision: Precision): CenteredQuadratic {
  const { order, c, eigenvalues, star, rotation } = problem;
  if (rotation === undefined) return inEigenbasis(problem, precision);
  const scaled = rotation.data.map((value: number, at: number) => value * eigenvalues[at % order]!);
  const h = toPrecision(multiply(matrix(order, order, scaled), rotation, { transposeRight: true }), precision);
  return {
    c,
    star: toPrecision(multiply(rotation, star), precision).data,
    image: (e) => multiply(h, matrix(order, order, e)).data,
  };
}

/**
 * The reduction for full-matrix AdaGrad (Appendix E.1): it commutes with all rotations of the n² variables, so every row of the
 * residual in H's eigenbasis stays on its first direction, and n distances `uᵢ`, with targets `‖row i of X*‖`, remain.
 */
export function reducedToRows({ order, c, eigenvalues, star }: MatrixQuadratic, precision: Precision): CenteredQuadratic {
  const targets = matrix(
    order,
    1,
    Float64Array.from({ length: order }, (_, i) => {
      const row = star.data.subarray(i * order, (i + 1) * order);
      return Math.sqrt(dot(row, row));
    }),
  );
  const scales = toPrecision(matrix(order, 1, eigenvalues), precision).data;
  return { c, star: toPrecision(targets, precision).data, image: (e) => e.map((value: number, i: number) => value * scales[i]!) };
}

/** Losses of a run after every step. */
export interface LossCurves {
  readonly start: number;
  /** `f(x_{t+1})`, after step t. */
  readonly last: Float64Array;
  /** `f` at the average of the points up to step t. */
  readonly average: Float64Array;
  readonly diverged: boolean;
}

/** Which points an average runs over: `visited`, `x₁ … x_t`, as in the theory, or `updated`, `x₂ … x_{t+1}`, without the start. */
export type AveragedPoints = 'visited' | 'updated';

/** How long a run is, and what its average is over. */
export interface DescentOptions {
  readonly steps: number;
  /** β of the average `Σ β^{t−s}·x_s`; 1, the default, for the mean. */
  readonly weighting?: number;
  /** Default `visited`. */
  readonly averageOver?: AveragedPoints;
  /** Awaited after every step. */
  readonly pause?: () => Promise<void>;
}

/** A loss beyond this multiple of the first counts as diverged. */
const divergedAt = 1e6;

/**
 * Runs a method from zero. A diverged run, whose loss is not finite or above 10⁶ of the first, ends early, with ∞ from there on.
 */
export async function descend(
  problem: CenteredQuadratic,
  update: (x: Floats, gradient: Floats) => Floats,
  { steps, weighting = 1, averageOver = 'visited', pause }: DescentOptions,
): Promise<LossCurves> {
  const { c, star, image } = problem;
  let x: Floats = scaledBy(star, 0);
  let error: Floats = scaledBy(star, -1);
  let slope = image(error);
  const start = c * dot(error, slope);
  const last = new Float64Array(steps).fill(Infinity);
  const average = new Float64Array(steps).fill(Infinity);
  const [errors, slopes] = [new RunningAverage(weighting), new RunningAverage(weighting)];
  const addPoint = (e: Floats, he: Floats): void => {
    errors.add(e);
    slopes.add(he);
  };
  for (let step = 0; step < steps; step++) {
    if (averageOver === 'visited') addPoint(error, slope);
    x = update(x, scaledBy(slope, 2 * c));
    error = addScaled(x, star, -1);
    slope = image(error);
    if (averageOver === 'updated') addPoint(error, slope);
    const loss = c * dot(error, slope);
    // The image is linear, so that its mean is the image of the mean: no further product.
    const meanLoss = c * dot(errors.value, slopes.value);
    if (!(loss <= divergedAt * start && meanLoss <= divergedAt * start)) return { start, last, average, diverged: true };
    last[step] = loss;
    average[step] = meanLoss;
    await pause?.();
  }
  return { start, last, average, diverged: false };
}
