import type { TransformerBlockParameters } from '@sardonyx/nn';
import { tensor, type Tensor } from '@sardonyx/tensor';
import type { LinearForm } from './residual-layout.js';

/** What constructions are made in. */
export type WeightDType = 'float32' | 'float64';

/** One attention head by its linear forms of the residual stream. */
export interface HandSetHead {
  /** Queries and keys, one form for every coordinate of the head; their dot product is the score, unscaled. */
  readonly query: readonly LinearForm[];
  /** Added to the query; zeros by default. */
  readonly queryBias?: readonly number[];
  readonly key: readonly LinearForm[];
  readonly value: readonly LinearForm[];
  /** For every coordinate of the value, where in the residual stream it is added and times what. */
  readonly output: readonly LinearForm[];
}

/** One neuron: relu(⟨input, x⟩ + bias), added to the residual stream times `output`. */
export interface HandSetNeuron {
  readonly input: LinearForm;
  readonly bias?: number;
  readonly output: LinearForm;
}

/** A layer of the ordinary model without norms, ReLU, said by linear forms instead of matrices. */
export interface HandSetLayer {
  readonly heads?: readonly HandSetHead[];
  readonly neurons?: readonly HandSetNeuron[];
}

/** A matrix whose columns are linear forms of the rows: [rows, columns]. */
export function columnsMatrix(rows: number, columns: readonly LinearForm[], dtype: WeightDType): Tensor {
  const values = new Float64Array(rows * columns.length);
  for (const [column, form] of columns.entries()) {
    for (const [row, coefficient] of form) values[row * columns.length + column]! += coefficient;
  }
  return matrixTensor(values, [rows, columns.length], dtype);
}

/** A matrix whose rows are linear forms of the columns: [rows, columns]. */
export function rowsMatrix(rows: readonly LinearForm[], columns: number, dtype: WeightDType): Tensor {
  const values = new Float64Array(rows.length * columns);
  for (const [row, form] of rows.entries()) {
    for (const [column, coefficient] of form) values[row * columns + column]! += coefficient;
  }
  return matrixTensor(values, [rows.length, columns], dtype);
}

export const matrixTensor = (values: Float64Array, shape: readonly number[], dtype: WeightDType): Tensor =>
  tensor(dtype === 'float64' ? values : Float32Array.from(values), shape, dtype);

const padded = (forms: readonly LinearForm[], length: number): LinearForm[] => [
  ...forms,
  ...Array.from({ length: length - forms.length }, () => []),
];

/** Sizes that all layers of a model share. */
export interface LayerSizes {
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly hidden: number;
  /** Whether the maps of attention have biases. */
  readonly attentionBias: boolean;
}

/** The least sizes that hold every layer. */
export const sizesOf = (layers: readonly HandSetLayer[], width: number, heads: number): LayerSizes => {
  const all = layers.flatMap((layer) => layer.heads ?? []);
  return {
    width,
    heads,
    headWidth: Math.max(1, ...all.flatMap(({ query, value }) => [query.length, value.length])),
    hidden: Math.max(1, ...layers.map(({ neurons = [] }) => neurons.length)),
    attentionBias: all.some(({ queryBias }) => queryBias),
  };
};

/**
 * Weights of a layer for the ordinary model code, of the sizes given; heads, coordinates of heads and neurons beyond those
 * of the layer are zero. The model divides scores by √(head width), so queries are multiplied by it.
 */
export function layerWeights(
  { heads = [], neurons = [] }: HandSetLayer,
  sizes: LayerSizes,
  dtype: WeightDType,
): TransformerBlockParameters {
  const { width, headWidth, hidden, attentionBias } = sizes;
  const inner = sizes.heads * headWidth;
  const scale = Math.sqrt(headWidth);
  const scaled = (form: LinearForm): LinearForm => form.map(([at, coefficient]) => [at, coefficient * scale]);
  const sideBySide = (part: (head: HandSetHead) => readonly LinearForm[]): LinearForm[] =>
    padded(
      heads.flatMap((head) => padded(part(head), headWidth)),
      inner,
    );
  const biases = heads.flatMap(({ queryBias = [] }) => Array.from({ length: headWidth }, (_, at) => (queryBias[at] ?? 0) * scale));
  const bias = (size: number, values: readonly number[] = []) =>
    attentionBias && {
      bias: matrixTensor(
        Float64Array.from({ length: size }, (_, at) => values[at] ?? 0),
        [size],
        dtype,
      ),
    };
  const units = [...neurons, ...Array.from({ length: hidden - neurons.length }, (): HandSetNeuron => ({ input: [], output: [] }))];
  return {
    attention: {
      query: {
        weight: columnsMatrix(
          width,
          sideBySide(({ query }) => query.map(scaled)),
          dtype,
        ),
        ...bias(inner, biases),
      },
      key: {
        weight: columnsMatrix(
          width,
          sideBySide(({ key }) => key),
          dtype,
        ),
        ...bias(inner),
      },
      value: {
        weight: columnsMatrix(
          width,
          sideBySide(({ value }) => value),
          dtype,
        ),
        ...bias(inner),
      },
      output: {
        weight: rowsMatrix(
          sideBySide(({ output }) => output),
          width,
          dtype,
        ),
        ...bias(width),
      },
    },
    mlp: {
      up: {
        weight: columnsMatrix(
          width,
          units.map(({ input }) => input),
          dtype,
        ),
        bias: matrixTensor(
          Float64Array.from(units, (unit: HandSetNeuron) => unit.bias ?? 0),
          [hidden],
          dtype,
        ),
      },
      down: {
        weight: rowsMatrix(
          units.map(({ output }) => output),
          width,
          dtype,
        ),
      },
    },
  };
}

/** Two neurons whose sum is the linear function itself: f = relu(f) − relu(−f), times `output`. */
export const linearNeurons = (input: LinearForm, output: LinearForm): HandSetNeuron[] => [
  { input, output },
  { input: input.map(([at, coefficient]) => [at, -coefficient]), output: output.map(([at, coefficient]) => [at, -coefficient]) },
];
