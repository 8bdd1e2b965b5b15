import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxOpset } from '../onnx/model.js';
import { OnnxImportError } from './errors.js';

/** A node and where it stands, for error messages. */
export interface PlacedNode {
  readonly node: OnnxNode;
  /** Position in its graph or function. */
  readonly index: number;
  /** Version of the operator set the node is written in; 0 where the model does not say. */
  readonly opset: number;
  /** All operator sets in force where it stands. */
  readonly opsets: readonly OnnxOpset[];
  /** The branch or function it stands in; empty for the model's main graph. */
  readonly place: string;
}

type Attributes = Readonly<Record<string, OnnxAttribute>>;

/**
 * The nodes with every call of a function that the model defines replaced by the function's own nodes. Values inside a
 * function get names that no other value has.
 * @throws {OnnxImportError} `malformed-graph` where functions call each other in a circle
 */
export function inlineFunctions(model: OnnxModel, nodes: readonly OnnxNode[], opsets: readonly OnnxOpset[], place: string): PlacedNode[] {
  const functions = new Map((model.functions ?? []).map((f) => [functionKey(f.domain, f.name, f.overload), f]));
  const inline = (list: readonly OnnxNode[], inForce: readonly OnnxOpset[], where: string, callers: readonly string[]): PlacedNode[] =>
    list.flatMap((node, index) => {
      const key = functionKey(node.domain, node.opType, node.overload);
      const definition = functions.get(key);
      if (!definition) return [{ node, index, opset: opsetOf(node, inForce), opsets: inForce, place: where }];
      if (callers.includes(key)) {
        throw new OnnxImportError(
          'malformed-graph',
          `the function ${key} calls itself through ${callers.join(', ')}; export the model again`,
        );
      }
      const body = instantiate(definition, node, `${node.outputs.find((name) => name !== '')}/`);
      return inline(body, definition.opsets, `${where ? `${where} / ` : ''}function ${definition.name}`, [...callers, key]);
    });
  return inline(nodes, opsets, place, []);
}

function functionKey(domain = '', name: string, overload = ''): string {
  return `${domain === 'ai.onnx' ? '' : domain}:${name}${overload ? `:${overload}` : ''}`;
}

function opsetOf(node: OnnxNode, opsets: readonly OnnxOpset[]): number {
  const plain = (domain = '') => (domain === 'ai.onnx' ? '' : domain);
  return opsets.find(({ domain }) => plain(domain) === plain(node.domain))?.version ?? 0;
}

/** The nodes of a function for one call: its values renamed, its attributes filled in. */
function instantiate(definition: OnnxFunction, call: OnnxNode, prefix: string): OnnxNode[] {
  const names = new Map<string, string>([['', '']]);
  definition.inputs.forEach((name, i) => names.set(name, call.inputs[i] ?? ''));
  definition.outputs.forEach((name, i) => names.set(name, call.outputs[i] || `${prefix}${name}`));
  const attributes = { ...definition.attributeDefaults, ...call.attributes };
  return definition.nodes.map((node) => rewrite(node, (name) => names.get(name) ?? `${prefix}${name}`, attributes));
}

/** A node under other names, with references to a function's attributes replaced by their values. */
function rewrite(node: OnnxNode, rename: (name: string) => string, given: Attributes): OnnxNode {
  const attributes = Object.entries(node.attributes ?? {}).flatMap(([name, attribute]) => {
    // A reference to an attribute that neither the call nor the function gives is an absent attribute.
    const value = attribute.kind === 'reference' ? given[attribute.name] : attribute;
    if (value === undefined) return [];
    return [[name, value.kind === 'graph' ? { ...value, value: rewriteGraph(value.value, rename, given) } : value] as const];
  });
  return {
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: Object.fromEntries(attributes),
  };
}

function rewriteGraph(graph: OnnxGraph, rename: (name: string) => string, given: Attributes): OnnxGraph {
  const renamed = <T extends { readonly name: string }>(item: T): T => ({ ...item, name: rename(item.name) });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => rewrite(node, rename, given)),
    inputs: graph.inputs.map(renamed),
    outputs: graph.outputs.map(renamed),
    initializers: graph.initializers.map(renamed),
  };
}
