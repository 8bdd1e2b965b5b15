import { Tensor, type TensorType, type TypedArray } from '../../src/index.js';
import { dtypes } from '../../src/core/dtype.js';
import { leavesOf } from '../../src/core/graph.js';
import { sizeOf } from '../../src/core/shape.js';
import { lowerGraph } from '../../src/lowering/lower.js';
import { prepareGraph } from '../../src/lowering/prepare.js';
import { encodeModel } from '../../src/onnx/protobuf.js';
import { openCApiRuntime } from '../../src/runtime/c-api/c-api-runtime.js';
import { openNodeBindingRuntime } from '../../src/runtime/node-binding/node-binding-runtime.js';
import type { CompileOptions, Executable, Runtime } from '../../src/runtime/runtime.js';
import { Storage } from '../../src/runtime/storage.js';
import { openWebRuntime } from '../../src/runtime/web/web-runtime.js';
import { webAssemblyUrl } from './web-assembly-file.js';

/** A way to run models, with what it promises beyond the common interface. */
export interface RuntimeRow {
  readonly name: string;
  readonly open: () => Runtime;
  readonly options: CompileOptions;
  /** Runs leave the event loop free. */
  readonly runsElsewhere: boolean;
}

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
/** One environment a process: ONNX Runtime's is global. */
const cApi = once(() => openCApiRuntime({ threads: 1 }));
const nodeBinding = once(() => openNodeBindingRuntime({ threads: 1 }));
/** Node has WebAssembly too; the browsers' tests run the same in browsers. */
const web = once(() => openWebRuntime({ threads: 1, webAssemblyUrl: webAssemblyUrl() }).runtime);

export const runtimes: readonly RuntimeRow[] = [
  { name: 'c-api', open: cApi, options: {}, runsElsewhere: true },
  { name: 'node-binding', open: nodeBinding, options: {}, runsElsewhere: false },
  { name: 'web', open: web, options: {}, runsElsewhere: false },
];

/** Compiles a function of tensors of the given types, all of which it must use. */
export async function compileFunction(
  row: RuntimeRow,
  types: readonly TensorType[],
  f: (...inputs: Tensor[]) => readonly Tensor[],
): Promise<Executable> {
  const runtime = row.open();
  const inputs = types.map(({ dtype, shape }, i) => new Tensor(dtype, shape, { kind: 'parameter', name: `x${i}` }));
  const outputs = prepareGraph(f(...inputs));
  if (leavesOf(outputs).length !== inputs.length) throw new Error('an input is not used');
  return await runtime.compile(
    encodeModel(lowerGraph(inputs, outputs, runtime.target)),
    types,
    outputs.map(({ dtype, shape }) => ({ dtype, shape })),
    row.options,
  );
}

const sentinel = 0xa5;
const guardBytes = 128;

/** A buffer with sentinel bytes before and after it, over which no run may write. */
export interface Guarded {
  readonly storage: Storage;
  /** Places among the guard bytes that were written, in bytes from the buffer's start. */
  damage(): number[];
}

export function guarded(type: TensorType): Guarded {
  const { array: TypedArray, bytes } = dtypes[type.dtype];
  const length = sizeOf(type.shape);
  const buffer = new ArrayBuffer(length * bytes + 2 * guardBytes);
  const all = new Uint8Array(buffer).fill(sentinel);
  const array = new TypedArray(buffer, guardBytes, length);
  return {
    storage: new Storage(type.dtype, type.shape, array),
    damage: () =>
      [...all.keys()]
        .filter((i) => i < guardBytes || i >= guardBytes + array.byteLength)
        .filter((i) => all[i] !== sentinel)
        .map((i) => i - guardBytes),
  };
}

/** A guarded buffer with the given elements. */
export function guardedOf(type: TensorType, elements: readonly number[]): Guarded {
  const made = guarded(type);
  const { isBigInt } = dtypes[type.dtype];
  elements.forEach((x, i) => {
    made.storage.array[i] = isBigInt ? BigInt(x) : x;
  });
  return made;
}

export const numbersOf = ({ array }: { array: TypedArray }): number[] => Array.from(array as ArrayLike<number | bigint>, Number);
