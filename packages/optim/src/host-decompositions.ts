import { type Floats, LinalgError, type Matrix, matrix, symmetricEigen, toPrecision } from '@sardonyx/linalg';
import { type Tensor, tensor } from '@sardonyx/tensor';
import { OptimizerError } from './errors.js';

/* What the host computes for optimizers: matrices to and from packages/linalg, and eigenvectors. */

/** The elements of a tensor of rank 2, float32 or float64, on the host. */
export async function onHost(x: Tensor): Promise<Matrix> {
  return matrix(x.shape[0]!, x.shape[1]!, (await x.data()) as Floats);
}

/** A matrix as a tensor of a dtype. */
export const onDevice = ({ rows, columns, data }: Matrix, dtype: Tensor['dtype']): Tensor => tensor(data, [rows, columns], dtype);

/** Orthonormal eigenvectors of a symmetric matrix, as columns, by descending eigenvalue. In float64 where float32 does not converge. */
export async function eigenbasis(factor: Tensor): Promise<Tensor> {
  const { vectors } = symmetricEigenOf(await onHost(factor));
  const n = vectors.rows;
  const descending = vectors.data.slice();
  for (let i = 0; i < n; i++) descending.subarray(i * n, (i + 1) * n).reverse();
  return onDevice({ rows: n, columns: n, data: descending }, factor.dtype);
}

/** The decomposition in the matrix's own precision, and in float64 where that does not converge. */
export function symmetricEigenOf(a: Matrix): ReturnType<typeof symmetricEigen> {
  try {
    return symmetricEigen(a);
  } catch (error) {
    if (!(error instanceof LinalgError && error.code === 'no-convergence' && a.data instanceof Float32Array)) throw error;
    return symmetricEigen(toPrecision(a, 'f64'), { symmetryTolerance: 1e-4 });
  }
}

/**
 * What is to be thrown where packages/linalg refused a statistic: its error with optimizer, parameter and step, `non-finite` or
 * `root`; any other error as it is.
 */
export function statisticError(
  error: unknown,
  { optimizer, parameter }: { readonly optimizer: string; readonly parameter: string },
  step: number,
  expected: string,
): unknown {
  if (!(error instanceof LinalgError)) return error;
  return new OptimizerError(
    error.code === 'non-finite' ? 'non-finite' : 'root',
    `${optimizer}: expected a statistic of ${parameter} ${expected} at step ${step}: ${error.message}`,
    { parameter, step, ...error.details },
    { cause: error },
  );
}
