import { dtypes, type TypedArray } from '../../core/dtype.js';
import { formatType } from '../../core/errors.js';
import type { TensorType } from '../../core/tensor.js';
import { elementTypeCode } from '../../onnx/element-types.js';
import type { NativeHandle } from '../storage.js';
import { type Context, create } from './context.js';
import type { Pointer } from './library.js';

/** Releases native values whose owner was collected without `release`: the safety net, not the rule. */
const abandoned = new FinalizationRegistry<() => void>((release) => release());

/** An `OrtValue` over a storage's buffer, which it keeps alive. */
export class NativeValue implements NativeHandle {
  readonly pointer: Pointer;
  private released = false;

  constructor(
    private readonly context: Context,
    type: TensorType,
    readonly buffer: TypedArray,
  ) {
    const shape = BigInt64Array.from(type.shape, BigInt);
    const { api, check, live } = context;
    const pointer = create((out) =>
      check(
        api.createTensorWithDataAsOrtValue(
          context.memoryInfo,
          buffer,
          buffer.byteLength,
          shape,
          shape.length,
          elementTypeCode(dtypes[type.dtype].onnx),
          out,
        ),
        `a value ${formatType(type.dtype, type.shape)}`,
      ),
    );
    this.pointer = pointer;
    live.values++;
    abandoned.register(
      this,
      () => {
        live.values--;
        api.releaseValue(pointer);
      },
      this,
    );
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    abandoned.unregister(this);
    this.context.live.values--;
    this.context.api.releaseValue(this.pointer);
  }
}
