import type { Tensor } from '../../core/tensor.js';
import { avgPool2d } from '../../ops/average-pooling.js';
import { add, mul } from '../../ops/arithmetic.js';
import { argMaxPool2d, maxPool2d } from '../../ops/max-pooling.js';
import { pad } from '../../ops/pad.js';
import { arange } from '../../ops/sequence.js';
import { reshape } from '../../ops/structure.js';
import { Constant } from '../constant.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';
import { overImages, type Window, windowOf } from './convolution.js';

/** A window with its kernel, over rows and columns. */
interface PoolingWindow extends Window {
  readonly kernel: readonly [number, number];
  /** Rows and columns that a last, partial window needs after the padding (`ceil_mode`). */
  readonly beyond: readonly [number, number];
}

function poolingWindow(call: NodeCall, x: Tensor): PoolingWindow {
  const given = call.requiredIntegers('kernel_shape');
  const sizes = x.shape.slice(2);
  const window = windowOf(call, sizes, given);
  const kernel = (given.length === 1 ? [1, given[0]!] : given) as [number, number];
  const size = sizes.length === 1 ? [1, sizes[0]!] : sizes;
  const isCeil = call.integer('ceil_mode', 0) === 1;
  const beyond = ([0, 1] as const).map((axis) => {
    const [before, after] = window.padding[axis];
    const [stride, padded] = [window.stride[axis], size[axis]! + before + after];
    const extent = window.dilation[axis] * (kernel[axis] - 1) + 1;
    const last = Math.ceil((padded - extent) / stride) * stride;
    // A window that would begin in the padding after the image does not count.
    return isCeil && last < size[axis]! + before ? Math.max(0, last + extent - padded) : 0;
  }) as [number, number];
  return { ...window, kernel, beyond };
}

const around = ({ padding, beyond }: PoolingWindow) =>
  padding.map(([before, after], axis) => [before, after + beyond[axis]!] as const) as [
    readonly [number, number],
    readonly [number, number],
  ];

/** Pooling pads by at most half a kernel; more, as partial windows need, is added before. */
function maximumOfWindows(call: NodeCall): Tensor[] {
  const x = call.tensor(0);
  const window = poolingWindow(call, x);
  const { stride, dilation, kernel, padding } = window;
  const maxima = overImages(call, x, (image) => {
    if (window.beyond.every((n) => n === 0)) return maxPool2d(image, kernel, { stride, dilation, padding });
    const padded = pad(image, [[0, 0], [0, 0], ...around(window)], { value: -Infinity });
    return maxPool2d(padded, kernel, { stride, dilation });
  });
  return call.wants(1) ? [maxima, positionsOfMaxima(call, x, window)] : [maxima];
}

/** ONNX counts through all images and channels. */
function positionsOfMaxima(call: NodeCall, x: Tensor, { stride, dilation, kernel, padding }: PoolingWindow): Tensor {
  const [images, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const pixels = sizes.reduce((product, n) => product * n, 1);
  return overImages(call, x, (image) => {
    const before = reshape(arange(0, images * channels * pixels, pixels, { dtype: 'int64' }), [images, channels, 1, 1]);
    return add(argMaxPool2d(image, kernel, { stride, dilation, padding }), before);
  });
}

function meanOfWindows(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const window = poolingWindow(call, x);
  const { stride, kernel } = window;
  const countIncludePad = call.integer('count_include_pad', 0) === 1;
  return overImages(call, x, (image) => {
    if (window.beyond.every((n) => n === 0)) return avgPool2d(image, kernel, { stride, padding: window.padding, countIncludePad });
    const means = avgPool2d(pad(image, [[0, 0], [0, 0], ...around(window)]), kernel, { stride });
    return mul(means, shareCounted(image, means, window, countIncludePad));
  });
}

/** Kernel size over the number of elements that count, for each window: room beyond the padding never counts. */
function shareCounted(image: Tensor, means: Tensor, window: PoolingWindow, countIncludePad: boolean): Tensor {
  const counted = ([0, 1] as const).map((axis) => {
    const [before, after] = window.padding[axis];
    const [first, end] = countIncludePad ? [0, before + image.shape[axis + 2]! + after] : [before, before + image.shape[axis + 2]!];
    return Array.from({ length: means.shape[axis + 2]! }, (_, i) => {
      const start = i * window.stride[axis];
      return Math.min(start + window.kernel[axis], end) - Math.max(start, first);
    });
  });
  const area = window.kernel[0] * window.kernel[1];
  const factors = counted[0]!.flatMap((rows) => counted[1]!.map((columns) => area / (rows * columns)));
  return Constant.of(image.dtype, means.shape.slice(2), factors).tensor();
}

export const poolingOperators: OperatorTable = {
  MaxPool: {
    trace: maximumOfWindows,
    refuses({ outputs, attributes = {} }) {
      const odd = ['storage_order', 'ceil_mode'].find((name) => attributes[name]?.kind === 'int' && Number(attributes[name].value) === 1);
      return outputs[1] && odd ? `positions as an output together with ${odd} are not translated` : undefined;
    },
  },
  AveragePool: {
    trace: meanOfWindows,
    refuses({ attributes }) {
      const dilations = attributes?.['dilations'];
      return dilations?.kind === 'ints' && dilations.value.some((n) => Number(n) !== 1) ? 'dilated windows are not translated' : undefined;
    },
  },
};
