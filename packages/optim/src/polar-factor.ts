import { add, div, eye, type FloatDType, matmul, mul, sqrt, square, sum, type Tensor, type TensorType } from '@sardonyx/tensor';

/** Coefficients (a, b, c) of one iteration X ← a·X + (b·A + c·A²)·X with A = X·Xᵀ: p(σ) = a·σ + b·σ³ + c·σ⁵ on singular values. */
export type NewtonSchulzCoefficients = readonly [a: number, b: number, c: number];

/** Iterations of the polar factor: one triple for all of them, or one for each, the last for all further ones. */
export type PolarCoefficients = 'muon' | 'convergent' | 'polar-express' | NewtonSchulzCoefficients | readonly NewtonSchulzCoefficients[];

/** Steepest at 0, and not convergent: five iterations take singular values from 0.005 to 1 into [0.68, 1.16]. kellerjordan.github.io/posts/muon */
const muon: NewtonSchulzCoefficients = [3.4445, -4.775, 2.0315];

/** p(1) = 1 and p′(1) = −0.6: singular values converge to 1, by about two bits in three iterations. */
const convergent: NewtonSchulzCoefficients = [3, -16 / 5, 6 / 5];

/**
 * The best odd quintic for the interval that the one before left, starting from [10⁻³, 1]: Amsel et al. 2025
 * (arXiv:2505.16932), algorithm 1. The last is the limit.
 */
const bestQuintics: readonly NewtonSchulzCoefficients[] = [
  [8.28721201814563, -23.595886519098837, 17.300387312530933],
  [4.107059111542203, -2.9478499167379106, 0.5448431082926601],
  [3.9486908534822946, -2.908902115962949, 0.5518191394370137],
  [3.3184196573706015, -2.488488024314874, 0.51004894012372],
  [2.300652019954817, -1.6689039845747493, 0.4188073119525673],
  [1.891301407787398, -1.2679958271945868, 0.37680408948524835],
  [1.8750014808534479, -1.2500016453999487, 0.3750001645474248],
  [1.875, -1.25, 0.375],
];

/** The same with singular values taken 1% larger than they are, all but the last: rounding must not leave the interval. */
const polarExpress = bestQuintics.map(
  ([a, b, c], i): NewtonSchulzCoefficients => (i === bestQuintics.length - 1 ? [a, b, c] : [a / 1.01, b / 1.01 ** 3, c / 1.01 ** 5]),
);

/** The triples of `steps` iterations. */
export function polarSchedule(coefficients: PolarCoefficients, steps: number): NewtonSchulzCoefficients[] {
  const named = { muon, convergent, 'polar-express': polarExpress };
  const given = typeof coefficients === 'string' ? named[coefficients] : coefficients;
  const triples = (typeof given[0] === 'number' ? [given] : given) as readonly NewtonSchulzCoefficients[];
  return Array.from({ length: steps }, (_, i) => triples[Math.min(i, triples.length - 1)]!);
}

/**
 * The polar factor U·Vᵀ of G = U·Σ·Vᵀ by Newton–Schulz iterations, for a matrix or a stack of matrices [..., m, n].
 * G is scaled by its Frobenius norm first, so that singular values start from at most 1; a zero matrix stays zero.
 */
export function polarFactor(g: Tensor, schedule: readonly NewtonSchulzCoefficients[], epsilon = 1e-7): Tensor {
  const [rows, columns] = g.shape.slice(-2) as [number, number];
  // Products with the smaller Gram matrix: XᵀX of a tall matrix, which is not transposed for it.
  const tall = rows > columns;
  const x = div(g, add(sqrt(sum(square(g), [-2, -1], { keepDims: true })), epsilon));
  const iterate = worksOnGram(g, schedule) ? throughGram : onFactor;
  return iterate(x, schedule, tall);
}

/** Operations of `polarFactor`. */
export function flopsOfPolarFactor(g: TensorType, schedule: readonly NewtonSchulzCoefficients[]): number {
  const [short, long] = sidesOf(g);
  const [square, oblong] = [2 * short ** 3, 2 * short ** 2 * long];
  const iterations = schedule.length;
  return worksOnGram(g, schedule) ? 2 * oblong + (4 * iterations - 3) * square : iterations * (2 * oblong + square);
}

const sidesOf = ({ shape }: TensorType): [short: number, long: number] => {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return [Math.min(rows, columns), Math.max(rows, columns)];
};

/** X ← a·X + (b·A + c·A²)·X as it stands. */
function onFactor(x: Tensor, schedule: readonly NewtonSchulzCoefficients[], tall: boolean): Tensor {
  return schedule.reduce((y, [a, b, c]) => {
    const gram = matmul(y, y, { transposeA: tall, transposeB: !tall });
    const polynomial = add(mul(gram, b), matmul(gram, gram, { scale: c }));
    return add(mul(y, a), tall ? matmul(y, polynomial) : matmul(polynomial, y));
  }, x);
}

/**
 * The same with X touched twice: Xₖ = Qₖ·X with Q ← P·Q, A ← P·A·P and P = a·I + b·A + c·A², all symmetric, of the
 * shorter side and commuting.
 */
function throughGram(x: Tensor, schedule: readonly NewtonSchulzCoefficients[], tall: boolean): Tensor {
  const n = Math.min(...x.shape.slice(-2));
  const identity = eye(n, { dtype: x.dtype as FloatDType });
  let gram = matmul(x, x, { transposeA: tall, transposeB: !tall });
  let product: Tensor | undefined;
  schedule.forEach(([a, b, c], i) => {
    const p = add(add(mul(gram, b), mul(identity, a)), matmul(gram, gram, { scale: c }));
    product = product ? matmul(p, product) : p;
    if (i < schedule.length - 1) gram = matmul(matmul(p, gram), p);
  });
  if (!product) return x;
  return tall ? matmul(x, product) : matmul(product, x);
}

/**
 * Whether the iteration on the Gram matrix takes fewer products, which it does beyond sides of 3 : 2 whatever the number of
 * iterations, and is safe: rounding may put eigenvalues of A below zero, where they grow by a² an iteration instead of
 * tending to 1, and must stay small to the end.
 */
function worksOnGram(g: TensorType, schedule: readonly NewtonSchulzCoefficients[]): boolean {
  const [short, long] = sidesOf(g);
  const growth = schedule.slice(0, -1).reduce((product, [a]) => product * a ** 2, 1);
  return 2 * long > 3 * short && growth * (g.dtype === 'float64' ? 2 ** -52 : 2 ** -23) < 0.01;
}
