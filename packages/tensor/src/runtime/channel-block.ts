import type { TensorType } from '../core/tensor.js';
import { GraphBuilder } from '../lowering/builder.js';
import { encodeModel } from '../onnx/protobuf.js';

/* How ONNX Runtime blocks channels on this machine: a question only its own reordering operator can answer. */

/** More channels than any block has, two pixels each. */
const type: TensorType = { dtype: 'float32', shape: [1, 32, 1, 2] };

/** A model that brings its input into the blocked layout; reading, it needs the kernels of `com.microsoft.nchwc`. */
export function blockingProbe(): { model: Uint8Array; type: TensorType; elements: Float32Array } {
  const builder = new GraphBuilder();
  const output = builder.emit('ReorderInput', ['i0'], { channels_last: 0 }, 'com.microsoft.nchwc');
  const info = (name: string) => ({ name, elementType: 'float' as const, shape: type.shape });
  const model = encodeModel({
    irVersion: 11,
    opsets: [
      { domain: '', version: 23 },
      { domain: 'com.microsoft.nchwc', version: 1 },
    ],
    producerName: 'sardonyx',
    graph: {
      name: 'probe',
      inputs: [info('i0')],
      outputs: [info('o0')],
      nodes: builder.nodes.map((node) => ({
        ...node,
        outputs: node.outputs.map((name) => (name === output ? 'o0' : name)),
      })),
      initializers: [],
    },
  });
  return { model, type, elements: Float32Array.from({ length: 64 }, (_, i) => i) };
}

/** The block's size, from where the first channel's second pixel (element 1) came to lie: behind one whole block. */
export const blockOfProbe = (reordered: ArrayLike<number>): number => Array.from(reordered).indexOf(1);
