import type { LinearParameters } from '@sardonyx/nn';
import type { Tensor } from '@sardonyx/tensor';
import { denseForm, type LinearForm } from './residual-layout.js';

/** A matrix on the host, row by row. */
export interface HostMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
}

/** The values of a matrix [rows, columns]. */
export async function hostMatrix(matrix: Tensor): Promise<HostMatrix> {
  const [rows, columns] = matrix.shape as [number, number];
  return { rows, columns, values: (await matrix.data()) as Float32Array | Float64Array };
}

/** Biases of an affine map; zeros where it has none. */
export const hostBias = async ({ bias, weight }: LinearParameters): Promise<ArrayLike<number>> =>
  bias ? ((await bias.data()) as Float32Array | Float64Array) : new Float64Array(weight.shape[1]!);

/** Column `column` as a form of coordinates from `offset` on, times `factor`. */
export const columnForm = ({ rows, columns, values }: HostMatrix, column: number, offset = 0, factor = 1): LinearForm =>
  denseForm(Array.from({ length: rows }, (_, row) => factor * values[row * columns + column]!), offset);

/** Row `row` as a form of coordinates from `offset` on. */
export const rowForm = ({ columns, values }: HostMatrix, row: number, offset = 0): LinearForm =>
  denseForm(Array.from({ length: columns }, (_, column) => values[row * columns + column]!), offset);
