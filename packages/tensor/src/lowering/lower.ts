import { dtypes } from '../core/dtype.js';
import { topologicalOrder } from '../core/graph.js';
import type { Tensor, TensorType } from '../core/tensor.js';
import type { OnnxModel, OnnxNode, OnnxValueInfo } from '../onnx/model.js';
import { GraphBuilder } from './builder.js';
import { portable, type Target } from './target.js';

/** Operator sets the lowerings are written for. */
const opsets = [
  { domain: '', version: 23 },
  { domain: 'com.microsoft', version: 1 },
];
/** Operators on the blocked layout, named only by models that use them: other runtimes do not know the domain. */
const blockedOpset = { domain: 'com.microsoft.nchwc', version: 1 };
const irVersion = 11;

/**
 * The ONNX model of a graph: `inputs` (parameters and values of the graph, named `i0, i1, …`) to `outputs`
 * (named `o0, o1, …`). It runs anywhere unless it is lowered for a `target`. Types of intermediate values are recorded
 * where asked for, for those who read or rewrite the model.
 */
export function lowerGraph(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  target: Target = portable,
  recordTypes = false,
): OnnxModel {
  const order = topologicalOrder(outputs);
  const builder = new GraphBuilder(target, new Set([...order.flatMap((node) => node.inputs), ...outputs]));
  const names = new Map<Tensor, string>();
  inputs.forEach((input, i) => names.set(input, `i${i}`));
  for (const node of order) {
    const lowered = node.op.lower(
      builder,
      node.inputs.map((input) => names.get(input)!),
      node,
    );
    node.outputs.forEach((output, i) => names.set(output, lowered[i]!));
  }
  const { nodes, rename } = nameOutputs(
    builder,
    outputs.map((output) => names.get(output)!),
  );
  const given = new Set(inputs);
  const made = recordTypes ? [...names].filter(([value]) => !given.has(value)) : [];
  return {
    irVersion,
    opsets: builder.nodes.some((node) => node.domain === blockedOpset.domain) ? [...opsets, blockedOpset] : opsets,
    producerName: 'sardonyx',
    graph: {
      name: 'graph',
      inputs: inputs.map((input, i) => valueInfo(`i${i}`, input)),
      outputs: outputs.map((output, i) => valueInfo(`o${i}`, output)),
      nodes,
      initializers: builder.initializers,
      ...(recordTypes && { valueInfo: made.map(([value, name]) => valueInfo(rename(name), value)) }),
    },
  };
}

function valueInfo(name: string, type: TensorType): OnnxValueInfo {
  return { name, elementType: dtypes[type.dtype].onnx, shape: type.shape };
}

/** Gives the graph's outputs their names: by renaming where a node makes them for the first time, else by a copy. */
function nameOutputs(builder: GraphBuilder, outputs: readonly string[]): { nodes: OnnxNode[]; rename: (name: string) => string } {
  const made = new Set(builder.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  outputs.forEach((name, i) => {
    if (made.has(name) && !renamed.has(name)) renamed.set(name, `o${i}`);
    else copies.push({ opType: 'Identity', inputs: [name], outputs: [`o${i}`] });
  });
  const rename = (name: string) => renamed.get(name) ?? name;
  const nodes = [...builder.nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  return { nodes, rename };
}
