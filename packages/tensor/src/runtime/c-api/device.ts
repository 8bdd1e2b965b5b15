import { dtypes, type TypedArray } from '../../core/dtype.js';
import { sizeOf } from '../../core/shape.js';
import type { TensorType } from '../../core/tensor.js';
import { encodeModel } from '../../onnx/protobuf.js';
import { Storage, storageKey } from '../storage.js';
import { type Context, create } from './context.js';
import { IoBinding } from './io-binding.js';
import { memoryAt, type Pointer } from './library.js';
import { NativeValue } from './native-value.js';

/** What ONNX Runtime calls the memory of a provider; the others compute in the host's. */
const memoryNames: Readonly<Record<string, string>> = {
  WebGPU: 'WebGPU_Buffer',
  CUDA: 'Cuda',
  TensorRT: 'Cuda',
  DML: 'DML',
};
const deviceAllocator = 0;
const arenaAllocator = 1;
const defaultMemory = 0;

/** Compiles a model for the device and returns its `OrtSession`. */
type Compile = (model: Uint8Array) => Promise<Pointer>;

/** The memory of an execution provider, where values stay between runs. */
export class Device {
  readonly memoryInfo: Pointer;
  private readonly isHostMemory: boolean;
  /** Sessions that do nothing but fetch a value of one type: ONNX Runtime copies where in- and output differ in place. */
  private readonly fetchers = new Map<string, Promise<Pointer>>();

  constructor(
    private readonly context: Context,
    readonly provider: string,
    private readonly compile: Compile,
  ) {
    const name = memoryNames[provider];
    this.isHostMemory = name === undefined;
    const allocator = name === undefined ? arenaAllocator : deviceAllocator;
    this.memoryInfo = create((out) =>
      context.check(context.api.createMemoryInfo(name ?? 'Cpu', allocator, 0, defaultMemory, out), `memory of ${provider}`),
    );
  }

  /** A copy on the host of a value here. */
  async download(value: NativeValue, type: TensorType): Promise<TypedArray> {
    const { array: TypedArray, bytes } = dtypes[type.dtype];
    const length = sizeOf(type.shape);
    if (length === 0) return new TypedArray(0);
    if (!this.isHostMemory) return await this.fetch(value, type);
    const { api, check } = this.context;
    const address = create((out) => check(api.getTensorMutableData(value.pointer, out), 'reading a value'));
    return new TypedArray(memoryAt(address, length * bytes).slice(0));
  }

  private async fetch(value: NativeValue, type: TensorType): Promise<TypedArray> {
    const key = storageKey(type);
    const fetcher = this.fetchers.get(key) ?? this.compile(identityModel(type));
    this.fetchers.set(key, fetcher);
    const session = await fetcher;
    const host = new Storage(type.dtype, type.shape, new dtypes[type.dtype].array(sizeOf(type.shape)));
    const binding = new IoBinding(this.context, session);
    try {
      binding.input('i0', value);
      binding.output('o0', host);
      await binding.run();
      return host.array;
    } finally {
      binding.release();
      host.free();
    }
  }
}

/** A value in memory of a device. */
export class DeviceValue extends NativeValue {
  constructor(
    context: Context,
    pointer: Pointer,
    readonly device: Device,
    private readonly type: TensorType,
  ) {
    super(context, pointer);
  }

  async download(): Promise<TypedArray> {
    return await this.device.download(this, this.type);
  }
}

export function identityModel(type: TensorType): Uint8Array {
  const info = (name: string) => ({ name, elementType: dtypes[type.dtype].onnx, shape: type.shape });
  return encodeModel({
    irVersion: 11,
    opsets: [{ domain: '', version: 23 }],
    producerName: 'sardonyx',
    graph: {
      name: 'identity',
      inputs: [info('i0')],
      outputs: [info('o0')],
      nodes: [{ opType: 'Identity', domain: '', inputs: ['i0'], outputs: ['o0'], attributes: {} }],
      initializers: [],
    },
  });
}
