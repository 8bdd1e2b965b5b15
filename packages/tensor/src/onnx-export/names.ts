import type { TreeStructure } from '../core/tree.js';
import type { OnnxGraph } from '../onnx/model.js';
import { OnnxExportError } from './errors.js';

/** The position of the argument that a path in the argument list, `[0].weights`, begins with. */
export const positionIn = (path: string): number => Number(/^\[(\d+)\]/.exec(path)![1]);

/** Names of the argument tensors: an argument's name, followed by the path in it. */
export const nameArguments = (structure: TreeStructure, names: readonly string[]): string[] =>
  structure.paths.map((path) => `${names[positionIn(path)]}${path.replace(/^\[\d+\]/, '')}`);

/** Names of the arguments: those given, else `params` for the parameters and `input`, `input1`, … for the others. */
export function argumentNames(count: number, given: readonly string[] | undefined, parameters: number | undefined): string[] {
  if (given && given.length !== count) {
    throw new OnnxExportError('invalid-option', `argumentNames has ${given.length} names for ${count} arguments; give one for each`);
  }
  let others = 0;
  return Array.from({ length: count }, (_, i) => {
    if (given) return given[i]!;
    if (i === parameters) return 'params';
    return others++ === 0 ? 'input' : `input${others - 1}`;
  });
}

/** Names of the returned tensors: their paths, behind `output` where the function returns a tensor or an array. */
export const nameOutputs = (structure: TreeStructure, output: string): string[] =>
  structure.paths.map((path) => (path === '' || path.startsWith('[') ? `${output}${path}` : path));

/** @throws {OnnxExportError} `invalid-option` where two values would have one name */
export function expectDistinct(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new OnnxExportError(
    'invalid-option',
    `two values would be called ${JSON.stringify(twice)}; expected distinct names of inputs, parameters and outputs; set argumentNames or outputName`,
  );
}

/** A graph with some of its values renamed; other values that have one of the new names already make room. */
export function renameValues(graph: OnnxGraph, names: ReadonlyMap<string, string>): OnnxGraph {
  const taken = new Set(names.values());
  const rename = (name: string): string => names.get(name) ?? (taken.has(name) ? `${name}_` : name);
  const renamed = <T extends { readonly name: string }>(items: readonly T[]): T[] =>
    items.map((item) => ({ ...item, name: rename(item.name) }));
  return {
    ...graph,
    inputs: renamed(graph.inputs),
    outputs: renamed(graph.outputs),
    initializers: renamed(graph.initializers),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
    ...(graph.valueInfo && { valueInfo: renamed(graph.valueInfo) }),
  };
}
