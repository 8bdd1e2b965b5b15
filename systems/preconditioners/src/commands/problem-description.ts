import { dirname, resolve } from 'node:path';
import { type Floats, matrix, matrixFromRows, multiply } from '@sardonyx/linalg';
import { z } from 'zod';
import { parseLibsvm, readLibsvm } from '../data/libsvm.js';
import { PreconditionerError } from '../errors.js';
import { hingeRegression, type OnlineLosses, softmaxRegression } from '../problems/online-losses.js';
import { addScaled, dot } from '../reductions.js';
import { setDescription } from './set-description.js';

const vector = z.array(z.number()).min(1);

/** The format of a problem in a file. */
export const problemDescription = z.strictObject({
  type: z.enum(['quadratic', 'logistic', 'hinge', 'linear-sequence']),
  /** Rows and columns of the parameter; for classification, classes and features with the constant. */
  shape: z.tuple([z.int().min(1), z.int().min(1)]).optional(),
  /** The Hessian of a quadratic (rows × rows for each column, or d × d), gradients of a sequence, or examples. */
  data: z.union([z.array(vector).min(1), z.strictObject({ libsvm: z.string() }), z.strictObject({ text: z.string() })]),
  /** The set of preconditioners; scalar, diagonal, full and one-sided on the shape, one after the other, without one. */
  set: setDescription.optional(),
  x0: vector.optional(),
  learningRate: z.number().positive().optional(),
  epsilon: z.number().min(0).default(0),
  beta2: z.number().gt(0).max(1).default(1),
  domain: z
    .union([z.literal('none'), z.strictObject({ norm: z.literal('set').default('set'), radius: z.number().positive() })])
    .default('none'),
  /** The comparator; for a quadratic, its minimiser. */
  star: vector.optional(),
  rounds: z.int().min(1).max(1_000_000).default(100),
});
export type ProblemDescription = z.output<typeof problemDescription>;

/**
 * The losses of a description; files in it are relative to it.
 * @throws {PreconditionerError} `shape`, `format`, `empty`
 */
export async function describedLosses(problem: ProblemDescription, path: string): Promise<OnlineLosses> {
  const { type, data } = problem;
  if (type === 'quadratic' || type === 'linear-sequence') {
    if (!Array.isArray(data)) throw new PreconditionerError('format', `data: expected rows of numbers for type "${type}", got a file`);
    return type === 'quadratic' ? quadraticLosses(problem, data) : linearLosses(problem, data);
  }
  if (Array.isArray(data))
    throw new PreconditionerError('format', `data: expected {"libsvm": path} or {"text": …} for type "${type}", got rows`);
  const examples = 'text' in data ? parseLibsvm(data.text) : await readLibsvm(resolve(dirname(path), data.libsvm));
  return type === 'logistic' ? softmaxRegression(examples) : hingeRegression(examples);
}

function shapeOf({ shape }: ProblemDescription): readonly [number, number] {
  if (shape !== undefined) return shape;
  throw new PreconditionerError('shape', 'shape: expected [rows, columns] of the parameter, got none');
}

/** `½⟨x − x*, A(x − x*)⟩` in every round. */
function quadraticLosses(problem: ProblemDescription, data: readonly (readonly number[])[]): OnlineLosses {
  const [rows, columns] = shapeOf(problem);
  const hessian = matrixFromRows(data);
  const onColumns = hessian.rows === rows && hessian.rows !== rows * columns;
  if (hessian.rows !== hessian.columns || !(onColumns || hessian.rows === rows * columns)) {
    throw new PreconditionerError(
      'shape',
      `data: expected a Hessian of order ${rows} or ${rows * columns}, got ${hessian.rows} × ${hessian.columns}`,
    );
  }
  const star = Float64Array.from(problem.star ?? new Float64Array(rows * columns));
  const image = (x: Floats): Float64Array => {
    const error = addScaled(Float64Array.from(x), star, -1);
    return multiply(hessian, matrix(hessian.rows, onColumns ? columns : 1, error)).data as Float64Array;
  };
  const loss = (_: number, x: Floats): number => 0.5 * dot(addScaled(Float64Array.from(x), star, -1), image(x));
  return { name: 'quadratic', rows, columns, rounds: 1, loss, gradient: (_, x) => image(x) };
}

/** `⟨g_t, x⟩` with the rows of the data. */
function linearLosses(problem: ProblemDescription, data: readonly (readonly number[])[]): OnlineLosses {
  const [rows, columns] = shapeOf(problem);
  const short = data.findIndex((gradient) => gradient.length !== rows * columns);
  if (short !== -1)
    throw new PreconditionerError('shape', `data: expected rows of ${rows * columns} numbers, got ${data[short]!.length} in row ${short}`);
  const gradients = data.map((gradient) => Float64Array.from(gradient));
  return {
    name: 'linear sequence',
    rows,
    columns,
    rounds: data.length,
    loss: (t, x) => dot(gradients[t]!, x),
    gradient: (t) => gradients[t]!,
  };
}
