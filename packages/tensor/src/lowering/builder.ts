import type { DType } from '../core/dtype.js';
import { dtypes, elementOf } from '../core/dtype.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/model.js';
import { portable, type Target } from './target.js';

/** Attribute values as lowerings write them: integers stay integers, `float(x)` marks real numbers. */
export type AttributeValue = number | string | readonly number[] | Float;

export interface Float {
  readonly float: number;
}

/** Marks an ONNX attribute as a float even where its value is a whole number. */
export const float = (value: number): Float => ({ float: value });

/** Collects the ONNX nodes and constants that lowerings emit. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  private readonly constants = new Map<string, string>();
  private readonly derived = new Map<string, string>();
  private counter = 0;

  /** `used` holds the values that something reads; all of them by default. */
  constructor(
    readonly target: Target = portable,
    private readonly used?: ReadonlySet<Tensor>,
  ) {}

  /** Whether anything reads this output of a node: fused kernels may leave out the others. */
  isUsed(output: Tensor): boolean {
    return this.used?.has(output) ?? true;
  }

  /** A fresh value name. */
  fresh(hint = 'v'): string {
    return `${hint}${this.counter++}`;
  }

  /** Emits a node with one output and returns the output's name. An empty input name means "absent". */
  emit(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue | undefined> = {}, domain = ''): string {
    return this.emitMany(opType, inputs, 1, attributes, domain)[0]!;
  }

  /** Emits a node with `count` outputs; `wanted[i] === false` leaves output i out. */
  emitMany(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Record<string, AttributeValue | undefined> = {},
    domain = '',
    wanted: readonly boolean[] = [],
  ): string[] {
    const outputs = Array.from({ length: count }, (_, i) => (wanted[i] === false ? '' : this.fresh()));
    this.nodes.push({
      opType,
      domain,
      inputs: [...inputs],
      outputs,
      attributes: Object.fromEntries(
        Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, toAttribute(value)]])),
      ),
    });
    return outputs;
  }

  /** The value that `make` emits, emitted once for each key: for forms of a value that several lowerings ask for. */
  once(key: string, make: () => string): string {
    const known = this.derived.get(key) ?? make();
    this.derived.set(key, known);
    return known;
  }

  /** A constant tensor of `dtype` with the given elements, shared between equal uses. */
  constant(dtype: DType, shape: Shape, elements: readonly number[]): string {
    const key = `${dtype}[${shape.join()}]${elements.map((x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
    const known = this.constants.get(key);
    if (known) return known;
    const name = this.fresh('c');
    const { array, onnx } = dtypes[dtype];
    const data = new array(elements.length);
    elements.forEach((x, i) => {
      data[i] = elementOf(dtype, x);
    });
    this.initializers.push({
      name,
      elementType: onnx,
      dims: [...shape],
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    this.constants.set(key, name);
    return name;
  }

  /** A scalar constant of `dtype`. */
  scalar(dtype: DType, value: number): string {
    return this.constant(dtype, [], [value]);
  }

  /** A 1-D int64 constant, as ONNX takes shapes, axes, starts and ends. */
  ints(values: readonly number[]): string {
    return this.constant('int64', [values.length], values);
  }
}

function toAttribute(value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  return { kind: 'ints', value: [...value] };
}
