import { resize2d, type ResizeOptions } from '../../../src/index.js';
import type { HostArray, OpCase, Suite } from '../case.js';
import { at, build } from '../reference.js';

/** Interpolation at one point of a line of `n` elements, by the textbook: linear between neighbours, or Keys' cubic. */
function interpolate(mode: ResizeOptions['mode'], element: (i: number) => number, n: number, position: number): number {
  const inside = (i: number) => element(Math.min(n - 1, Math.max(0, i)));
  const i = Math.floor(position);
  const t = position - i;
  if (mode === 'nearest') return inside(i);
  if (mode === 'bilinear') return inside(i) * (1 - t) + inside(i + 1) * t;
  // The cubic through p₁ and p₂ with slopes 3/4 (p₂ − p₀) and 3/4 (p₃ − p₁): Keys' kernel with a = −3/4.
  const [p0, p1, p2, p3] = [-1, 0, 1, 2].map((k) => inside(i + k)) as [number, number, number, number];
  const [m1, m2] = [0.75 * (p2 - p0), 0.75 * (p3 - p1)];
  const rise = p2 - p1;
  return p1 + m1 * t + (3 * rise - 2 * m1 - m2) * t * t + (m1 + m2 - 2 * rise) * t ** 3;
}

const resized =
  (size: readonly [number, number], { mode = 'bilinear', alignCorners = false }: ResizeOptions) =>
  (x: HostArray): HostArray => {
    const sizes = x.shape.slice(2);
    const position = (axis: 0 | 1, j: number) => {
      const [from, to] = [sizes[axis]!, size[axis]];
      if (mode === 'nearest') return Math.floor((j * from) / to);
      if (alignCorners) return to === 1 ? 0 : (j * (from - 1)) / (to - 1);
      return ((j + 0.5) * from) / to - 0.5;
    };
    return build(x.dtype, [x.shape[0]!, x.shape[1]!, ...size], ([n, c, i, j]) => {
      const [row, column] = [position(0, i!), position(1, j!)];
      const onRow = (r: number) => interpolate(mode, (k) => at(x, [n!, c!, r, k]), sizes[1]!, column);
      return interpolate(mode, onRow, sizes[0]!, row);
    });
  };

const resizeCase = (
  from: readonly number[],
  to: readonly [number, number],
  options: ResizeOptions,
  more: Partial<OpCase> = {},
): OpCase => ({
  name: `resize2d ${options.mode ?? 'bilinear'}${options.alignCorners ? ' with aligned corners' : ''} from ${from.slice(2).join('×')} to ${to.join('×')}`,
  inputs: [{ shape: from }],
  call: (x) => resize2d(x, to, options),
  reference: resized(to, options),
  alsoIn: ['float64'],
  ...more,
});

/** ONNX Runtime's Resize computes bilinear positions in float32, at sizes up to 12 wrong by 12 · 2⁻²⁴ · a few roundings. */
const coordinates = { tolerance: 1e-5 };

export const resizing: Suite = {
  family: 'resizing',
  cases: [
    ...(
      [
        [8, 10],
        [7, 12],
        [3, 2],
        [1, 1],
        [4, 9],
        [2, 5],
      ] as const
    ).flatMap((to) => [
      resizeCase([2, 2, 4, 5], to, {}, coordinates),
      resizeCase([2, 2, 4, 5], to, { alignCorners: true }, coordinates),
      resizeCase([2, 2, 4, 5], to, { mode: 'bicubic' }),
      resizeCase([2, 2, 4, 5], to, { mode: 'bicubic', alignCorners: true }),
      resizeCase([2, 2, 4, 5], to, { mode: 'nearest' }),
    ]),
    resizeCase([1, 1, 1, 1], [3, 4], {}),
    resizeCase([1, 1, 1, 3], [3, 4], { mode: 'bicubic' }),
    resizeCase([1, 2, 4, 3], [4, 3], {}),
    resizeCase([0, 2, 4, 3], [2, 5], {}, { gradient: [] }),
    // Ratios whose float32 quotients fall below whole numbers.
    resizeCase([1, 1, 3, 47], [2, 141], { mode: 'nearest' }),
    resizeCase([1, 1, 49, 41], [98, 61], { mode: 'nearest' }),
    {
      ...resizeCase([1, 2, 3, 4], [5, 8], { mode: 'nearest' }),
      name: 'resize2d nearest of integers',
      inputs: [{ shape: [1, 2, 3, 4], dtype: 'int64' }],
      alsoIn: [],
    },
  ],
  bad: [
    {
      name: 'resize2d to nothing',
      inputs: [{ shape: [1, 1, 4, 4] }],
      call: (x) => resize2d(x!, [0, 4]),
      error: 'ShapeError',
      says: ['[0, 4]', '[4, 4]'],
    },
    {
      name: 'resize2d of images without pixels',
      inputs: [{ shape: [1, 1, 4, 0] }],
      call: (x) => resize2d(x!, [2, 4]),
      error: 'ShapeError',
      says: ['[4, 0]'],
    },
    {
      name: 'resize2d to one number',
      inputs: [{ shape: [1, 1, 4, 4] }],
      call: (x) => resize2d(x!, [8]),
      error: 'ShapeError',
      says: ['[8]'],
    },
    {
      name: 'resize2d of a matrix',
      inputs: [{ shape: [4, 4] }],
      call: (x) => resize2d(x!, [8, 8]),
      error: 'ShapeError',
      says: ['[4, 4]', 'N, C, H, W'],
    },
    {
      name: 'resize2d nearest with aligned corners',
      inputs: [{ shape: [1, 1, 4, 4] }],
      call: (x) => resize2d(x!, [8, 8], { mode: 'nearest', alignCorners: true }),
      error: 'ShapeError',
      says: ['alignCorners', 'nearest'],
    },
    {
      name: 'resize2d bilinear of integers',
      inputs: [{ shape: [1, 1, 4, 4], dtype: 'int32' }],
      call: (x) => resize2d(x!, [8, 8]),
      error: 'DTypeError',
      says: ['int32'],
    },
  ],
};
