import { dtypes } from '../../core/dtype.js';
import { formatType } from '../../core/errors.js';
import { elementTypeCode } from '../../onnx/element-types.js';
import type { NativeHandle, Storage } from '../storage.js';
import { type Context, create } from './context.js';
import type { Pointer } from './library.js';

/** Releases native values whose owner was collected without `release`: the safety net, not the rule. */
const abandoned = new FinalizationRegistry<() => void>((release) => release());

/** An `OrtValue` that is ours to release. */
export class NativeValue implements NativeHandle {
  private released = false;

  constructor(
    protected readonly context: Context,
    readonly pointer: Pointer,
    /** Memory of ours that the value stands for: kept alive with it. */
    readonly buffer?: ArrayBufferView,
  ) {
    const { api, live } = context;
    live.values++;
    const release = () => {
      live.values--;
      api.releaseValue(pointer);
    };
    abandoned.register(this, release, this);
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    abandoned.unregister(this);
    this.context.live.values--;
    this.context.api.releaseValue(this.pointer);
  }
}

/** The value over a storage's buffer, made on first use. */
export function hostValue(context: Context, storage: Storage): NativeValue {
  if (storage.native instanceof NativeValue) return storage.native;
  const made = new NativeValue(context, createOverBuffer(context, storage), storage.array);
  storage.native = made;
  return made;
}

function createOverBuffer({ api, check, memoryInfo }: Context, { dtype, shape, array }: Storage): Pointer {
  const dims = BigInt64Array.from(shape, BigInt);
  const code = elementTypeCode(dtypes[dtype].onnx);
  return create((out) =>
    check(
      api.createTensorWithDataAsOrtValue(memoryInfo, array, array.byteLength, dims, dims.length, code, out),
      `a value ${formatType(dtype, shape)}`,
    ),
  );
}
