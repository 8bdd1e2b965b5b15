import type { OnnxGraph, OnnxNode } from '../onnx/model.js';

/** What is known of a graph's values. */
export interface ValueTypes {
  /** The rank of a value, `undefined` where it cannot be told. */
  rankOf(name: string): number | undefined;
  /** Whether a node reads a value or the graph returns it. */
  isRead(name: string): boolean;
}

/** Ranks from the recorded types, and through the nodes that lowerings put between values of recorded type. */
export function typesOf(graph: OnnxGraph): ValueTypes {
  const ranks = new Map<string, number | undefined>([
    ...graph.initializers.map(({ name, dims }) => [name, dims.length] as const),
    ...[...graph.inputs, ...graph.outputs, ...(graph.valueInfo ?? [])].map(({ name, shape }) => [name, shape?.length] as const),
  ]);
  const lengths = new Map(graph.initializers.map(({ name, dims }) => [name, dims[0]]));
  const read = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (!ranks.has(output)) ranks.set(output, rankOfResult(node, ranks, lengths));
  }
  return { rankOf: (name) => ranks.get(name), isRead: (name) => read.has(name) };
}

function rankOfResult(
  { opType, inputs }: OnnxNode,
  ranks: ReadonlyMap<string, number | undefined>,
  lengths: ReadonlyMap<string, number | undefined>,
): number | undefined {
  const given = inputs.map((name) => ranks.get(name));
  switch (opType) {
    case 'Reshape':
    case 'Expand':
      return lengths.get(inputs[1]!);
    case 'Transpose':
    case 'Cast':
    case 'Slice':
    case 'Pad':
    case 'Conv':
    case 'Concat':
      return given[0];
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'Where':
      return given.some((rank) => rank === undefined) ? undefined : Math.max(...(given as number[]));
    default:
      return undefined;
  }
}
