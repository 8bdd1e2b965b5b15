import type { LinearParameters, TransformerBlockParameters } from '@sardonyx/nn';
import type { Tensor } from '@sardonyx/tensor';
import type { HandSetHead, HandSetNeuron } from './layer-weights.js';
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

const hostBias = async ({ bias, weight }: LinearParameters): Promise<ArrayLike<number>> =>
  bias ? ((await bias.data()) as Float32Array | Float64Array) : new Float64Array(weight.shape[1]!);

/** Column `column` as a form of coordinates from `offset` on, times `factor`. */
export const columnForm = ({ rows, columns, values }: HostMatrix, column: number, offset = 0, factor = 1): LinearForm =>
  denseForm(
    Array.from({ length: rows }, (_, row) => factor * values[row * columns + column]!),
    offset,
  );

/** Row `row` as a form of coordinates from `offset` on. */
export const rowForm = ({ columns, values }: HostMatrix, row: number, offset = 0): LinearForm =>
  denseForm(
    Array.from({ length: columns }, (_, column) => values[row * columns + column]!),
    offset,
  );

/** Every row of a matrix as a form of its columns. */
export const rowForms = (matrix: HostMatrix): LinearForm[] => Array.from({ length: matrix.rows }, (_, row) => rowForm(matrix, row));

/** A layer without norms as linear forms of the coordinates 0 … width − 1. */
export interface TranscribedLayer {
  readonly heads: readonly HandSetHead[];
  readonly neurons: readonly HandSetNeuron[];
  /** What the perceptron adds whatever its input; of layers with an output bias only. */
  readonly outputBias?: LinearForm;
}

/** A layer of the ordinary model, ReLU, without norms or attention biases, by its heads and neurons. */
export async function transcribeLayer({ attention, mlp }: TransformerBlockParameters, heads: number): Promise<TranscribedLayer> {
  const maps = [attention.query, attention.key, attention.value, attention.output, mlp.up, mlp.down];
  const [query, key, value, output, up, down] = (await Promise.all(maps.map(({ weight }) => hostMatrix(weight)))) as [
    HostMatrix,
    HostMatrix,
    HostMatrix,
    HostMatrix,
    HostMatrix,
    HostMatrix,
  ];
  const headWidth = query.columns / heads;
  const valueWidth = value.columns / heads;
  const own = (head: number, size: number): number[] => Array.from({ length: size }, (_, at) => head * size + at);
  const biases = await hostBias(mlp.up);
  return {
    heads: Array.from({ length: heads }, (_, head) => ({
      query: own(head, headWidth).map((column) => columnForm(query, column, 0, 1 / Math.sqrt(headWidth))),
      key: own(head, headWidth).map((column) => columnForm(key, column)),
      value: own(head, valueWidth).map((column) => columnForm(value, column)),
      output: own(head, valueWidth).map((row) => rowForm(output, row)),
    })),
    neurons: Array.from({ length: up.columns }, (_, neuron) => ({
      input: columnForm(up, neuron),
      bias: biases[neuron]!,
      output: rowForm(down, neuron),
    })),
    ...(mlp.down.bias && { outputBias: denseForm(await hostBias(mlp.down)) }),
  };
}
