import { jit, mean, tensor, type Tensor } from '@sardonyx/tensor';
import { currentRuntime } from '../../../packages/tensor/src/runtime/current.js';
import { offer } from './programs.js';

/** Native objects and bytes of WebAssembly's memory, after the garbage of the page was collected. */
export interface MemoryReading {
  readonly sessions: number;
  readonly values: number;
  readonly wasmBytes: number;
}

/** Filled by `recordMemories` before the engine starts. */
const memories = (): readonly { readonly buffer: { readonly byteLength: number } }[] => Reflect.get(globalThis, 'memories') as never;

async function reading(): Promise<MemoryReading> {
  // Finalizers run in tasks of their own after a collection.
  for (let i = 0; i < 5; i++) {
    (Reflect.get(globalThis, 'gc') as () => void)();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { sessions, values } = currentRuntime().live;
  return { sessions, values, wasmBytes: memories().reduce((sum, { buffer }) => sum + buffer.byteLength, 0) };
}

const width = 256;
const wave = (rows: number): Tensor =>
  tensor(
    Float32Array.from({ length: rows * width }, (_, i) => 0.1 * Math.sin(i * i)),
    [rows, width],
  );

const update = (w: Tensor, x: Tensor): { w: Tensor; error: Tensor } => {
  const error = x.matmul(w).sub(x);
  return { w: w.sub(x.transpose().matmul(error).mul(1e-3)), error: mean(error.mul(error)) };
};

offer({
  /** Steps with donated state, read at every hundredth; nothing is disposed by hand but what `jit` holds, at the end. */
  async donated(hundreds: number): Promise<MemoryReading[]> {
    const readings = [await reading()];
    const step = jit(update, { donate: [0] });
    let w = wave(width);
    const x = wave(16);
    for (let i = 1; i <= 100 * hundreds; i++) {
      const result = step(w, x);
      w = result.w;
      await result.error.item();
      if (i % 100 === 0) readings.push(await reading());
    }
    step.dispose();
    w.dispose();
    return readings;
  },

  /** Steps that leave their former state to the collector, 256 KiB each. */
  async abandoned(steps: number): Promise<{ before: MemoryReading; after: MemoryReading }> {
    const step = jit(update);
    const x = wave(16);
    let w = wave(width);
    await step(w, x).error.item();
    const before = await reading();
    for (let i = 0; i < steps; i++) {
      const result = step(w, x);
      w = result.w;
      await result.error.item();
    }
    const after = await reading();
    step.dispose();
    return { before, after };
  },

  /** Functions compiled, used and given up, by hand or to the collector. */
  async compiled({ count, dispose }: { count: number; dispose: boolean }): Promise<{ before: MemoryReading; after: MemoryReading }> {
    const x = wave(1);
    await jit((y: Tensor) => y.add(0.5))(x).data();
    const before = await reading();
    for (let i = 0; i < count; i++) {
      const f = jit((y: Tensor) => y.add(i));
      const result = f(x);
      await result.data();
      if (dispose) f.dispose();
    }
    return { before, after: await reading() };
  },
});
