import * as ort from 'onnxruntime-node';
import { encodeModel, type OnnxModel, type Tensor, type TypedArray } from '../../src/index.js';

/** Elements and shape of an output of ONNX Runtime. */
export interface PeerTensor {
  readonly shape: readonly number[];
  readonly elements: TypedArray;
}

/** Runs a model in ONNX Runtime through its own JavaScript binding. */
export async function runInOnnxRuntime(model: OnnxModel, inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, PeerTensor>> {
  // Without graph optimizations, so that every operator is computed as it is written.
  const session = await ort.InferenceSession.create(encodeModel(model), { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  const feeds: Record<string, ort.Tensor> = {};
  for (const [name, x] of Object.entries(inputs)) {
    feeds[name] = new ort.Tensor(x.dtype as 'float32', (await x.data()) as Float32Array, x.shape);
  }
  const outputs = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { dims, data }]) => [name, { shape: dims, elements: data as TypedArray }]));
}
