import {
  type DType,
  type OnnxAttribute,
  type OnnxElementType,
  type OnnxModel,
  type OnnxTensor,
  tensor,
  type Tensor,
  type TypedArray,
} from '../../src/index.js';

const elementTypes: Readonly<Record<DType, OnnxElementType>> = {
  float32: 'float',
  float64: 'double',
  float16: 'float16',
  int32: 'int32',
  int64: 'int64',
  uint32: 'uint32',
  uint64: 'uint64',
  uint8: 'uint8',
  bool: 'bool',
};

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  uint8: Uint8Array,
};

/** An initializer. */
export function stored(dtype: keyof typeof arrays, dims: readonly number[], numbers: readonly number[]): OnnxTensor {
  const elements = dtype === 'int64' ? BigInt64Array.from(numbers, BigInt) : (arrays[dtype] as Float32ArrayConstructor).from(numbers);
  return { name: '', elementType: elementTypes[dtype], dims, data: new Uint8Array(elements.buffer) };
}

/** A tensor's elements as an initializer. */
export async function storedTensor(x: Tensor): Promise<OnnxTensor> {
  const { buffer } = await x.data();
  return { name: '', elementType: elementTypes[x.dtype], dims: x.shape, data: new Uint8Array(buffer) };
}

export const ints = (...numbers: number[]): OnnxTensor => stored('int64', [numbers.length], numbers);
export const int = (n: number): OnnxTensor => stored('int64', [], [n]);
export const floats = (...numbers: number[]): OnnxTensor => stored('float32', [numbers.length], numbers);
export const float = (n: number): OnnxTensor => stored('float32', [], [n]);

type Attribute = number | string | readonly number[] | readonly string[] | { readonly float: number } | OnnxTensor;

function attributeOf(value: Attribute): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if (Array.isArray(value) && typeof value[0] === 'string') return { kind: 'strings', value: value as readonly string[] };
  if (Array.isArray(value)) return { kind: 'ints', value: value as readonly number[] };
  return 'float' in value ? { kind: 'float', value: value.float } : { kind: 'tensor', value: value as OnnxTensor };
}

export interface NodeOptions {
  readonly opset?: number;
  readonly domain?: string;
  /** Dtypes of the outputs; one of float32 by default. */
  readonly outputs?: readonly DType[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** A model of one node: tensors are its inputs, stored tensors its initializers, `null` an input left out. */
export function singleNode(
  opType: string,
  inputs: readonly (Tensor | OnnxTensor | null)[],
  { opset = 18, domain = '', outputs = ['float32'], attributes = {} }: NodeOptions = {},
): { model: OnnxModel; given: Record<string, Tensor> } {
  const given: Record<string, Tensor> = {};
  const initializers: OnnxTensor[] = [];
  const names = inputs.map((input, i) => {
    if (input === null) return '';
    if ('elementType' in input) initializers.push({ ...input, name: `x${i}` });
    else given[`x${i}`] = input;
    return `x${i}`;
  });
  const made = outputs.map((_, i) => `y${i}`);
  const model: OnnxModel = {
    irVersion: 8,
    opsets: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: opType,
      nodes: [
        {
          opType,
          domain,
          name: `the ${opType}`,
          inputs: names,
          outputs: made,
          attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
        },
      ],
      inputs: Object.entries(given).map(([name, { dtype, shape }]) => ({ name, elementType: elementTypes[dtype], shape })),
      outputs: made.map((name, i) => ({ name, elementType: elementTypes[outputs[i]!], shape: undefined })),
      initializers,
    },
  };
  return { model, given };
}

/** Distinct float32 numbers from −1 to 1 in scattered order. */
export function scattered(shape: readonly number[], { low = -1, high = 1, dtype = 'float32' as DType, seed = 1 } = {}): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const step = [7, 11, 13, 17, 19].find((n) => size % n !== 0)!;
  const elements = Array.from({ length: size }, (_, i) => low + ((high - low) * (((i * step + seed * 5) % size) + 0.5)) / size);
  const whole = dtype.startsWith('float') ? elements : elements.map(Math.round);
  return fromNumbers(whole, shape, dtype);
}

/** A tensor of the given numbers. */
export function fromNumbers(numbers: readonly number[], shape: readonly number[], dtype: DType = 'float32'): Tensor {
  const array: TypedArray =
    dtype === 'int64' ? BigInt64Array.from(numbers, BigInt) : (arrays[dtype as 'float32'] ?? Float32Array).from(numbers);
  return tensor(array, shape, dtype);
}
