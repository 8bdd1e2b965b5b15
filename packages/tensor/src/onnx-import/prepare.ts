import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../onnx/model.js';
import { dtypeOf } from './constant.js';
import { OnnxImportError } from './errors.js';
import { inlineFunctions, type PlacedNode } from './inline-functions.js';
import type { OnnxOperator, OperatorTable } from './operator.js';

/** Versions of ONNX's own operator set that the translations were written for. */
export const oldestOpset = 9;
export const newestOpset = 25;

/** A node with the translation of its operator. */
export interface PreparedNode extends PlacedNode {
  readonly operator: OnnxOperator | undefined;
  /** Of an `If`: the graphs to choose from. */
  readonly branches: { readonly whenTrue: PreparedGraph; readonly whenFalse: PreparedGraph } | undefined;
}

/** Nodes in order, without functions. */
export interface PreparedGraph {
  readonly nodes: readonly PreparedNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly outputs: readonly string[];
}

/**
 * Finds the translation of every node, of those in branches and functions as well.
 * @throws {OnnxImportError} `unsupported-opset`, `unsupported-operator` (with all that are unsupported), `unsupported-type`,
 * `malformed-graph`
 */
export function prepareModel(model: OnnxModel, table: OperatorTable): PreparedGraph {
  checkOpset(model);
  const problems: string[] = [];
  const prepareGraph = (graph: OnnxGraph, nodes: readonly PlacedNode[]): PreparedGraph => {
    for (const { name, elementType } of graph.initializers) dtypeOf(elementType, `the initializer ${JSON.stringify(name)}`);
    return { nodes: nodes.map(prepareNode), initializers: graph.initializers, outputs: graph.outputs.map(({ name }) => name) };
  };
  const prepareNode = (placed: PlacedNode): PreparedNode => {
    const { node } = placed;
    if (isOperator(node, 'If')) return { ...placed, operator: undefined, branches: branchesOf(placed) };
    const operator = table[tableKey(node)];
    const problem = operator ? operator.refuses?.(node) : missing(node, table);
    if (problem !== undefined) problems.push(`${describeNode(placed)}: ${problem}`);
    return { ...placed, operator, branches: undefined };
  };
  const branchesOf = (placed: PlacedNode) => {
    const branch = (attribute: string): PreparedGraph => {
      const graph = placed.node.attributes?.[attribute];
      if (graph?.kind !== 'graph') {
        throw new OnnxImportError(
          'malformed-graph',
          `${describeNode(placed)}: expected a graph as ${attribute}, given ${graph?.kind ?? 'none'}; export the model again`,
        );
      }
      const place = `${placed.place ? `${placed.place} / ` : ''}${attribute} of ${placed.node.outputs[0]}`;
      return prepareGraph(graph.value, inlineFunctions(model, graph.value.nodes, placed.opsets, place));
    };
    return { whenTrue: branch('then_branch'), whenFalse: branch('else_branch') };
  };
  const prepared = prepareGraph(model.graph, inlineFunctions(model, model.graph.nodes, model.opsets, ''));
  if (problems.length > 0) throw unsupported(problems);
  return prepared;
}

const isOperator = (node: OnnxNode, opType: string): boolean => node.opType === opType && domainOf(node) === '';

/** `ai.onnx` is the long form of ONNX's own domain. */
export const domainOf = ({ domain = '' }: OnnxNode): string => (domain === 'ai.onnx' ? '' : domain);

const tableKey = (node: OnnxNode): string => (domainOf(node) === '' ? node.opType : `${domainOf(node)}:${node.opType}`);

/** `node 3 "name" (Add, opset 17)`: what an error calls a node. */
export function describeNode({ node, index, opset, place }: PlacedNode): string {
  const name = node.name ? ` ${JSON.stringify(node.name)}` : '';
  const version = opset > 0 ? `, opset ${opset}` : '';
  return `node ${index}${name} (${tableKey(node)}${version}${place ? `, in ${place}` : ''})`;
}

function missing(node: OnnxNode, table: OperatorTable): string {
  const elsewhere = Object.keys(table).filter((key) => key.replace(/^.*:/, '') === node.opType);
  return elsewhere.length > 0 ? `no translation for this domain, but for ${elsewhere.join(', ')}` : 'no translation for this operator';
}

function unsupported(problems: readonly string[]): OnnxImportError {
  return new OnnxImportError(
    'unsupported-operator',
    `${problems.length} node${problems.length > 1 ? 's are' : ' is'} not supported:\n  ${problems.join('\n  ')}\nExport the model without ${problems.length > 1 ? 'them' : 'it'} (another opset or exporter often writes other operators), or give a translation in the option \`operators\``,
  );
}

function checkOpset(model: OnnxModel): void {
  for (const { domain, version } of model.opsets) {
    if (domain !== '' && domain !== 'ai.onnx') continue;
    if (version >= oldestOpset && version <= newestOpset) continue;
    throw new OnnxImportError(
      'unsupported-opset',
      `the model is written in opset ${version}; expected ${oldestOpset} to ${newestOpset}; convert it with onnx.version_converter or export it again with another opset_version`,
    );
  }
}
