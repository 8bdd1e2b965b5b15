import { data } from '../api/read.js';
import { dtypeOfOnnx, dtypes, isFloat } from '../core/dtype.js';
import { formatType } from '../core/errors.js';
import { leavesOf } from '../core/graph.js';
import { Tensor } from '../core/tensor.js';
import { flatten } from '../core/tree.js';
import { lowerGraph } from '../lowering/lower.js';
import { prepareGraph } from '../lowering/prepare.js';
import { portable as anyRuntime } from '../lowering/target.js';
import type { WriteOnnxOptions } from '../onnx/file.js';
import type { OnnxGraph, OnnxModel, OnnxTensor, OnnxValueInfo } from '../onnx/model.js';
import { evaluate } from '../transforms/evaluate.js';
import { constantsKey } from './declared-constants.js';
import { OnnxExportError } from './errors.js';
import { argumentNames, expectDistinct, nameArguments, nameOutputs, positionIn, renameValues } from './names.js';
import { toPortable } from './portable.js';

export interface ExportOnnxOptions {
  /** Position of the argument that is stored in the model instead of being an input; absent: all arguments are inputs. */
  readonly parameters?: number;
  /** A name for each argument; `params` for the parameters and `input`, `input1`, … for the others by default. */
  readonly argumentNames?: readonly string[];
  /** What a returned tensor is called; `output` by default. Properties of a returned object have their own names. */
  readonly outputName?: string;
  /**
   * Operators of the ONNX standard only (default). `false` keeps those that only ONNX Runtime has, which it would make of
   * the standard ones itself in most cases.
   */
  readonly portable?: boolean;
  /** The name of the graph; the function's own by default. */
  readonly name?: string;
  /** Free key–value pairs kept in the model. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The ONNX model (opset 23) of a function for arguments of the given structure, shapes and dtypes: what `jit` would
 * compile. Of the arguments only the parameters' elements are read. Tensors that the function captures are stored in the
 * model. Inputs, parameters and outputs are called by their paths, `params.layers[0].weight`. Shapes are fixed.
 * Write it with {@link writeOnnx} or `encodeModel`.
 *
 * @throws {OnnxExportError} `not-portable`, `invalid-option`, `no-outputs`, `captured-argument`
 */
export async function exportOnnx<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  exampleArgs: Readonly<A>,
  options: ExportOnnxOptions = {},
): Promise<OnnxModel> {
  const traced = trace(f, exampleArgs, options);
  const { leaves, captured, outputs, inputNames, outputNames } = traced;
  const lowered = lowerGraph([...leaves, ...captured], outputs, anyRuntime, true);
  const model = (options.portable ?? true) ? toPortable(lowered) : withUsedOpsets(lowered);
  const renaming = new Map([
    ...inputNames.map((name, i) => [`i${i}`, name] as const),
    ...outputNames.map((name, i) => [`o${i}`, name] as const),
  ]);
  const graph = renameValues({ ...model.graph, name: options.name ?? (f.name || 'graph') }, renaming);
  const initializers = await withStoredTensors(graph, traced.stored);
  const parameters = new Set(inputNames.slice(0, leaves.length).filter((name) => traced.stored.has(name)));
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.filter(({ name }) => !traced.stored.has(name)),
      initializers,
      valueInfo: intermediateTypes(graph),
    },
    metadata: { ...options.metadata, ...declareConstants(initializers, parameters) },
  };
}

/**
 * Exports a function as with {@link exportOnnx} and writes the file, with large tensors in a second one if asked for
 * (`externalData`).
 */
export async function writeOnnx<A extends readonly unknown[]>(
  path: string,
  f: (...args: A) => unknown,
  exampleArgs: Readonly<A>,
  options: ExportOnnxOptions & WriteOnnxOptions = {},
): Promise<void> {
  const model = await exportOnnx(f, exampleArgs, options);
  const { writeOnnxFile } = await import('#onnx/file');
  const { externalData } = options;
  await writeOnnxFile(path, model, externalData === undefined ? {} : { externalData });
}

interface Traced {
  /** The argument tensors, as they appear in the graph. */
  readonly leaves: readonly Tensor[];
  /** Other tensors that the graph takes. */
  readonly captured: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Names of the argument tensors, then of the captured ones. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Values to be stored in the model: parameters and captured tensors, by name. */
  readonly stored: ReadonlyMap<string, Tensor>;
}

function trace<A extends readonly unknown[]>(f: (...args: A) => unknown, args: Readonly<A>, options: ExportOnnxOptions): Traced {
  const { parameters } = options;
  if (parameters !== undefined && !(parameters in args)) {
    throw new OnnxExportError('invalid-option', `parameters is ${parameters}, expected a position among ${args.length} arguments`);
  }
  const { leaves: given, structure } = flatten(args);
  const leaves = given.map(({ dtype, shape }, i) => new Tensor(dtype, shape, { kind: 'parameter', name: structure.paths[i]! }));
  const result = flatten(f(...(structure.unflatten(leaves) as A)));
  if (result.leaves.length === 0) {
    throw new OnnxExportError('no-outputs', `${f.name || 'the function'} returned no tensors, expected at least one`);
  }
  const outputs = prepareGraph(result.leaves);
  const captured = leavesOf(outputs).filter((leaf) => !leaves.includes(leaf));
  expectNoForeignArguments(captured);
  const argumentPaths = nameArguments(structure, argumentNames(args.length, options.argumentNames, parameters));
  const inputNames = [...argumentPaths, ...captured.map((_, i) => `constant${i}`)];
  const outputNames = nameOutputs(result.structure, options.outputName ?? 'output');
  expectDistinct([...inputNames, ...outputNames]);
  const stored = new Map<string, Tensor>(captured.map((tensor, i) => [`constant${i}`, tensor]));
  structure.paths.forEach((path, i) => {
    if (positionIn(path) === parameters) stored.set(argumentPaths[i]!, given[i]!);
  });
  return { leaves, captured, outputs, inputNames, outputNames, stored };
}

function expectNoForeignArguments(captured: readonly Tensor[]): void {
  const foreign = captured.find((leaf) => leaf.origin.kind === 'parameter');
  if (!foreign) return;
  throw new OnnxExportError(
    'captured-argument',
    `the function uses ${formatType(foreign.dtype, foreign.shape)}, an argument of another function that is being traced and has no value; export outside of jit, grad and vmap`,
  );
}

/** The initializers that nodes read: constants of the lowering, and stored tensors with their elements. */
async function withStoredTensors(graph: OnnxGraph, stored: ReadonlyMap<string, Tensor>): Promise<OnnxTensor[]> {
  const read = new Set(graph.nodes.flatMap((node) => node.inputs));
  const wanted = [...stored].filter(([name]) => read.has(name));
  await evaluate(wanted.map(([, tensor]) => tensor));
  const tensors = await Promise.all(
    wanted.map(async ([name, tensor]) => {
      const elements = await data(tensor);
      const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
      return { name, elementType: dtypes[tensor.dtype].onnx, dims: tensor.shape, data: bytes };
    }),
  );
  return [...tensors, ...graph.initializers.filter(({ name }) => read.has(name))];
}

/** Lets an import tell constants from parameters. Scalars are constants anyway. */
function declareConstants(initializers: readonly OnnxTensor[], parameters: ReadonlySet<string>): Record<string, string> {
  const constants = initializers.filter(({ name, elementType, dims }) => {
    const dtype = dtypeOfOnnx(elementType);
    return dtype && isFloat(dtype) && dims.length > 0 && !parameters.has(name);
  });
  return constants.length === 0 ? {} : { [constantsKey]: JSON.stringify(constants.map(({ name }) => name)) };
}

/** The types of values that nodes make and that are not returned, each once. */
function intermediateTypes({ nodes, outputs, valueInfo = [] }: OnnxGraph): OnnxValueInfo[] {
  const returned = new Set(outputs.map(({ name }) => name));
  const made = new Set(nodes.flatMap((node) => node.outputs).filter((name) => !returned.has(name)));
  return [...new Map(valueInfo.filter(({ name }) => made.has(name)).map((type) => [type.name, type])).values()];
}

/** Only the operator sets that the nodes belong to. */
function withUsedOpsets(model: OnnxModel): OnnxModel {
  const used = new Set(model.graph.nodes.map(({ domain = '' }) => domain));
  return { ...model, opsets: model.opsets.filter(({ domain }) => domain === '' || used.has(domain)) };
}
