import {
  conv1d,
  type Conv1dOptions,
  conv2d,
  type ConvOptions,
  convTranspose1d,
  convTranspose2d,
  type ConvTransposeOptions,
} from '../../../src/index.js';
import type { HostArray, OpCase, Suite } from '../case.js';
import { build, indicesOf } from '../reference.js';

interface Sizes {
  readonly stride: readonly number[];
  /** Zeros before the first row and column. */
  readonly before: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Every triple (element of x, of w, of y) that a convolution brings together, by its definition. */
function* meetings(x: readonly number[], w: readonly number[], y: readonly number[], { stride, before, dilation, groups }: Sizes) {
  for (const [n, o, i, j] of indicesOf(y) as Generator<[number, number, number, number]>) {
    for (const [c, k, l] of indicesOf(w.slice(1)) as Generator<[number, number, number]>) {
      const row = i * stride[0]! + k * dilation[0]! - before[0]!;
      const column = j * stride[1]! + l * dilation[1]! - before[1]!;
      if (row < 0 || column < 0 || row >= x[2]! || column >= x[3]!) continue;
      const group = Math.floor(o / (y[1]! / groups));
      yield { x: [n, group * w[1]! + c, row, column], w: [o, c, k, l], y: [n, o, i, j] };
    }
  }
}

const flat = (shape: readonly number[], index: readonly number[]): number => shape.reduce((total, n, axis) => total * n + index[axis]!, 0);

export function convolve(x: HostArray, w: HostArray, outputSize: readonly number[], sizes: Sizes): HostArray {
  const y = build(x.dtype, [x.shape[0]!, w.shape[0]!, ...outputSize], () => 0);
  const data = [...y.data];
  for (const m of meetings(x.shape, w.shape, y.shape, sizes)) {
    data[flat(y.shape, m.y)]! += x.data[flat(x.shape, m.x)]! * w.data[flat(w.shape, m.w)]!;
  }
  return { ...y, data };
}

export function scatter(y: HostArray, w: HostArray, inputSize: readonly number[], sizes: Sizes): HostArray {
  const x = build(y.dtype, [y.shape[0]!, w.shape[1]! * sizes.groups, ...inputSize], () => 0);
  const data = [...x.data];
  for (const m of meetings(x.shape, w.shape, y.shape, sizes)) {
    data[flat(x.shape, m.x)]! += y.data[flat(y.shape, m.y)]! * w.data[flat(w.shape, m.w)]!;
  }
  return { ...x, data };
}

const plain: Sizes = { stride: [1, 1], before: [0, 0], dilation: [1, 1], groups: 1 };

/** Sums of a few hundred products in float32, in an order of the kernel's own: errors grow with the terms' number. */
const longSums = 2e-5;

const forward = (
  what: string,
  [x, w]: readonly [readonly number[], readonly number[]],
  options: ConvOptions,
  outputSize: readonly number[],
  sizes: Partial<Sizes>,
  more: Partial<OpCase> = {},
): OpCase => ({
  name: `conv2d ${what}`,
  inputs: [{ shape: x }, { shape: w }],
  call: (a, b) => conv2d(a, b, options),
  reference: (a, b) => convolve(a, b, outputSize, { ...plain, ...sizes }),
  alsoIn: ['float64'],
  ...more,
});

const transposed = (
  what: string,
  [x, w]: readonly [readonly number[], readonly number[]],
  options: ConvTransposeOptions,
  outputSize: readonly number[],
  sizes: Partial<Sizes>,
): OpCase => ({
  name: `convTranspose2d ${what}`,
  inputs: [{ shape: x }, { shape: w }],
  call: (a, b) => convTranspose2d(a, b, options),
  reference: (a, b) => scatter(a, b, outputSize, { ...plain, ...sizes }),
  alsoIn: ['float64'],
});

const line = (
  what: string,
  [x, w]: readonly [readonly number[], readonly number[]],
  options: Conv1dOptions,
  length: number,
  sizes: Partial<Sizes>,
): OpCase => ({
  name: `conv1d ${what}`,
  inputs: [{ shape: x }, { shape: w }],
  call: (a, b) => conv1d(a, b, options),
  reference: (a, b) => {
    const asImage = (t: HostArray) => ({ ...t, shape: [t.shape[0]!, t.shape[1]!, 1, t.shape[2]!] });
    const y = convolve(asImage(a), asImage(b), [1, length], { ...plain, ...sizes });
    return { ...y, shape: [y.shape[0]!, y.shape[1]!, length] };
  },
});

export const convolution: Suite = {
  family: 'convolution',
  cases: [
    forward(
      'plain',
      [
        [2, 3, 5, 6],
        [4, 3, 3, 2],
      ],
      {},
      [3, 5],
      {},
    ),
    forward(
      '1×1',
      [
        [2, 3, 4, 4],
        [2, 3, 1, 1],
      ],
      {},
      [4, 4],
      {},
    ),
    forward(
      'with same padding',
      [
        [1, 2, 5, 4],
        [2, 2, 3, 3],
      ],
      { padding: 'same' },
      [5, 4],
      { before: [1, 1] },
    ),
    forward(
      'with same padding of an even kernel',
      [
        [1, 2, 5, 4],
        [2, 2, 4, 2],
      ],
      { padding: 'same' },
      [5, 4],
      { before: [1, 0] },
    ),
    forward(
      'with same padding and a stride',
      [
        [1, 2, 6, 5],
        [2, 2, 3, 3],
      ],
      { padding: 'same', stride: 2 },
      [3, 3],
      { before: [0, 1], stride: [2, 2] },
    ),
    forward(
      'with a padding for each side',
      [
        [1, 2, 4, 5],
        [2, 2, 3, 3],
      ],
      {
        padding: [
          [2, 0],
          [1, 3],
        ],
      },
      [4, 7],
      { before: [2, 1] },
    ),
    forward(
      'with more padding than the kernel reaches',
      [
        [1, 2, 3, 3],
        [2, 2, 1, 2],
      ],
      { padding: 2 },
      [7, 6],
      { before: [2, 2] },
    ),
    forward(
      'with a stride that leaves rows over',
      [
        [2, 2, 8, 7],
        [3, 2, 3, 2],
      ],
      { stride: [3, 2] },
      [2, 3],
      { stride: [3, 2] },
    ),
    forward(
      'with a stride larger than the kernel',
      [
        [1, 2, 7, 8],
        [2, 2, 1, 2],
      ],
      { stride: 3 },
      [3, 3],
      { stride: [3, 3] },
    ),
    forward(
      'with dilation',
      [
        [1, 2, 7, 8],
        [2, 2, 3, 2],
      ],
      { dilation: [2, 3] },
      [3, 5],
      { dilation: [2, 3] },
    ),
    forward(
      'with stride and dilation',
      [
        [1, 2, 9, 9],
        [2, 2, 3, 3],
      ],
      { stride: 2, dilation: 2, padding: 1 },
      [4, 4],
      { stride: [2, 2], dilation: [2, 2], before: [1, 1] },
    ),
    forward(
      'in groups',
      [
        [2, 4, 4, 4],
        [6, 2, 3, 3],
      ],
      { groups: 2, padding: 1 },
      [4, 4],
      { groups: 2, before: [1, 1] },
    ),
    forward(
      'in groups with a stride',
      [
        [2, 4, 5, 4],
        [2, 2, 2, 2],
      ],
      { groups: 2, stride: 2 },
      [2, 2],
      { groups: 2, stride: [2, 2] },
    ),
    forward(
      'depthwise',
      [
        [2, 3, 4, 5],
        [3, 1, 3, 3],
      ],
      { groups: 3, padding: 1 },
      [4, 5],
      { groups: 3, before: [1, 1] },
    ),
    forward(
      'depthwise with two outputs a channel',
      [
        [1, 3, 4, 4],
        [6, 1, 2, 2],
      ],
      { groups: 3 },
      [3, 3],
      { groups: 3 },
    ),
    forward(
      'of sixteen channels, few pixels',
      [
        [2, 16, 4, 4],
        [16, 16, 3, 3],
      ],
      { padding: 1 },
      [4, 4],
      { before: [1, 1] },
      { tolerance: longSums },
    ),
    forward(
      'of blocks of channels',
      [
        [1, 16, 24, 23],
        [8, 16, 3, 3],
      ],
      { padding: 1 },
      [24, 23],
      { before: [1, 1] },
      { tolerance: longSums, gradient: [], vmap: false },
    ),
    forward(
      'in groups of blocks',
      [
        [1, 32, 24, 23],
        [32, 16, 1, 2],
      ],
      { groups: 2 },
      [24, 22],
      { groups: 2 },
      { tolerance: longSums, gradient: [], vmap: false },
    ),
    forward(
      'depthwise of blocks',
      [
        [1, 32, 7, 6],
        [32, 1, 3, 3],
      ],
      { groups: 32, padding: 1, stride: 2 },
      [4, 3],
      { groups: 32, before: [1, 1], stride: [2, 2] },
    ),
    forward(
      'of no images',
      [
        [0, 2, 4, 4],
        [3, 2, 3, 3],
      ],
      {},
      [2, 2],
      {},
      { gradient: [] },
    ),
    forward(
      'of no channels',
      [
        [2, 0, 4, 4],
        [3, 0, 3, 3],
      ],
      {},
      [2, 2],
      {},
      { gradient: [] },
    ),
    transposed(
      'plain',
      [
        [2, 3, 3, 4],
        [3, 2, 3, 2],
      ],
      {},
      [5, 5],
      {},
    ),
    transposed(
      'with stride, padding and outputPadding',
      [
        [2, 2, 3, 4],
        [2, 3, 3, 3],
      ],
      { stride: 2, padding: 1, outputPadding: [1, 0] },
      [6, 7],
      { stride: [2, 2], before: [1, 1] },
    ),
    transposed(
      'with a stride larger than the kernel',
      [
        [1, 2, 2, 3],
        [2, 2, 1, 2],
      ],
      { stride: 3, outputPadding: 1 },
      [5, 9],
      { stride: [3, 3] },
    ),
    transposed(
      'with dilation',
      [
        [1, 2, 3, 3],
        [2, 2, 2, 3],
      ],
      {
        dilation: [3, 2],
        padding: [
          [1, 0],
          [2, 1],
        ],
      },
      [5, 4],
      { dilation: [3, 2], before: [1, 2] },
    ),
    transposed(
      'in groups with stride and dilation',
      [
        [1, 4, 3, 2],
        [4, 3, 2, 2],
      ],
      { groups: 2, stride: [2, 3], dilation: 2, outputPadding: [0, 2] },
      [7, 8],
      { groups: 2, stride: [2, 3], dilation: [2, 2] },
    ),
    transposed(
      'depthwise',
      [
        [2, 3, 3, 3],
        [3, 1, 4, 4],
      ],
      { groups: 3, stride: 2, padding: 1 },
      [6, 6],
      { groups: 3, stride: [2, 2], before: [1, 1] },
    ),
    line(
      'with padding',
      [
        [2, 3, 6],
        [2, 3, 3],
      ],
      { padding: 1 },
      6,
      { before: [0, 1] },
    ),
    line(
      'causal',
      [
        [2, 4, 6],
        [4, 1, 3],
      ],
      { padding: [2, 0], groups: 4 },
      6,
      { before: [0, 2], groups: 4 },
    ),
    line(
      'same, with stride and dilation',
      [
        [1, 2, 7],
        [2, 2, 3],
      ],
      { padding: 'same', stride: 2, dilation: 2 },
      4,
      { before: [0, 2], stride: [1, 2], dilation: [1, 2] },
    ),
    {
      name: 'convTranspose1d with stride and outputPadding',
      inputs: [{ shape: [2, 3, 4] }, { shape: [3, 2, 3] }],
      call: (a, b) => convTranspose1d(a, b, { stride: 2, padding: 1, outputPadding: 1 }),
      reference: (a, b) => {
        const asImage = (t: HostArray) => ({ ...t, shape: [t.shape[0]!, t.shape[1]!, 1, t.shape[2]!] });
        const x = scatter(asImage(a), asImage(b), [1, 8], { ...plain, stride: [1, 2], before: [0, 1] });
        return { ...x, shape: [2, 2, 8] };
      },
    },
  ],
  bad: [
    {
      name: 'conv2d of other channels',
      inputs: [{ shape: [1, 3, 4, 4] }, { shape: [2, 2, 3, 3] }],
      call: (x, w) => conv2d(x!, w!),
      error: 'ShapeError',
      says: ['[1, 3, 4, 4]', '[2, 2, 3, 3]', '3 channels'],
    },
    {
      name: 'conv2d of outputs that groups do not divide',
      inputs: [{ shape: [1, 4, 4, 4] }, { shape: [3, 2, 3, 3] }],
      call: (x, w) => conv2d(x!, w!, { groups: 2 }),
      error: 'ShapeError',
      says: ['2 groups', '[3, 2, 3, 3]'],
    },
    {
      name: 'conv2d of a kernel that does not fit',
      inputs: [{ shape: [1, 1, 4, 4] }, { shape: [1, 1, 5, 3] }],
      call: (x, w) => conv2d(x!, w!),
      error: 'ShapeError',
      says: ['[5, 3]', '[4, 4]'],
    },
    {
      name: 'conv2d of an image without a batch axis',
      inputs: [{ shape: [3, 4, 4] }, { shape: [2, 3, 3, 3] }],
      call: (x, w) => conv2d(x!, w!),
      error: 'ShapeError',
      says: ['[3, 4, 4]', 'N, C, H, W'],
    },
    {
      name: 'conv2d with half a stride',
      inputs: [{ shape: [1, 1, 4, 4] }, { shape: [1, 1, 3, 3] }],
      call: (x, w) => conv2d(x!, w!, { stride: 0.5 }),
      error: 'ShapeError',
      says: ['stride', '0.5'],
    },
    {
      name: 'conv2d with negative padding',
      inputs: [{ shape: [1, 1, 4, 4] }, { shape: [1, 1, 3, 3] }],
      call: (x, w) =>
        conv2d(x!, w!, {
          padding: [
            [1, -1],
            [0, 0],
          ],
        }),
      error: 'ShapeError',
      says: ['padding', '-1'],
    },
    {
      name: 'conv2d in no groups',
      inputs: [{ shape: [1, 1, 4, 4] }, { shape: [1, 1, 3, 3] }],
      call: (x, w) => conv2d(x!, w!, { groups: 0 }),
      error: 'ShapeError',
      says: ['groups', '0'],
    },
    {
      name: 'conv2d of two dtypes',
      inputs: [{ shape: [1, 1, 4, 4] }, { shape: [1, 1, 3, 3], dtype: 'float64' }],
      call: (x, w) => conv2d(x!, w!),
      error: 'DTypeError',
      says: ['float32', 'float64'],
    },
    {
      name: 'conv2d of integers',
      inputs: [
        { shape: [1, 1, 4, 4], dtype: 'int32' },
        { shape: [1, 1, 3, 3], dtype: 'int32' },
      ],
      call: (x, w) => conv2d(x!, w!),
      error: 'DTypeError',
      says: ['int32'],
    },
    {
      name: 'convTranspose2d of other channels',
      inputs: [{ shape: [1, 3, 4, 4] }, { shape: [2, 2, 3, 3] }],
      call: (x, w) => convTranspose2d(x!, w!),
      error: 'ShapeError',
      says: ['3 channels', '[2, 2, 3, 3]'],
    },
    {
      name: 'convTranspose2d with outputPadding of a stride',
      inputs: [{ shape: [1, 2, 4, 4] }, { shape: [2, 2, 3, 3] }],
      call: (x, w) => convTranspose2d(x!, w!, { stride: 2, outputPadding: 2 }),
      error: 'ShapeError',
      says: ['outputPadding', 'stride'],
    },
    {
      name: 'conv1d of an image',
      inputs: [{ shape: [1, 1, 4, 4] }, { shape: [1, 1, 3] }],
      call: (x, w) => conv1d(x!, w!),
      error: 'ShapeError',
      says: ['N, C, L'],
    },
    {
      name: 'conv1d of other channels',
      inputs: [{ shape: [1, 3, 4] }, { shape: [2, 2, 3] }],
      call: (x, w) => conv1d(x!, w!),
      error: 'ShapeError',
      says: ['3 channels'],
    },
    {
      name: 'conv1d of a kernel that does not fit',
      inputs: [{ shape: [1, 1, 4] }, { shape: [1, 1, 5] }],
      call: (x, w) => conv1d(x!, w!),
      error: 'ShapeError',
      says: ['5', '4'],
    },
    {
      name: 'convTranspose1d of a kernel without groups',
      inputs: [{ shape: [1, 1, 4] }, { shape: [1, 3] }],
      call: (x, w) => convTranspose1d(x!, w!),
      error: 'ShapeError',
      says: ['[1, 3]'],
    },
  ],
};
