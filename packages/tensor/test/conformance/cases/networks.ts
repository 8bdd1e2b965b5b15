import { attention, crossEntropy, geluErf, geluTanh, layerNorm, rmsNorm, rotary, tensor } from '../../../src/index.js';
import type { HostArray, OpCase, Suite } from '../case.js';
import { alongAxis, at, build, elementwise, sumOf } from '../reference.js';

const mean = (line: readonly number[]) => sumOf(line) / line.length;

const layerNormReference = (epsilon: number) => (x: HostArray, gain: HostArray, bias: HostArray) =>
  alongAxis(x, x.shape.length - 1, (line) => {
    const center = mean(line);
    const deviation = Math.sqrt(mean(line.map((v) => (v - center) ** 2)) + epsilon);
    return line.map((v, i) => ((v - center) / deviation) * gain.data[i]! + bias.data[i]!);
  });

const rmsNormReference = (epsilon: number) => (x: HostArray, gain: HostArray) =>
  alongAxis(x, x.shape.length - 1, (line) => {
    const root = Math.sqrt(mean(line.map((v) => v * v)) + epsilon);
    return line.map((v, i) => (v / root) * gain.data[i]!);
  });

/** Φ(x) = ½ + φ(x)·Σ x^(2n+1)/(1·3·5…(2n+1)), by its Taylor series times e^(x²/2), all of whose terms have one sign. */
function normalDistribution(x: number): number {
  let term = x;
  let series = x;
  for (let n = 1; Math.abs(term) > Math.abs(series) * Number.EPSILON; n++) {
    term *= (x * x) / (2 * n + 1);
    series += term;
  }
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

function softmax(line: readonly number[]): number[] {
  const top = Math.max(...line);
  const powers = line.map((v) => Math.exp(v - top));
  return powers.map((v) => v / sumOf(powers));
}

/** Attention by its definition, one query at a time; `sees(i, j)` says whether query i may see key j. */
const attentionReference =
  (sees: (query: number, key: number, queries: number, keys: number) => boolean) =>
  (q: HostArray, k: HostArray, v: HostArray): HostArray => {
    const [queries, width] = q.shape.slice(-2) as [number, number];
    const keys = k.shape.at(-2)!;
    return build(q.dtype, [...q.shape.slice(0, -1), v.shape.at(-1)!], (index) => {
      const batch = index.slice(0, -2);
      const [i, column] = index.slice(-2) as [number, number];
      const visible = Array.from({ length: keys }, (_, j) => j).filter((j) => sees(i, j, queries, keys));
      const scores = visible.map(
        (j) => sumOf(Array.from({ length: width }, (_, d) => at(q, [...batch, i, d]) * at(k, [...batch, j, d]))) / Math.sqrt(width),
      );
      return sumOf(softmax(scores).map((p, n) => p * at(v, [...batch, visible[n]!, column])));
    });
  };

const attentionCase = (
  name: string,
  shapes: number[][],
  options: Parameters<typeof attention>[3],
  sees: Parameters<typeof attentionReference>[0],
): OpCase => ({
  name: `attention ${name}`,
  inputs: shapes.map((shape) => ({ shape })),
  call: (q, k, v) => attention(q, k, v, options),
  reference: attentionReference(sees),
  alsoIn: ['float64'],
});

const crossEntropyReference = (logits: HostArray, labels: HostArray): HostArray =>
  build(logits.dtype, labels.shape, (index) => {
    const classes = logits.shape.at(-1)!;
    const line = Array.from({ length: classes }, (_, c) => at(logits, [...index, c]));
    return -Math.log(softmax(line)[at(labels, index)]!);
  });

const meanOf = (x: HostArray): HostArray => build(x.dtype, [], () => mean(x.data));

const angles = Array.from({ length: 6 }, (_, i) => 0.3 * i + 0.1);
const [cos, sin] = [Math.cos, Math.sin].map((f) =>
  tensor(
    angles.map((a) => f(a)),
    [2, 3],
  ),
);
const [cos64, sin64] = [Math.cos, Math.sin].map((f) =>
  tensor(
    angles.map((a) => f(a)),
    [2, 3],
    'float64',
  ),
);

const rotaryCase = (layout: 'interleaved' | 'half-split', shape: number[]): OpCase => ({
  name: `rotary, ${layout}, on rank ${shape.length}`,
  inputs: [{ shape }],
  call: (x) => (x.dtype === 'float64' ? rotary(x, cos64!, sin64!, { layout }) : rotary(x, cos!, sin!, { layout })),
  reference: (x) =>
    build(x.dtype, x.shape, (index) => {
      const [position, column] = index.slice(-2) as [number, number];
      const [pair, second] = layout === 'interleaved' ? [Math.floor(column / 2), column % 2] : [column % 3, Math.floor(column / 3)];
      const place = (part: number) => [...index.slice(0, -1), layout === 'interleaved' ? 2 * pair + part : pair + 3 * part];
      const [a, b, angle] = [at(x, place(0)), at(x, place(1)), angles[position * 3 + pair]!];
      return second ? a * Math.sin(angle) + b * Math.cos(angle) : a * Math.cos(angle) - b * Math.sin(angle);
    }),
  alsoIn: ['float64'],
});

export const networks: Suite = {
  family: 'networks',
  cases: [
    {
      name: 'layerNorm of a matrix',
      inputs: [{ shape: [3, 5] }, { shape: [5] }, { shape: [5] }],
      call: (x, g, b) => layerNorm(x, g, b),
      reference: layerNormReference(1e-5),
      alsoIn: ['float64'],
      tolerance: 1e-5 /* the variance cancels digits */,
    },
    {
      name: 'layerNorm of rank 3, large epsilon',
      inputs: [{ shape: [2, 3, 4] }, { shape: [4] }, { shape: [4] }],
      call: (x, g, b) => layerNorm(x, g, b, { epsilon: 0.1 }),
      reference: layerNormReference(0.1),
      alsoIn: ['float64'],
      tolerance: 1e-5,
    },
    {
      name: 'rmsNorm of a matrix',
      inputs: [{ shape: [3, 5] }, { shape: [5] }],
      call: (x, g) => rmsNorm(x, g),
      reference: rmsNormReference(1e-6),
      alsoIn: ['float64'],
      tolerance: 5e-6 /* one root and one division */,
    },
    {
      name: 'rmsNorm of a vector',
      inputs: [{ shape: [5] }, { shape: [5] }],
      call: (x, g) => rmsNorm(x, g, { epsilon: 0.5 }),
      reference: rmsNormReference(0.5),
      alsoIn: ['float64'],
      tolerance: 5e-6,
    },
    {
      name: 'geluTanh',
      inputs: [{ shape: [4, 7] }],
      call: (x) => geluTanh(x),
      reference: elementwise((x) => 0.5 * x! * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x! + 0.044715 * x! ** 3)))),
      alsoIn: ['float64'],
      tolerance: 1e-5 /* cancels for x ≪ 0 */,
    },
    {
      name: 'geluTanh of a scalar zero',
      inputs: [{ shape: [], draw: { values: [0] } }],
      call: (x) => geluTanh(x),
      reference: elementwise(() => 0),
    },
    {
      name: 'geluErf',
      inputs: [{ shape: [4, 7] }],
      call: (x) => geluErf(x),
      reference: elementwise((x) => x! * normalDistribution(x!)),
      alsoIn: ['float64'],
      tolerance: 1e-5 /* 1 + erf cancels for x ≪ 0 */,
    },
    {
      name: 'geluErf far from 0',
      inputs: [{ shape: [6], draw: { values: [-6, -2, -0.5, 0.001, 3, 7] } }],
      call: (x) => geluErf(x),
      reference: elementwise((x) => x! * normalDistribution(x!)),
      alsoIn: ['float64'],
      tolerance: 1e-5,
    },
    {
      name: 'geluErf of a scalar zero',
      inputs: [{ shape: [], draw: { values: [0] } }],
      call: (x) => geluErf(x),
      reference: elementwise(() => 0),
    },
    { name: 'geluErf of nothing', inputs: [{ shape: [0, 3] }], call: (x) => geluErf(x), reference: (x) => x },
    attentionCase(
      'of matrices',
      [
        [3, 4],
        [5, 4],
        [5, 2],
      ],
      {},
      () => true,
    ),
    attentionCase(
      'with batches and heads',
      [
        [2, 2, 3, 4],
        [2, 2, 3, 4],
        [2, 2, 3, 4],
      ],
      {},
      () => true,
    ),
    attentionCase(
      'causal',
      [
        [2, 4, 3],
        [2, 4, 3],
        [2, 4, 3],
      ],
      { causal: true },
      (i, j) => j <= i,
    ),
    attentionCase(
      'causal, more keys than queries',
      [
        [2, 3],
        [5, 3],
        [5, 3],
      ],
      { causal: true },
      (i, j, queries, keys) => j <= i + keys - queries,
    ),
    attentionCase(
      'with a mask',
      [
        [2, 3, 4],
        [2, 3, 4],
        [2, 3, 4],
      ],
      {
        mask: tensor([
          [true, false, false],
          [true, false, true],
          [false, true, true],
        ]),
      },
      (i, j) =>
        [
          [1, 0, 0],
          [1, 0, 1],
          [0, 1, 1],
        ][i]![j] === 1,
    ),
    {
      name: 'crossEntropy one loss a row',
      inputs: [{ shape: [2, 3, 5] }, { shape: [2, 3], dtype: 'int32', draw: { integersBelow: 5 } }],
      call: (x, y) => crossEntropy(x, y, { reduction: 'none' }),
      reference: crossEntropyReference,
      alsoIn: ['float64'],
    },
    {
      name: 'crossEntropy mean',
      inputs: [{ shape: [4, 3] }, { shape: [4], dtype: 'int64', draw: { integersBelow: 3 } }],
      call: (x, y) => crossEntropy(x, y),
      reference: (x, y) => meanOf(crossEntropyReference(x, y)),
      alsoIn: ['float64'],
    },
    {
      name: 'crossEntropy weighted mean',
      inputs: [{ shape: [4, 3] }, { shape: [4], dtype: 'int32', draw: { integersBelow: 3 } }, { shape: [4], draw: 'positive' }],
      call: (x, y, w) => crossEntropy(x, y, { weights: w }),
      reference: (x, y, w) =>
        build(x.dtype, [], () => sumOf(crossEntropyReference(x, y).data.map((l, i) => l * w.data[i]!)) / sumOf(w.data)),
      alsoIn: ['float64'],
    },
    {
      name: 'crossEntropy of large logits',
      inputs: [
        { shape: [1, 3], draw: { values: [500, 0, -500] } },
        { shape: [1], dtype: 'int32', draw: { values: [2] } },
      ],
      call: (x, y) => crossEntropy(x, y),
      reference: (x) => build(x.dtype, [], () => 1000),
    },
    rotaryCase('interleaved', [2, 6]),
    rotaryCase('half-split', [2, 6]),
    rotaryCase('interleaved', [3, 2, 2, 6]),
    rotaryCase('half-split', [3, 2, 6]),
  ],
  bad: [
    {
      name: 'layerNorm with weights of another size',
      inputs: [{ shape: [2, 3] }, { shape: [4] }, { shape: [4] }],
      call: (x, g, b) => layerNorm(x!, g!, b!),
      error: 'ShapeError',
      says: ['[2, 3]', '[4]'],
    },
    {
      name: 'attention of widths that differ',
      inputs: [{ shape: [2, 3] }, { shape: [2, 4] }, { shape: [2, 4] }],
      call: (q, k, v) => attention(q!, k!, v!),
      error: 'ShapeError',
      says: ['[2, 3]', '[2, 4]'],
    },
    {
      name: 'attention with too few keys to be causal',
      inputs: [{ shape: [3, 2] }, { shape: [2, 2] }, { shape: [2, 2] }],
      call: (q, k, v) => attention(q!, k!, v!, { causal: true }),
      error: 'ShapeError',
      says: ['at least as many keys'],
    },
    {
      name: 'attention with a number mask',
      inputs: [{ shape: [2, 2] }, { shape: [2, 2] }],
      call: (q, mask) => attention(q!, q!, q!, { mask: mask! }),
      error: 'DTypeError',
      says: ['bool', 'float32'],
    },
    {
      name: 'crossEntropy of shapes that differ',
      inputs: [{ shape: [2, 3] }, { shape: [3], dtype: 'int32' }],
      call: (x, y) => crossEntropy(x!, y!),
      error: 'ShapeError',
      says: ['[2, 3]', '[3]'],
    },
    {
      name: 'crossEntropy of floating-point labels',
      inputs: [{ shape: [2, 3] }, { shape: [2] }],
      call: (x, y) => crossEntropy(x!, y!),
      error: 'DTypeError',
      says: ['int32 or int64', 'float32'],
    },
    {
      name: 'rotary of an odd width',
      inputs: [{ shape: [2, 5] }],
      call: (x) => rotary(x!, x!, x!),
      error: 'ShapeError',
      says: ['even width', '[2, 5]'],
    },
    {
      name: 'geluErf of integers',
      inputs: [{ shape: [2], dtype: 'int32' }],
      call: (x) => geluErf(x!),
      error: 'DTypeError',
      says: ['int32', 'cast'],
    },
  ],
};
