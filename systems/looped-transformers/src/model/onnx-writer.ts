import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from '@sardonyx/tensor';

type AttributeValue = number | string | OnnxGraph | { readonly float: number };

/** Marks an attribute as a float even where its value is a whole number. */
export const float = (value: number): AttributeValue => ({ float: value });

/** Collects the nodes of an ONNX graph; graphs inside it have writers of their own and share its stored tensors. */
export class OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  private readonly made: { values: number };

  constructor(
    readonly stored: Map<string, OnnxTensor> = new Map(),
    outer?: OnnxWriter,
  ) {
    this.made = outer?.made ?? { values: 0 };
  }

  /** A writer of a graph inside this one, which sees its values. */
  inner(): OnnxWriter {
    return new OnnxWriter(this.stored, this);
  }

  /** Emits a node of ONNX's own operators with one output, and returns the output's name. */
  emit(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output = this.fresh(),
  ): string {
    const entries = Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)] as const);
    this.nodes.push({ opType, inputs, outputs: [output], attributes: Object.fromEntries(entries) });
    return output;
  }

  fresh(): string {
    return `value${this.made.values++}`;
  }

  /** A stored float32 tensor under a name of its own. */
  floats(name: string, dims: readonly number[], elements: Float32Array): string {
    if (!this.stored.has(name)) this.stored.set(name, { name, elementType: 'float', dims, data: bytesOf(elements) });
    return name;
  }

  /** A stored float32 number. */
  number(value: number): string {
    return this.floats(`number ${value}`, [], Float32Array.of(value));
  }

  /** Stored int64 numbers: a list, or a scalar where one number is given bare. */
  integers(value: number | readonly number[]): string {
    const list = typeof value === 'number' ? [value] : value;
    const name = `integers ${JSON.stringify(value)}`;
    const dims = typeof value === 'number' ? [] : [list.length];
    if (!this.stored.has(name)) {
      this.stored.set(name, { name, elementType: 'int64', dims, data: bytesOf(BigInt64Array.from(list, BigInt)) });
    }
    return name;
  }

  graph(name: string, inputs: readonly OnnxValueInfo[], outputs: readonly OnnxValueInfo[], initializers: readonly OnnxTensor[]): OnnxGraph {
    return { name, nodes: this.nodes, inputs, outputs, initializers };
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

function attributeOf(value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  return 'float' in value ? { kind: 'float', value: value.float } : { kind: 'graph', value };
}
