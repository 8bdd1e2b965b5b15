import { initRmsNorm, type TransformerBlockParameters } from '@sardonyx/nn';
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

const idleHead: HandSetHead = { query: [], key: [], value: [], output: [] };

/**
 * Weights of a layer for the ordinary model code, with `heads` heads of the widest head's widths; heads and coordinates
 * beyond those given are zero. The model divides scores by √(head width), so queries are multiplied by it.
 */
export function layerWeights(layer: HandSetLayer, width: number, heads: number, dtype: WeightDType): TransformerBlockParameters {
  const all = [...(layer.heads ?? []), ...Array.from({ length: heads - (layer.heads?.length ?? 0) }, () => idleHead)];
  const headWidth = Math.max(1, ...all.map(({ query }) => query.length));
  const valueWidth = Math.max(1, ...all.map(({ value }) => value.length));
  const scale = Math.sqrt(headWidth);
  const scaled = (form: LinearForm): LinearForm => form.map(([at, coefficient]) => [at, coefficient * scale]);
  const neurons = layer.neurons?.length ? layer.neurons : [{ input: [], output: [] }];
  const unread = initRmsNorm(width, { dtype });
  return {
    attentionNorm: unread,
    attention: {
      query: {
        weight: columnsMatrix(width, all.flatMap(({ query }) => padded(query.map(scaled), headWidth)), dtype),
        ...(all.some(({ queryBias }) => queryBias) && { bias: queryBiases(all, headWidth, scale, dtype) }),
      },
      key: { weight: columnsMatrix(width, all.flatMap(({ key }) => padded(key, headWidth)), dtype) },
      value: { weight: columnsMatrix(width, all.flatMap(({ value }) => padded(value, valueWidth)), dtype) },
      output: { weight: rowsMatrix(all.flatMap(({ output }) => padded(output, valueWidth)), width, dtype) },
    },
    mlpNorm: unread,
    mlp: {
      up: {
        weight: columnsMatrix(width, neurons.map(({ input }) => input), dtype),
        bias: matrixTensor(Float64Array.from(neurons, ({ bias = 0 }: HandSetNeuron) => bias), [neurons.length], dtype),
      },
      down: { weight: rowsMatrix(neurons.map(({ output }) => output), width, dtype) },
    },
  };
}

function queryBiases(heads: readonly HandSetHead[], headWidth: number, scale: number, dtype: WeightDType): Tensor {
  const biases = new Float64Array(heads.length * headWidth);
  for (const [head, { queryBias = [] }] of heads.entries()) {
    for (const [at, bias] of queryBias.entries()) biases[head * headWidth + at] = bias * scale;
  }
  return matrixTensor(biases, [biases.length], dtype);
}

/** Two neurons whose sum is the linear function itself: f = relu(f) − relu(−f), times `output`. */
export const linearNeurons = (input: LinearForm, output: LinearForm): HandSetNeuron[] => [
  { input, output },
  { input: input.map(([at, coefficient]) => [at, -coefficient]), output: output.map(([at, coefficient]) => [at, -coefficient]) },
];
