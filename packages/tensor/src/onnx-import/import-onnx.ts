import { tensor } from '../api/create.js';
import type { DType } from '../core/dtype.js';
import { Tensor } from '../core/tensor.js';
import { decodeModel } from '../onnx/decode.js';
import type { OnnxModel, OnnxValueInfo } from '../onnx/model.js';
import { bindInputs, checkParameters } from './arguments.js';
import { constantOf, dtypeOf, OnnxSequence, type OnnxValueOrSequence } from './constant.js';
import { OnnxImportError } from './errors.js';
import { constantsKey } from '../onnx-export/declared-constants.js';
import { interpret, Scope } from './interpret.js';
import { asTensor } from './node-call.js';
import type { OperatorTable } from './operator.js';
import { operatorTable } from './operators/index.js';
import { isFloatingPoint, type ParameterOptions, parametersOf } from './parameters.js';
import { prepareModel } from './prepare.js';

export interface ImportOnnxOptions extends ParameterOptions {
  /** Translations of more operators (`domain:Name`, or `Name` for ONNX's own), before those that are built in. */
  readonly operators?: OperatorTable;
}

/** An input or output of a model. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: DType;
  /** A size, a symbol that stands for one, or nothing where unknown; `undefined` where not even the rank is known. */
  readonly shape: readonly (number | string | undefined)[] | undefined;
}

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A model as a function of its parameters and inputs, to be differentiated, batched, compiled and exported as any other. */
export interface ImportedModel {
  /**
   * The outputs by name. May be called with concrete tensors or while tracing; shapes are those of the given inputs.
   * @throws {OnnxImportError} `missing-input`, `unknown-input`, `input-dtype`, `input-shape`, `missing-parameter`,
   * `unknown-parameter`, `parameter-type`; `data-dependent-shape`; `operator-failed`
   */
  call(parameters: NamedTensors, inputs: NamedTensors): Record<string, Tensor>;
  /** The stored values of the parameters, by the names of their initializers. */
  readonly parameters: Record<string, Tensor>;
  /** Names of floating-point initializers that are no parameters: scalars, running statistics, frozen ones. */
  readonly constants: readonly string[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Free key–value pairs of the model. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads an ONNX model as a differentiable function. `source` is a path, the bytes of a file, or a model already decoded
 * (external data loaded).
 *
 * Floating-point initializers become parameters, see {@link ParameterOptions}; integers, Booleans and whatever shapes are
 * computed from are constants. All operators are checked at once, before anything runs.
 *
 * @throws {OnnxFormatError} where the bytes are no ONNX model
 * @throws {OnnxImportError} `unsupported-operator` (all of them listed), `unsupported-opset`, `unsupported-type`,
 * `malformed-graph`, `invalid-option`
 */
export async function importOnnx(source: string | Uint8Array | OnnxModel, options: ImportOnnxOptions = {}): Promise<ImportedModel> {
  const model = await read(source);
  const graph = prepareModel(model, { ...operatorTable, ...options.operators });
  const stored = parametersOf(graph, options, declaredConstants(model));
  const names = new Set(stored.map(({ name }) => name));
  const { initializers } = model.graph;
  const initialized = new Set(initializers.map(({ name }) => name));
  // Older models list initializers among the inputs.
  const inputs = model.graph.inputs.filter(({ name }) => !initialized.has(name)).map(portOf);
  const parameters = Object.fromEntries(
    stored.map((item) => {
      const { dtype, shape, elements } = constantOf(item);
      return [item.name, tensor(elements, shape, dtype)];
    }),
  );
  return {
    parameters,
    constants: initializers.filter((item) => isFloatingPoint(item) && !names.has(item.name)).map(({ name }) => name),
    inputs,
    outputs: model.graph.outputs.map(portOf),
    metadata: model.metadata ?? {},
    call(given, values) {
      checkParameters(parameters, given);
      bindInputs(inputs, values);
      const scope = new Scope();
      for (const [name, value] of [...Object.entries(given), ...Object.entries(values)]) scope.set(name, value);
      const outputs = interpret(graph, scope);
      return Object.fromEntries(graph.outputs.map((name, i) => [name, outputTensor(name, outputs[i]!)]));
    },
  };
}

function outputTensor(name: string, value: OnnxValueOrSequence): Tensor {
  if (!(value instanceof OnnxSequence)) return asTensor(value);
  throw new OnnxImportError(
    'unsupported-type',
    `the output ${JSON.stringify(name)} is a sequence, expected a tensor; export the model with tensors as outputs`,
  );
}

async function read(source: string | Uint8Array | OnnxModel): Promise<OnnxModel> {
  if (source instanceof Uint8Array) return withData(decodeModel(source));
  if (typeof source !== 'string') return withData(source);
  const { readOnnxFile } = await import('#onnx/file');
  return readOnnxFile(source);
}

/** What our own exports say of themselves. */
function declaredConstants({ metadata }: OnnxModel): ReadonlySet<string> {
  const declared = metadata?.[constantsKey];
  if (declared === undefined) return new Set();
  const names = parsedNames(declared);
  if (names) return new Set(names);
  throw new OnnxImportError(
    'malformed-graph',
    `the metadata ${constantsKey} is ${JSON.stringify(declared)}, expected a JSON array of names; remove it or export the model again`,
  );
}

function parsedNames(json: string): string[] | undefined {
  try {
    const names: unknown = JSON.parse(json);
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Bytes alone do not tell where external data lies. */
function withData(model: OnnxModel): OnnxModel {
  const outside = model.graph.initializers.find(({ location }) => location !== undefined);
  if (!outside) return model;
  throw new OnnxImportError(
    'malformed-graph',
    `the initializer ${JSON.stringify(outside.name)} is stored in the file ${JSON.stringify(outside.location!.file)}, expected a model with its data loaded; give the path of the model instead of its bytes`,
  );
}

function portOf({ name, elementType, shape }: OnnxValueInfo): OnnxPort {
  if (elementType === undefined) {
    throw new OnnxImportError('unsupported-type', `${JSON.stringify(name)} has no element type; export the model again`);
  }
  return { name, dtype: dtypeOf(elementType, JSON.stringify(name)), shape };
}
