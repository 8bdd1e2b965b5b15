/** How sizes are mapped to each other, by the names of PyTorch's `interpolate`. */
export type ResampleMode = 'nearest' | 'bilinear' | 'bicubic' | 'area';

/** A matrix in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly elements: readonly number[];
}

/** One axis of a resampling: an [outputs, inputs] matrix of weights. */
export function resamplingMatrix(mode: ResampleMode, alignCorners: boolean, inputs: number, outputs: number): Matrix {
  const elements = new Array<number>(outputs * inputs).fill(0);
  for (let row = 0; row < outputs; row++) {
    for (const [column, weight] of weightsOf(mode, alignCorners, inputs, outputs, row)) {
      elements[row * inputs + column]! += weight;
    }
  }
  return { rows: outputs, columns: inputs, elements };
}

export function transposed({ rows, columns, elements }: Matrix): Matrix {
  const flipped = elements.map((_, i) => elements[(i % rows) * columns + Math.floor(i / rows)]!);
  return { rows: columns, columns: rows, elements: flipped };
}

/** The input that output `j` copies: ⌊j · inputs / outputs⌋, in whole numbers. */
export const nearestSource = (inputs: number, outputs: number, j: number): number => Math.floor((j * inputs) / outputs);

type Weights = readonly (readonly [column: number, weight: number])[];

function weightsOf(mode: ResampleMode, alignCorners: boolean, inputs: number, outputs: number, j: number): Weights {
  if (mode === 'nearest') return [[nearestSource(inputs, outputs, j), 1]];
  if (mode === 'area') return meanOf(Math.floor((j * inputs) / outputs), Math.ceil(((j + 1) * inputs) / outputs));
  const position = sourcePosition(alignCorners, inputs, outputs, j);
  const within = (i: number) => Math.min(Math.max(i, 0), inputs - 1);
  if (mode === 'bilinear') {
    const clamped = Math.max(position, 0);
    const first = Math.floor(clamped);
    return [
      [within(first), 1 - (clamped - first)],
      [within(first + 1), clamped - first],
    ];
  }
  const first = Math.floor(position);
  return [-1, 0, 1, 2].map((i) => [within(first + i), cubic(position - first - i)] as const);
}

function meanOf(start: number, end: number): Weights {
  return Array.from({ length: end - start }, (_, i) => [start + i, 1 / (end - start)] as const);
}

/** Where output `j` lies among the inputs: corner pixels on corner pixels, or image borders on image borders. */
function sourcePosition(alignCorners: boolean, inputs: number, outputs: number, j: number): number {
  if (alignCorners) return outputs === 1 ? 0 : (j * (inputs - 1)) / (outputs - 1);
  return ((j + 0.5) * inputs) / outputs - 0.5;
}

/** Keys' convolution kernel with a = −3/4, PyTorch's and OpenCV's choice (Keys 1981, eq. 4 has a = −1/2). */
function cubic(distance: number): number {
  const a = -0.75;
  const t = Math.abs(distance);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return 0;
}
