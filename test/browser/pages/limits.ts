import { encodeSafetensors, openSafetensors, readSafetensors, writeSafetensors } from '@sardonyx/data';
import { jit, readOnnxFile, setThreads, setWebAssemblyUrl, tensor, type Tensor, writeOnnxFile } from '@sardonyx/tensor';
import { blockingProbe } from '../../../packages/tensor/src/runtime/channel-block.js';
import { currentRuntime } from '../../../packages/tensor/src/runtime/current.js';
import type { CompileOptions } from '../../../packages/tensor/src/runtime/runtime.js';
import { offer } from './programs.js';

const told = async (body: () => Promise<unknown>): Promise<string> => {
  try {
    await body();
    return 'done';
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string };
    return `${name} ${code}: ${message}`;
  }
};

offer({
  double: () => told(() => tensor([1, 2]).mul(2).data()),
  compileWith: (options: CompileOptions) => told(() => jit((x: Tensor) => x.mul(2), options)(tensor([1])).data()),
  doubleOnThreads: (threads: number) =>
    told(async () => {
      setThreads(threads);
      return await tensor([1, 2]).mul(2).data();
    }),
  doubleFrom: (url: string) =>
    told(async () => {
      setWebAssemblyUrl(url);
      return await tensor([1, 2]).mul(2).data();
    }),
  files: () =>
    Promise.all(
      [
        () => readOnnxFile('model.onnx'),
        () => writeOnnxFile('model.onnx', {} as never),
        () => readSafetensors('weights.safetensors'),
        () => openSafetensors('weights.safetensors'),
        () => writeSafetensors('weights.safetensors', {}),
        () => readSafetensors(encodeSafetensors({ w: { dtype: 'F32', shape: [1], data: new Float32Array(1) } })),
      ].map(told),
    ),
  /** A convolution's input in the layout of channels in blocks. */
  blockedLayout: () =>
    told(async () => {
      const { model, type } = blockingProbe();
      return await currentRuntime().compile(model, [type], [type]);
    }),
  async squareOfTiny(): Promise<number> {
    return await tensor([1e-20]).square().item();
  },
});
