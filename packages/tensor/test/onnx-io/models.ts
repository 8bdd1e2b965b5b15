import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, Tensor } from '../../src/index.js';

/* Small models written down as data. */

export const named = (name: string, tensor: OnnxTensor): OnnxTensor => ({ ...tensor, name });
export const node = (
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ opType, inputs, outputs, attributes });
export const port = (name: string, elementType: 'float' | 'int64' | 'bool', shape?: readonly (number | string | undefined)[]) => ({
  name,
  elementType,
  shape,
});

export function modelOf(graph: Partial<OnnxGraph>, more: Partial<OnnxModel> = {}): OnnxModel {
  return {
    irVersion: 8,
    opsets: [{ domain: '', version: 18 }],
    graph: { name: 'test', nodes: [], inputs: [], outputs: [], initializers: [], ...graph },
    ...more,
  };
}

export const values = async (x: Tensor | undefined) => Array.from((await x!.data()) as ArrayLike<number>, Number);
