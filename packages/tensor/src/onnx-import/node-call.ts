import { formatType, TensorError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import type { OnnxAttribute, OnnxTensor } from '../onnx/model.js';
import { Constant, OnnxSequence, type OnnxValue, type OnnxValueOrSequence } from './constant.js';
import { OnnxImportError } from './errors.js';
import { describeNode, type PreparedNode } from './prepare.js';

type ValueOfKind<K extends OnnxAttribute['kind']> = Extract<OnnxAttribute, { kind: K }> extends { value: infer V } ? V : never;

/** One node with the values that reached it: what an operator's translation reads. */
export class NodeCall {
  constructor(
    private readonly prepared: PreparedNode,
    private readonly values: readonly (OnnxValueOrSequence | undefined)[],
  ) {}

  /** Version of the operator set the node is written in. */
  get opset(): number {
    return this.prepared.opset;
  }

  get inputCount(): number {
    return this.values.length;
  }

  /** Number of outputs, those nobody wants included. */
  get outputCount(): number {
    return this.prepared.node.outputs.length;
  }

  /** Whether somebody wants output i. */
  wants(output: number): boolean {
    return (this.prepared.node.outputs[output] ?? '') !== '';
  }

  has(input: number): boolean {
    return this.values[input] !== undefined;
  }

  /** Input i, tensor or constant. */
  value(input: number): OnnxValue {
    const value = this.values[input];
    if (value === undefined) throw this.error(`expected an input ${input}, given ${this.inputCount} inputs`);
    if (value instanceof OnnxSequence) throw this.error(`expected a tensor as input ${input}, given a sequence`);
    return value;
  }

  sequence(input: number): readonly OnnxValue[] {
    const value = this.values[input];
    if (value instanceof OnnxSequence) return value.items;
    throw this.error(`expected a sequence as input ${input}, given ${value ? 'a tensor' : 'nothing'}`);
  }

  tensor(input: number): Tensor {
    return asTensor(this.value(input));
  }

  optionalTensor(input: number): Tensor | undefined {
    return this.has(input) ? this.tensor(input) : undefined;
  }

  /** All inputs. */
  tensors(): Tensor[] {
    return this.values.map((_, i) => this.tensor(i));
  }

  /** @throws {OnnxImportError} `data-dependent-shape` where the elements of input i are not known */
  constant(input: number): Constant {
    const value = this.value(input);
    if (value instanceof Constant) return value;
    throw new OnnxImportError(
      'data-dependent-shape',
      `${describeNode(this.prepared)} needs the elements of its input ${input}, ${JSON.stringify(this.prepared.node.inputs[input])} ${formatType(value.dtype, value.shape)}, to know the shape of its result, but they depend on values given to the model; expected something computed from constants and shapes only; export the model with this value fixed`,
    );
  }

  /** The elements of a known input, `undefined` where it is absent. */
  numbers(input: number): number[] | undefined {
    return this.has(input) ? this.constant(input).numbers() : undefined;
  }

  /** The only element of a known input. */
  number(input: number): number | undefined {
    return this.numbers(input)?.[0];
  }

  /** As `numbers`, of an input that must be there. */
  requiredNumbers(input: number): number[] {
    return this.constant(input).numbers();
  }

  /** As `number`, of an input that must be there and have an element. */
  requiredNumber(input: number): number {
    const [first] = this.requiredNumbers(input);
    if (first === undefined) throw this.error(`expected one element as input ${input}, given none`);
    return first;
  }

  /** The only element of an input where it happens to be known. */
  scalar(input: number): number | undefined {
    const value = this.values[input];
    return value instanceof Constant && value.size === 1 && value.isNumeric ? value.numbers()[0] : undefined;
  }

  integer(attribute: string, standard: number): number {
    return Number(this.attribute(attribute, 'int') ?? standard);
  }

  float(attribute: string, standard: number): number {
    return this.attribute(attribute, 'float') ?? standard;
  }

  text(attribute: string, standard: string): string {
    return this.attribute(attribute, 'string') ?? standard;
  }

  integers(attribute: string): number[] | undefined {
    return this.attribute(attribute, 'ints')?.map(Number);
  }

  floats(attribute: string): readonly number[] | undefined {
    return this.attribute(attribute, 'floats');
  }

  strings(attribute: string): readonly string[] | undefined {
    return this.attribute(attribute, 'strings');
  }

  stored(attribute: string): OnnxTensor | undefined {
    return this.attribute(attribute, 'tensor');
  }

  /** Integers that older versions of an operator have as an attribute and newer ones as an input. */
  integersOf(attribute: string, input: number): number[] | undefined {
    return this.integers(attribute) ?? this.numbers(input);
  }

  /** As `integersOf`, or an attribute alone, that must be there. */
  requiredIntegers(attribute: string, input?: number): number[] {
    const found = input === undefined ? this.integers(attribute) : this.integersOf(attribute, input);
    if (found) return found;
    throw this.error(
      `expected ${attribute}${input === undefined ? ' as an attribute' : ` as an attribute or input ${input}`}, given neither`,
    );
  }

  /** An error that names the node. */
  error(message: string, cause?: unknown): OnnxImportError {
    return new OnnxImportError('operator-failed', `${describeNode(this.prepared)}: ${message}`, { cause });
  }

  /** What the operator's translation threw, with the node named and its inputs shown. */
  failed(cause: unknown): unknown {
    if (!(cause instanceof TensorError) || cause instanceof OnnxImportError) return cause;
    const given = this.values.map(formatValue).join(', ');
    return this.error(`${cause.message}; given ${given}`, cause);
  }

  private attribute<K extends OnnxAttribute['kind']>(name: string, kind: K): ValueOfKind<K> | undefined {
    const found = this.prepared.node.attributes?.[name];
    if (found === undefined) return undefined;
    if (found.kind !== kind) throw this.error(`attribute ${name}: expected ${kind}, given ${found.kind}`);
    return (found as unknown as { readonly value: ValueOfKind<K> }).value;
  }
}

function formatValue(value: OnnxValueOrSequence | undefined): string {
  if (value === undefined) return 'none';
  return value instanceof OnnxSequence ? `a sequence of ${value.items.length}` : formatType(value.dtype, value.shape);
}

export const asTensor = (value: OnnxValue): Tensor => (value instanceof Constant ? value.tensor() : value);
