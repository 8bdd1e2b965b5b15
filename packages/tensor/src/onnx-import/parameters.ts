import { dtypeOfOnnx, isFloat } from '../core/dtype.js';
import type { OnnxTensor } from '../onnx/model.js';
import { OnnxImportError } from './errors.js';
import type { PreparedGraph, PreparedNode } from './prepare.js';

/** Names, or patterns that part of a name matches. */
export type NamePatterns = readonly (string | RegExp)[];

export interface ParameterOptions {
  /** Floating-point initializers that stay as they are although they would be parameters. */
  readonly freeze?: NamePatterns;
  /** Floating-point initializers that are parameters although they would not be: learnable scalars, running statistics. */
  readonly train?: NamePatterns;
}

/**
 * The initializers that are parameters: floating-point tensors that no shape depends on and no operator keeps as state.
 * Single numbers of a program's source are not, unless named in `train`: scalars, and tensors of one element under a name
 * that PyTorch's exporter makes up (`val_83`), as it does for them. Nor are those that the model declares constant.
 * @throws {OnnxImportError} `invalid-option` where an option names no floating-point initializer
 */
export function parametersOf(
  graph: PreparedGraph,
  { freeze = [], train = [] }: ParameterOptions,
  declaredConstants: ReadonlySet<string>,
): OnnxTensor[] {
  const floats = graph.initializers.filter(isFloatingPoint);
  expectNames('freeze', freeze, floats);
  expectNames('train', train, floats);
  const nodes = allNodes(graph);
  const known = namesNeededWhileTracing(nodes);
  const state = stateNames(nodes);
  const read = new Set([...nodes.flatMap(({ node }) => node.inputs), ...graph.outputs]);
  return floats.filter((stored) => {
    const { name } = stored;
    if (known.has(name) || !read.has(name) || matches(freeze, name)) return false;
    return matches(train, name) || !(isSourceNumber(stored) || state.has(name) || declaredConstants.has(name));
  });
}

const isSourceNumber = ({ name, dims }: OnnxTensor): boolean => dims.length === 0 || (dims.every((n) => n === 1) && /^val_\d+$/.test(name));

export function isFloatingPoint({ elementType }: OnnxTensor): boolean {
  const dtype = dtypeOfOnnx(elementType);
  return dtype !== undefined && isFloat(dtype);
}

const matches = (patterns: NamePatterns, name: string): boolean =>
  patterns.some((pattern) => (typeof pattern === 'string' ? pattern === name : pattern.test(name)));

function expectNames(option: string, patterns: NamePatterns, floats: readonly OnnxTensor[]): void {
  const unused = patterns.find((pattern) => !floats.some(({ name }) => matches([pattern], name)));
  if (unused === undefined) return;
  throw new OnnxImportError(
    'invalid-option',
    `${option} names ${String(unused)}, expected a floating-point initializer of the model; it has ${floats.map(({ name }) => name).join(', ') || 'none'}`,
  );
}

/** The nodes of a graph and of all branches in it. */
function allNodes(graph: PreparedGraph): PreparedNode[] {
  return graph.nodes.flatMap((prepared) => [
    ...(prepared.branches ? [...allNodes(prepared.branches.whenTrue), ...allNodes(prepared.branches.whenFalse)] : []),
    prepared,
  ]);
}

/** Backwards through the graph: what a shape, an axis or a condition is computed from. */
function namesNeededWhileTracing(nodes: readonly PreparedNode[]): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const { node, operator, branches } of [...nodes].reverse()) {
    const isNeeded = node.outputs.some((name) => needed.has(name));
    if (isNeeded && branches) for (const name of [...branches.whenTrue.outputs, ...branches.whenFalse.outputs]) needed.add(name);
    const inputs = isNeeded && !operator?.typesOnly ? node.inputs : [];
    const always = branches ? [0] : (operator?.known ?? []);
    for (const name of [...inputs, ...always.map((i) => node.inputs[i] ?? '')]) needed.add(name);
  }
  return needed;
}

function stateNames(nodes: readonly PreparedNode[]): ReadonlySet<string> {
  return new Set(nodes.flatMap(({ node, operator }) => (operator?.state ?? []).map((i) => node.inputs[i] ?? '')));
}
