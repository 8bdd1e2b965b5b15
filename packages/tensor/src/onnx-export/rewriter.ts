import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/model.js';
import type { ValueTypes } from './value-types.js';

/** What the replacement of a node may add to the model: nodes, and constants. */
export interface Rewriter {
  readonly types: ValueTypes;
  emit(opType: string, inputs: readonly string[], attributes?: Record<string, OnnxAttribute>, output?: string): string;
  constant(tensor: Omit<OnnxTensor, 'name'>): string;
}

/** Writes what a node computes in other operators, under the names of its outputs. */
export type Replacement = (node: OnnxNode, rewriter: Rewriter) => void;

/** A numeric attribute of a node, `standard` where it is not set. */
export function numberOf(node: OnnxNode, name: string, standard: number): number {
  const attribute = node.attributes?.[name];
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? Number(attribute.value) : standard;
}

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value });

export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });

/** A constant of one float32 number. */
export function scalar({ constant }: Rewriter, value: number): string {
  return constant({ elementType: 'float', dims: [], data: new Uint8Array(Float32Array.of(value).buffer) });
}

/** A constant of int64 numbers along one axis, as shapes and axes are given. */
export function integers({ constant }: Rewriter, ...values: number[]): string {
  return constant({ elementType: 'int64', dims: [values.length], data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) });
}

/** One int64 number. */
export function integer({ constant }: Rewriter, value: number): string {
  return constant({ elementType: 'int64', dims: [], data: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer) });
}
