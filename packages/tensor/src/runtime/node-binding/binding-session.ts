import type * as Ort from 'onnxruntime-node';
import type { DType, TypedArray } from '../../core/dtype.js';
import { dtypes } from '../../core/dtype.js';
import { RuntimeError } from '../../core/errors.js';
import type { TensorType } from '../../core/tensor.js';
import { expectStorages } from '../expect-storages.js';
import type { Executable, LiveObjects } from '../runtime.js';
import type { Storage } from '../storage.js';

/** A model compiled by the Node binding. Its outputs are copied into ours. */
export class BindingSession implements Executable {
  readonly outputPlace = 'host';
  private session: Ort.InferenceSession | undefined;
  private running = 0;

  constructor(
    private readonly ort: typeof Ort,
    session: Ort.InferenceSession,
    readonly inputs: readonly TensorType[],
    readonly outputs: readonly TensorType[],
    private readonly live: LiveObjects,
  ) {
    this.session = session;
    live.sessions++;
  }

  async run(inputs: readonly Storage[], outputs: readonly Storage[]): Promise<void> {
    const { session } = this;
    if (session === undefined) {
      throw new RuntimeError('session-disposed', 'run: the compiled function was disposed');
    }
    expectStorages('input', inputs, this.inputs);
    expectStorages('output', outputs, this.outputs);
    const feeds = Object.fromEntries(inputs.map((input, i) => [`i${i}`, this.tensorOver(input)]));
    this.running++;
    try {
      const results = await session.run(feeds);
      outputs.forEach((output, i) => copyElements(output, results[`o${i}`]!));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RuntimeError('ort', `ONNX Runtime: a run failed: ${reason}`, { cause });
    } finally {
      this.running--;
    }
  }

  dispose(): void {
    if (this.session === undefined) return;
    if (this.running > 0) {
      throw new RuntimeError('session-in-use', 'dispose: a run is still in progress; await its outputs before disposing');
    }
    void this.session.release();
    this.session = undefined;
    this.live.sessions--;
  }

  private tensorOver({ dtype, shape, array }: Storage): Ort.Tensor {
    // The binding's type names are ours; its constructor is overloaded by type, which a dtype held in a variable is not.
    const Tensor = this.ort.Tensor as unknown as new (type: DType, data: TypedArray, dims: readonly number[]) => Ort.Tensor;
    const tensor = new Tensor(dtype, array, shape);
    // Where the engine has Float16Array, the tensor shows one, whose size the binding takes to be 0: it is given the bits.
    return dtype === 'float16' ? Object.defineProperty(tensor, 'data', { value: array }) : tensor;
  }
}

/** float16 comes back as a Float16Array where the engine has one: its bits are read, not its numbers. */
function copyElements(to: Storage, from: Ort.Tensor): void {
  const data = from.data as ArrayBufferView;
  const { array: TypedArray, bytes } = dtypes[to.dtype];
  const elements = new TypedArray(data.buffer, data.byteOffset, data.byteLength / bytes);
  (to.array as { set(from: ArrayLike<number | bigint>): void }).set(elements);
}
