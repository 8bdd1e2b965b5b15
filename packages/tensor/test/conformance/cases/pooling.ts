import { adaptiveAvgPool1d, adaptiveAvgPool2d, avgPool1d, avgPool2d, globalAvgPool2d, maxPool1d, maxPool2d } from '../../../src/index.js';
import type { HostArray, OpCase, Suite } from '../case.js';
import { at, build, sumOf } from '../reference.js';

interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly before?: readonly [number, number];
  readonly after?: readonly [number, number];
  readonly dilation?: readonly [number, number];
}

/** The elements of every window, `undefined` where it lies in the padding, made into one by `f`. */
const pooled =
  (
    { kernel, stride = kernel, before = [0, 0], after = before, dilation = [1, 1] }: Windows,
    f: (window: (number | undefined)[]) => number,
  ) =>
  (x: HostArray): HostArray => {
    const size = [0, 1].map((axis) => {
      const room = x.shape[axis + 2]! + before[axis]! + after[axis]! - dilation[axis]! * (kernel[axis]! - 1) - 1;
      return Math.floor(room / stride[axis]!) + 1;
    });
    return build(x.dtype, [x.shape[0]!, x.shape[1]!, ...size], ([n, c, i, j]) => {
      const window: (number | undefined)[] = [];
      for (let k = 0; k < kernel[0]; k++) {
        for (let l = 0; l < kernel[1]; l++) {
          const row = i! * stride[0] + k * dilation[0] - before[0];
          const column = j! * stride[1] + l * dilation[1] - before[1];
          const inside = row >= 0 && column >= 0 && row < x.shape[2]! && column < x.shape[3]!;
          window.push(inside ? at(x, [n!, c!, row, column]) : undefined);
        }
      }
      return f(window);
    });
  };

const inside = (window: readonly (number | undefined)[]): number[] => window.filter((x) => x !== undefined);
const largest = (window: readonly (number | undefined)[]) => Math.max(...inside(window));
const meanWithPadding = (window: readonly (number | undefined)[]) => sumOf(inside(window)) / window.length;
const meanInside = (window: readonly (number | undefined)[]) => sumOf(inside(window)) / inside(window).length;

/** A reference for images as one for lines. */
const onLines =
  (reference: (x: HostArray) => HostArray) =>
  (x: HostArray): HostArray => {
    const y = reference({ ...x, shape: [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!] });
    return { ...y, shape: [y.shape[0]!, y.shape[1]!, y.shape[3]!] };
  };

/** Means over region i of h: rows from ⌊iH/h⌋ up to, not including, ⌈(i + 1)H/h⌉. */
const regions =
  (size: readonly [number, number]) =>
  (x: HostArray): HostArray =>
    build(x.dtype, [x.shape[0]!, x.shape[1]!, ...size], ([n, c, i, j]) => {
      const elements: number[] = [];
      const [height, width] = x.shape.slice(2) as [number, number];
      for (let row = Math.floor((i! * height) / size[0]); row < Math.ceil(((i! + 1) * height) / size[0]); row++) {
        for (let column = Math.floor((j! * width) / size[1]); column < Math.ceil(((j! + 1) * width) / size[1]); column++) {
          elements.push(at(x, [n!, c!, row, column]));
        }
      }
      return sumOf(elements) / elements.length;
    });

const poolCase = (name: string, shape: readonly number[], call: OpCase['call'], reference: (x: HostArray) => HostArray): OpCase => ({
  name,
  inputs: [{ shape, draw: name.startsWith('max') ? 'distinct' : 'normal' }],
  call,
  reference,
  alsoIn: ['float64'],
});

export const pooling: Suite = {
  family: 'pooling',
  cases: [
    poolCase('maxPool2d', [2, 3, 4, 6], (x) => maxPool2d(x, 2), pooled({ kernel: [2, 2] }, largest)),
    poolCase(
      'maxPool2d of overlapping windows with padding',
      [2, 2, 6, 5],
      (x) => maxPool2d(x, 3, { stride: 2, padding: 1 }),
      pooled({ kernel: [3, 3], stride: [2, 2], before: [1, 1] }, largest),
    ),
    poolCase(
      'maxPool2d with a padding for each side',
      [1, 2, 4, 4],
      (x) =>
        maxPool2d(x, [2, 3], {
          stride: [1, 2],
          padding: [
            [1, 0],
            [0, 1],
          ],
        }),
      pooled({ kernel: [2, 3], stride: [1, 2], before: [1, 0], after: [0, 1] }, largest),
    ),
    poolCase(
      'maxPool2d same',
      [1, 2, 5, 4],
      (x) => maxPool2d(x, 2, { stride: 1, padding: 'same' }),
      pooled({ kernel: [2, 2], stride: [1, 1], before: [0, 0], after: [1, 1] }, largest),
    ),
    poolCase(
      'maxPool2d with dilation',
      [1, 2, 6, 7],
      (x) => maxPool2d(x, 2, { dilation: [2, 3], stride: 1 }),
      pooled({ kernel: [2, 2], stride: [1, 1], dilation: [2, 3] }, largest),
    ),
    poolCase(
      'maxPool2d that leaves rows over',
      [2, 1, 5, 7],
      (x) => maxPool2d(x, 2, { stride: 3 }),
      pooled({ kernel: [2, 2], stride: [3, 3] }, largest),
    ),
    { ...poolCase('maxPool2d of no images', [0, 2, 4, 4], (x) => maxPool2d(x, 2), pooled({ kernel: [2, 2] }, largest)), gradient: [] },
    poolCase(
      'maxPool1d',
      [2, 3, 7],
      (x) => maxPool1d(x, 3, { stride: 2, padding: 1 }),
      onLines(pooled({ kernel: [1, 3], stride: [1, 2], before: [0, 1] }, largest)),
    ),
    poolCase(
      'maxPool1d with dilation',
      [2, 2, 7],
      (x) => maxPool1d(x, 2, { stride: 1, dilation: 3 }),
      onLines(pooled({ kernel: [1, 2], stride: [1, 1], dilation: [1, 3] }, largest)),
    ),
    poolCase('avgPool2d', [2, 3, 4, 6], (x) => avgPool2d(x, 2), pooled({ kernel: [2, 2] }, meanWithPadding)),
    poolCase('avgPool2d that leaves rows over', [2, 2, 5, 7], (x) => avgPool2d(x, [2, 3]), pooled({ kernel: [2, 3] }, meanWithPadding)),
    poolCase(
      'avgPool2d of overlapping windows',
      [1, 2, 6, 5],
      (x) => avgPool2d(x, 3, { stride: 1 }),
      pooled({ kernel: [3, 3], stride: [1, 1] }, meanWithPadding),
    ),
    poolCase(
      'avgPool2d with padding counted',
      [2, 2, 5, 6],
      (x) => avgPool2d(x, 3, { stride: 2, padding: 1 }),
      pooled({ kernel: [3, 3], stride: [2, 2], before: [1, 1] }, meanWithPadding),
    ),
    poolCase(
      'avgPool2d with padding not counted',
      [2, 2, 5, 6],
      (x) => avgPool2d(x, 3, { stride: 2, padding: 1, countIncludePad: false }),
      pooled({ kernel: [3, 3], stride: [2, 2], before: [1, 1] }, meanInside),
    ),
    poolCase(
      'avgPool2d same, padding not counted',
      [1, 2, 4, 5],
      (x) => avgPool2d(x, 2, { stride: 1, padding: 'same', countIncludePad: false }),
      pooled({ kernel: [2, 2], stride: [1, 1], before: [0, 0], after: [1, 1] }, meanInside),
    ),
    { ...poolCase('avgPool2d of no channels', [2, 0, 4, 4], (x) => avgPool2d(x, 2), pooled({ kernel: [2, 2] }, meanInside)), gradient: [] },
    poolCase(
      'avgPool1d',
      [2, 3, 7],
      (x) => avgPool1d(x, 3, { stride: 2, padding: 1, countIncludePad: false }),
      onLines(pooled({ kernel: [1, 3], stride: [1, 2], before: [0, 1] }, meanInside)),
    ),
    poolCase('adaptiveAvgPool2d to a divisor', [2, 2, 4, 6], (x) => adaptiveAvgPool2d(x, [2, 3]), regions([2, 3])),
    poolCase('adaptiveAvgPool2d to regions that overlap', [2, 2, 7, 5], (x) => adaptiveAvgPool2d(x, [3, 2]), regions([3, 2])),
    poolCase('adaptiveAvgPool2d to more than there is', [1, 2, 3, 2], (x) => adaptiveAvgPool2d(x, [4, 5]), regions([4, 5])),
    poolCase('adaptiveAvgPool1d', [2, 3, 7], (x) => adaptiveAvgPool1d(x, 3), onLines(regions([1, 3]))),
    poolCase(
      'globalAvgPool2d',
      [2, 3, 4, 5],
      (x) => globalAvgPool2d(x),
      (x) => ({ ...regions([1, 1])(x), shape: [2, 3] }),
    ),
  ],
  bad: [
    {
      name: 'maxPool2d of windows that do not fit',
      inputs: [{ shape: [1, 1, 2, 5] }],
      call: (x) => maxPool2d(x!, 3),
      error: 'ShapeError',
      says: ['[3, 3]', '[2, 5]'],
    },
    {
      name: 'maxPool2d with more padding than half a kernel',
      inputs: [{ shape: [1, 1, 5, 5] }],
      call: (x) => maxPool2d(x!, 2, { padding: 2 }),
      error: 'ShapeError',
      says: ['half a kernel'],
    },
    {
      name: 'maxPool2d of integers',
      inputs: [{ shape: [1, 1, 4, 4], dtype: 'int64' }],
      call: (x) => maxPool2d(x!, 2),
      error: 'DTypeError',
      says: ['int64'],
    },
    {
      name: 'maxPool1d of images',
      inputs: [{ shape: [1, 1, 4, 4] }],
      call: (x) => maxPool1d(x!, 2),
      error: 'ShapeError',
      says: ['N, C, L'],
    },
    {
      name: 'avgPool2d of lines',
      inputs: [{ shape: [1, 1, 4] }],
      call: (x) => avgPool2d(x!, 2),
      error: 'ShapeError',
      says: ['N, C, H, W'],
    },
    {
      name: 'avgPool2d with an empty kernel',
      inputs: [{ shape: [1, 1, 4, 4] }],
      call: (x) => avgPool2d(x!, 0),
      error: 'ShapeError',
      says: ['kernel', '0'],
    },
    {
      name: 'avgPool1d with an empty stride',
      inputs: [{ shape: [1, 1, 4] }],
      call: (x) => avgPool1d(x!, 2, { stride: 0 }),
      error: 'ShapeError',
      says: ['stride', '0'],
    },
    {
      name: 'adaptiveAvgPool2d to nothing',
      inputs: [{ shape: [1, 1, 4, 4] }],
      call: (x) => adaptiveAvgPool2d(x!, [0, 2]),
      error: 'ShapeError',
      says: ['[0, 2]', '[4, 4]'],
    },
    {
      name: 'adaptiveAvgPool1d of images',
      inputs: [{ shape: [1, 1, 4, 4] }],
      call: (x) => adaptiveAvgPool1d(x!, 2),
      error: 'ShapeError',
      says: ['N, C, L'],
    },
    {
      name: 'globalAvgPool2d of images without pixels',
      inputs: [{ shape: [1, 2, 0, 4] }],
      call: (x) => globalAvgPool2d(x!),
      error: 'ShapeError',
      says: ['pixels'],
    },
  ],
};
