import type { DType } from '../core/dtype.js';
import { formatType } from '../core/errors.js';
import { leavesOf, topologicalOrder } from '../core/graph.js';
import type { Attributes, Node } from '../core/op.js';
import { Tensor } from '../core/tensor.js';
import { flatten } from '../core/tree.js';
import { prepareGraph } from '../lowering/prepare.js';

/**
 * The graph `f` is traced into for arguments like the given ones, as text: a line for every argument tensor (its path in
 * the argument list, `[0].weights`), for every value captured, for every operator, in the order of computation, and for
 * every output.
 *
 *     %0 = input [0] : float32[16, 32]
 *     %1 = input [1] : float32[64, 32]
 *     %2 = matmul(%0, %1) {transposeB, scale: 1} : float32[16, 64]
 *     return %2
 */
export const printGraph = <A extends readonly unknown[]>(f: (...args: A) => unknown, ...exampleArgs: A): string =>
  print(f, exampleArgs, (outputs) => outputs);

/** `printGraph` of what is left for ONNX Runtime after the passes between tracing and lowering. */
export const printPreparedGraph = <A extends readonly unknown[]>(f: (...args: A) => unknown, ...exampleArgs: A): string =>
  print(f, exampleArgs, prepareGraph);

function print<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  exampleArgs: A,
  passes: (outputs: readonly Tensor[]) => readonly Tensor[],
): string {
  const { leaves, structure } = flatten(exampleArgs);
  const parameters = leaves.map(({ dtype, shape }, i) => new Tensor(dtype, shape, { kind: 'parameter', name: structure.paths[i]! }));
  const result = flatten(f(...(structure.unflatten(parameters) as A)));
  const outputs = passes(result.leaves);

  const numbers = new Map<Tensor, string>();
  const nameOf = (tensor: Tensor) => numbers.get(tensor)!;
  const define = (tensors: readonly Tensor[], what: string) => {
    for (const tensor of tensors) numbers.set(tensor, `%${numbers.size}`);
    const types = tensors.map(({ dtype, shape }) => formatType(dtype, shape));
    return `${tensors.map(nameOf).join(', ')} = ${what} : ${types.join(', ')}`;
  };
  const captured = leavesOf(outputs).filter((leaf) => !parameters.includes(leaf));
  return [
    ...parameters.map((parameter, i) => define([parameter], `input ${structure.paths[i]}`)),
    ...captured.map((value) => define([value], 'value')),
    ...topologicalOrder(outputs).map((node) => define(node.outputs, formatApplication(node, nameOf))),
    ...outputs.map((output, i) => {
      const path = result.structure.paths[i]!;
      return `return ${path && `${path} = `}${nameOf(output)}`;
    }),
  ].join('\n');
}

function formatApplication(node: Node, nameOf: (tensor: Tensor) => string): string {
  const attributes = formatAttributes(node.attributes);
  return `${node.op.name}(${node.inputs.map(nameOf).join(', ')})${attributes && ` {${attributes}}`}`;
}

/** Flags that are set by their name, those not set not at all, everything else as `name: value`. */
function formatAttributes(attributes: Attributes): string {
  return Object.entries(attributes as Record<string, AttributeValue>)
    .filter(([, value]) => value !== false && value !== undefined)
    .map(([name, value]) => (value === true ? name : `${name}: ${formatValue(value)}`))
    .join(', ');
}

type AttributeValue = number | string | boolean | DType | undefined | readonly AttributeValue[];

const formatValue = (value: AttributeValue): string => (Array.isArray(value) ? `[${value.map(formatValue).join(', ')}]` : String(value));
