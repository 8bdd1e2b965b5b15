import type { Tensor } from '../../core/tensor.js';
import { add } from '../../ops/arithmetic.js';
import { conv2d, convTranspose2d } from '../../ops/convolution.js';
import type { Pair } from '../../ops/convolution-geometry.js';
import { mean } from '../../ops/reductions.js';
import { max } from '../../ops/reductions.js';
import { expandDims, reshape, squeeze } from '../../ops/structure.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';

/** Stride, dilation and padding of a window over two axes; over one axis the other has size 1. */
export interface Window {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: readonly [Pair, Pair];
}

const overTwoAxes = (given: readonly number[] | undefined, standard: number): Pair =>
  given === undefined ? [standard, standard] : given.length === 1 ? [1, given[0]!] : [given[0]!, given[1]!];

/** ONNX lists the padding before all axes, then that after all axes; `auto_pad` computes it from the sizes. */
export function windowOf(call: NodeCall, sizes: readonly number[], kernel: readonly number[]): Window {
  const stride = overTwoAxes(call.integers('strides'), 1);
  const dilation = overTwoAxes(call.integers('dilations'), 1);
  const spatialRank = sizes.length;
  const axis = (i: number) => (spatialRank === 1 ? 1 : i);
  const pads = call.integers('pads') ?? new Array<number>(2 * spatialRank).fill(0);
  const automatic = call.text('auto_pad', 'NOTSET');
  const padding: [Pair, Pair] = [
    [0, 0],
    [0, 0],
  ];
  sizes.forEach((size, i) => {
    if (!automatic.startsWith('SAME')) {
      padding[axis(i)] = automatic === 'VALID' ? [0, 0] : [pads[i]!, pads[i + spatialRank]!];
      return;
    }
    const extent = dilation[axis(i)]! * (kernel[i]! - 1) + 1;
    const total = Math.max(0, (Math.ceil(size / stride[axis(i)]!) - 1) * stride[axis(i)]! + extent - size);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    padding[axis(i)] = automatic === 'SAME_UPPER' ? [less, more] : [more, less];
  });
  return { stride, dilation, padding };
}

/** Images [N, C, H, W] as they are; sequences [N, C, L] as images of height 1. */
export function overImages(call: NodeCall, x: Tensor, f: (image: Tensor) => Tensor): Tensor {
  if (x.rank === 4) return f(x);
  if (x.rank === 3) return squeeze(f(expandDims(x, 2)), 2);
  throw call.error(`expected one or two spatial axes, given ${x.rank - 2}`);
}

const withBias = (y: Tensor, bias: Tensor | undefined): Tensor => (bias ? add(y, reshape(bias, [bias.size, 1, 1])) : y);

function convolution(call: NodeCall): Tensor {
  const [x, w] = [call.tensor(0), call.tensor(1)];
  const options = { ...windowOf(call, x.shape.slice(2), w.shape.slice(2)), groups: call.integer('group', 1) };
  const kernel = x.rank === 3 ? expandDims(w, 2) : w;
  return overImages(call, x, (image) => withBias(conv2d(image, kernel, options), call.optionalTensor(2)));
}

function transposedConvolution(call: NodeCall): Tensor {
  const [x, w] = [call.tensor(0), call.tensor(1)];
  const sequence = x.rank === 3;
  const window = windowOf(call, x.shape.slice(2), w.shape.slice(2));
  const outputPadding = overTwoAxes(call.integers('output_padding'), 0);
  const options = {
    ...window,
    groups: call.integer('group', 1),
    outputPadding: (sequence ? [0, outputPadding[1]] : outputPadding) as Pair,
  };
  const kernel = sequence ? expandDims(w, 2) : w;
  return overImages(call, x, (image) => withBias(convTranspose2d(image, kernel, options), call.optionalTensor(2)));
}

const spatialAxes = (x: Tensor): number[] => x.shape.map((_, axis) => axis).slice(2);

export const convolutionOperators: OperatorTable = {
  Conv: { trace: convolution },
  ConvTranspose: {
    trace: transposedConvolution,
    refuses: ({ attributes = {} }) =>
      'output_shape' in attributes || (attributes['auto_pad']?.kind === 'string' && attributes['auto_pad'].value.startsWith('SAME'))
        ? 'padding computed from an output shape is not translated; expected pads'
        : undefined,
  },
  GlobalAveragePool: { trace: (call) => mean(call.tensor(0), spatialAxes(call.tensor(0)), { keepDims: true }) },
  GlobalMaxPool: { trace: (call) => max(call.tensor(0), spatialAxes(call.tensor(0)), { keepDims: true }) },
};
