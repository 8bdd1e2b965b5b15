import { type Floats, type Matrix, precisionOf, projectOntoEuclideanBall, projectOntoSpectralBall, toPrecision } from '@sardonyx/linalg';
import { expectPositive, PreconditionerError } from '../errors.js';
import { euclideanNorm } from '../norms.js';
import type { Preconditioner } from '../preconditioner.js';
import { framesOf, type Summand } from '../preconditioner-set.js';
import { inPrecision } from '../precision.js';
import type { SummandRoot } from '../roots/root-options.js';

/**
 * `Π(y) = argmin ‖x − y‖_P over ‖x‖_H ≤ radius`, the natural ball of the set, in the metric of its preconditioner: clipping
 * (diagonal), rescaling (scalar, rows), the secular equation (full), accelerated projected gradients (one-sided), each summand
 * by itself. Where `P` is singular the minimiser is not unique; the one returned keeps directions outside its range as they fit.
 * @throws {PreconditionerError} `argument` for a radius that is not positive, `not-applicable` for sets given by a projection,
 * `shape`
 * @throws {LinalgError} `no-convergence` for an operator ball in a very ill-conditioned metric: use ε > 0
 */
export function projectOntoBall(preconditioner: Preconditioner, y: Floats, radius: number): Floats {
  expectPositive(radius, 'projectOntoBall: radius');
  const { set, roots } = preconditioner;
  const frames = framesOf(set, y).map((frame, i) => projectFrame(set.summands[i]!, roots[i]!, frame, radius));
  return set.synthesize(frames);
}

function projectFrame({ structure, multiplicity }: Summand, root: SummandRoot, frame: Matrix, radius: number): Matrix {
  const limit = radius * Math.sqrt(multiplicity);
  switch (structure.kind) {
    case 'diagonal':
      return clipRows(frame, limit);
    case 'symmetric':
      return frame.columns === 1 ? ontoEuclideanBall(root, frame, limit) : ontoOperatorBall(root, frame, limit);
    default:
      throw new PreconditionerError(
        'not-applicable',
        'projectOntoBall: expected a set of diagonal and symmetric blocks, got one given by a projection; run it without a domain',
      );
  }
}

/** Shortens rows to `limit`: for single elements, clipping. */
function clipRows({ rows, columns, data }: Matrix, limit: number): Matrix {
  const clipped = data.slice();
  for (let i = 0; i < rows; i++) {
    const row = clipped.subarray(i * columns, (i + 1) * columns);
    const length = euclideanNorm(row);
    if (length > limit) for (let j = 0; j < columns; j++) row[j] = row[j]! * (limit / length);
  }
  return { rows, columns, data: clipped };
}

/** One copy: the secular equation, in the eigenbasis of the metric. */
function ontoEuclideanBall(root: SummandRoot, frame: Matrix, limit: number): Matrix {
  const { values, vectors } = root.eigenpairs();
  return projectOntoEuclideanBall(frame, { values: Float64Array.from(values), vectors: inPrecision(vectors!, precisionOf(frame)) }, limit);
}

/** Several copies: singular values clipped again and again, in float64, since that stops at 1e-10 of the point. */
function ontoOperatorBall(root: SummandRoot, frame: Matrix, limit: number): Matrix {
  const { point } = projectOntoSpectralBall(inPrecision(frame, 'f64'), inPrecision(root.matrix(), 'f64'), limit);
  return toPrecision(point, precisionOf(frame));
}
