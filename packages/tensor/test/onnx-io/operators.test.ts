import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importOnnx, type OnnxTensor, Tensor } from '../../src/index.js';
import { operatorTable } from '../../src/onnx-import/operators/index.js';
import { relativeDifference } from './fixture.js';
import { type PeerTensor, runInOnnxRuntime } from './peer.js';
import { float, floats, fromNumbers, int, ints, type NodeOptions, scattered, singleNode, stored, storedTensor } from './single-node.js';

/**
 * Every operator that is translated, as single nodes run by ONNX Runtime itself, in the variants its versions and
 * attributes make. Elementwise functions differ by a few ulp (6e-8), sums by some more.
 */
const tolerance = 2e-6;

type Case = readonly [operator: string, inputs: readonly (Tensor | OnnxTensor | null)[], options?: NodeOptions];

const x = scattered([2, 3, 4]);
const y = scattered([3, 1], { low: 0.5, high: 2 });
const positive = scattered([2, 3], { low: 0.2, high: 3 });
const whole = scattered([2, 3], { low: -6, high: 6, dtype: 'int64' });
const image = scattered([2, 4, 5, 6]);
const sequence = scattered([2, 4, 7]);
const truth = fromNumbers([1, 0, 1, 1, 0, 0], [2, 3], 'bool');
const other = fromNumbers([0, 0, 1, 0, 1, 0], [2, 3], 'bool');
const bool = ['bool'] as const;
const int64 = ['int64'] as const;
const attributes = (given: NodeOptions['attributes'], more: NodeOptions = {}): NodeOptions => ({ ...more, attributes: given! });
const modern = { opset: 21 };

const elementwise: readonly Case[] = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max', 'Sum', 'Mean'].map((name): Case => [name, [x, y]]),
  ['Sum', [x, y, x]],
  ['Div', [whole, fromNumbers([2, -3, 4], [3], 'int64')], { outputs: int64 }],
  ['Mod', [whole, fromNumbers([2, -3, 4], [3], 'int64')], { outputs: int64 }],
  ['Mod', [whole, fromNumbers([2, -3, 4], [3], 'int64')], attributes({ fmod: 1 }, { outputs: int64 })],
  ['Mod', [x, y], attributes({ fmod: 1 })],
  ['Pow', [positive, fromNumbers([2, -1, 0.5], [3])]],
  ['Pow', [x, float(3)]],
  ['Pow', [positive, fromNumbers([2, 3, 0], [3], 'int64')]],
  ['Pow', [whole, fromNumbers([2, 3, 0], [3], 'int64')], { outputs: int64 }],
  ...[
    'Neg',
    'Abs',
    'Exp',
    'Erf',
    'Tanh',
    'Sigmoid',
    'Relu',
    'Softplus',
    'Softsign',
    'Sin',
    'Cos',
    'Tan',
    'Sinh',
    'Cosh',
    'Atanh',
    'Ceil',
    'Floor',
    'Sign',
    'HardSwish',
    'Mish',
    'LeakyRelu',
    'Elu',
    'Celu',
    'Selu',
    'HardSigmoid',
    'ThresholdedRelu',
    'Identity',
  ].map((name): Case => [name, [x]]),
  ...['Sqrt', 'Log', 'Reciprocal'].map((name): Case => [name, [positive]]),
  ['Round', [fromNumbers([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 1.2, -1.7], [8])]],
  ['LeakyRelu', [x], attributes({ alpha: { float: 0.2 } })],
  ['Elu', [x], attributes({ alpha: { float: 0.5 } })],
  ['Celu', [x], attributes({ alpha: { float: 2 } })],
  ['Selu', [x], attributes({ alpha: { float: 1.5 }, gamma: { float: 2 } })],
  ['HardSigmoid', [x], attributes({ alpha: { float: 1 }, beta: { float: 0.3 } })],
  ['ThresholdedRelu', [x], attributes({ alpha: { float: 0.3 } })],
  ['PRelu', [x, y]],
  ['Gelu', [x], { opset: 20 }],
  ['Gelu', [x], attributes({ approximate: 'tanh' }, { opset: 20 })],
  ['IsNaN', [fromNumbers([1, NaN, Infinity], [3])], { outputs: bool }],
  ['IsInf', [fromNumbers([1, NaN, Infinity, -Infinity], [4])], { outputs: bool }],
  ['IsInf', [fromNumbers([1, NaN, Infinity, -Infinity], [4])], attributes({ detect_negative: 0 }, { outputs: bool })],
  ['IsInf', [fromNumbers([1, NaN, Infinity, -Infinity], [4])], attributes({ detect_positive: 0 }, { outputs: bool })],
  ['IsInf', [fromNumbers([1, Infinity, -Infinity], [3])], attributes({ detect_positive: 0, detect_negative: 0 }, { outputs: bool })],
  ['Clip', [x, float(-0.5), float(0.25)]],
  ['Clip', [x, null, float(0.25)]],
  ['Clip', [x, fromNumbers([-0.5], [])]],
  ['Clip', [x], attributes({ min: { float: -0.5 }, max: { float: 0.25 } }, { opset: 9 })],
  ['Clip', [x], attributes({ min: { float: 0 } }, { opset: 9 })],
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].map(
    (name): Case => [name, [whole, fromNumbers([2, -1, 4], [3], 'int64')], { outputs: bool }],
  ),
  ['Equal', [truth, other], { outputs: bool }],
  ...['And', 'Or', 'Xor'].map((name): Case => [name, [truth, other], { outputs: bool }]),
  ...['And', 'Or', 'Xor'].map(
    (name): Case => [`Bitwise${name}`, [whole, scattered([2, 3], { low: 0, high: 9, dtype: 'int64' })], { outputs: int64 }],
  ),
  ...['LEFT', 'RIGHT'].map(
    (direction): Case => [
      'BitShift',
      [fromNumbers([1, 77, 200], [3], 'uint8'), fromNumbers([1, 2, 3], [3], 'uint8')],
      attributes({ direction }, { outputs: ['uint8'] }),
    ],
  ),
  ['Not', [truth], { outputs: bool }],
  ['Where', [truth, scattered([2, 3]), float(7)]],
  ['Cast', [x], attributes({ to: 7 }, { outputs: int64 })],
  ['Cast', [fromNumbers([0, 0.5, -2], [3])], attributes({ to: 9 }, { outputs: bool })],
  ['Cast', [truth], attributes({ to: 1 })],
  ['Cast', [x], attributes({ to: 11 }, { outputs: ['float64'] })],
  ['CastLike', [whole, x]],
  ['Dropout', [x]],
  ['Dropout', [x], attributes({ ratio: { float: 0.3 } }, { opset: 10 })],
  ['Dropout', [x, float(0.5), stored('bool', [], [0])], { outputs: ['float32', 'bool'] }],
];

const shapes: readonly Case[] = [
  ['Constant', [], attributes({ value: stored('float32', [2], [1, 2]) })],
  ['Constant', [], attributes({ value_float: { float: 2.5 } })],
  ['Constant', [], attributes({ value_int: 3 }, { outputs: int64 })],
  ['Constant', [], attributes({ value_ints: [3, 4] }, { outputs: int64 })],
  ['ConstantOfShape', [ints(2, 3)]],
  ['ConstantOfShape', [ints(2, 0)], attributes({ value: stored('int64', [1], [7]) }, { outputs: int64 })],
  ['ConstantOfShape', [ints(300, 300)], attributes({ value: stored('float32', [1], [7]) })],
  ['Shape', [x], { outputs: int64 }],
  ['Shape', [x], attributes({ start: -2, end: 3 }, { outputs: int64 })],
  ['Size', [x], { outputs: int64 }],
  ['Range', [int(1), int(10), int(3)], { outputs: int64 }],
  ['Range', [float(1), float(0), float(-0.25)]],
  ['Range', [int(0), int(70_000), int(1)], { outputs: int64 }],
  ['EyeLike', [scattered([3, 4])], attributes({ k: 1 })],
  ['NonZero', [stored('float32', [2, 3], [0, 1, 0, 2, 3, 0])], { outputs: int64 }],
  ['Reshape', [x, ints(0, -1)]],
  ['Reshape', [scattered([0, 3]), ints(3, 0)], attributes({ allowzero: 1 })],
  ['Flatten', [image], attributes({ axis: 2 })],
  ['Flatten', [image], attributes({ axis: -1 })],
  ['Flatten', [image], attributes({ axis: 0 })],
  ['Squeeze', [scattered([1, 3, 1]), ints(-1)]],
  ['Squeeze', [scattered([1, 3, 1])]],
  ['Squeeze', [scattered([1, 3, 1])], attributes({ axes: [0] }, { opset: 11 })],
  ['Unsqueeze', [x, ints(0, -1)]],
  ['Unsqueeze', [x], attributes({ axes: [1, 4] }, { opset: 11 })],
  ['Transpose', [x]],
  ['Transpose', [x], attributes({ perm: [1, 0, 2] })],
  ['Expand', [y, ints(2, 1, 4)]],
  ['Tile', [x, ints(1, 2, 3)]],
];

const selection: readonly Case[] = [
  ['Concat', [x, x], attributes({ axis: -2 })],
  ['Split', [x], attributes({ axis: 2 }, { opset: 13, outputs: ['float32', 'float32'] })],
  ['Split', [x, ints(1, 3)], attributes({ axis: -1 }, { outputs: ['float32', 'float32'] })],
  ['Split', [sequence], attributes({ axis: 2, num_outputs: 3 }, { outputs: ['float32', 'float32', 'float32'] })],
  ['Split', [x], attributes({ axis: 1, split: [1, 2] }, { opset: 11, outputs: ['float32', 'float32'] })],
  ['Slice', [x, ints(1, -3), ints(9, -1), ints(1, 2)]],
  ['Slice', [x, ints(-1), ints(-100), ints(2), ints(-2)]],
  ['Slice', [x, ints(0, 2), ints(9, 2)]],
  ['Slice', [x], attributes({ starts: [1], ends: [3], axes: [2] }, { opset: 9 })],
  ['Slice', [x, ints(0), ints(Number.MAX_SAFE_INTEGER), ints(-1), ints(3)]],
  ['Pad', [x, ints(0, 1, 2, 0, 0, 1), float(1.5)]],
  ['Pad', [x, ints(0, -1, 1, 0, 0, -2)]],
  ['Pad', [x, ints(2, 1), null, ints(-1)], attributes({ mode: 'reflect' })],
  ['Pad', [x, ints(0, 1, 2, 0, 0, 1)], attributes({ mode: 'edge' })],
  ['Pad', [x], attributes({ pads: [0, 1, 2, 0, 0, 1], value: { float: 3 } }, { opset: 9 })],
  ['Gather', [x, fromNumbers([2, 0, -1, 1], [2, 2], 'int64')], attributes({ axis: 1 })],
  ['Gather', [x, int(-1)], attributes({ axis: 2 })],
  ['Gather', [x, ints(1)], attributes({ axis: 2 })],
  ['GatherElements', [x, fromNumbers([2, 0, -1, 1], [2, 2, 1], 'int64')], attributes({ axis: 1 })],
  ['GatherND', [x, fromNumbers([1, 2, 0, -1], [2, 2], 'int64')]],
  ['GatherND', [x, fromNumbers([2, 0], [2, 1], 'int64')], attributes({ batch_dims: 1 })],
  [
    'ScatterElements',
    [x, fromNumbers([2, 0, 1, 1, 2, 0, 1, 0], [2, 1, 4], 'int64'), scattered([2, 1, 4], { seed: 2 })],
    attributes({ axis: 1 }),
  ],
  [
    'ScatterElements',
    [x, fromNumbers([2, -3, 1, 1, 2, 0, 1, 0], [2, 1, 4], 'int64'), scattered([2, 1, 4], { seed: 2 })],
    attributes({ axis: 1, reduction: 'add' }),
  ],
  ['ScatterND', [x, fromNumbers([1, 2, 0, -1], [2, 2], 'int64'), scattered([2, 4], { seed: 2 })]],
  ['ScatterND', [x, fromNumbers([1, 2, 1, -1], [2, 2], 'int64'), scattered([2, 4], { seed: 2 })], attributes({ reduction: 'add' })],
  ['ScatterND', [x, fromNumbers([1, 2, 3, 0, 0, 1], [2, 3], 'int64'), scattered([2], { seed: 2 })]],
  ['OneHot', [fromNumbers([0, 3, -1, 9], [2, 2], 'int64'), int(4), floats(-1, 2)]],
  ['OneHot', [fromNumbers([0, 3], [2], 'int64'), ints(4), fromNumbers([0, 1], [2])], attributes({ axis: 0 })],
  ['TopK', [x, ints(2)], attributes({ axis: 1 }, { outputs: ['float32', 'int64'] })],
  ['TopK', [x, ints(3)], attributes({ largest: 0 }, { outputs: ['float32', 'int64'] })],
  ...['ArgMax', 'ArgMin'].flatMap((name): Case[] => [
    [name, [x], attributes({ axis: 1 }, { outputs: int64 })],
    [name, [x], attributes({ axis: -1, keepdims: 0 }, { outputs: int64 })],
    [name, [fromNumbers([1, 3, 3, 1], [4])], attributes({ select_last_index: 1 }, { outputs: int64 })],
  ]),
  ['Trilu', [x]],
  ['Trilu', [x, int(-1)], attributes({ upper: 0 })],
  ['CumSum', [x, int(-1)]],
  ['CumSum', [x, int(1)], attributes({ exclusive: 1, reverse: 1 })],
  ['DepthToSpace', [scattered([1, 8, 2, 3])], attributes({ blocksize: 2 })],
  ['DepthToSpace', [scattered([1, 8, 2, 3])], attributes({ blocksize: 2, mode: 'CRD' })],
  ['SpaceToDepth', [scattered([1, 2, 4, 6])], attributes({ blocksize: 2 })],
];

const reductions: readonly Case[] = [
  ...['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSumExp'].flatMap((name): Case[] => [
    [`Reduce${name}`, [x, ints(0, -1)]],
    [`Reduce${name}`, [x], attributes({ keepdims: 0 })],
    [`Reduce${name}`, [x], attributes({ axes: [1], keepdims: 0 }, { opset: 11 })],
  ]),
  ['ReduceMax', [truth, ints(1)], { opset: 20, outputs: bool }],
  ['ReduceMin', [truth, ints(1)], { opset: 20, outputs: bool }],
  ['ReduceLogSum', [positive, ints(1)]],
  ['ReduceSum', [x], attributes({ noop_with_empty_axes: 1 })],
  ...['Softmax', 'LogSoftmax'].flatMap((name): Case[] => [
    [name, [x]],
    [name, [x], attributes({ axis: 1 })],
    [name, [x], { opset: 11 }],
    [name, [x], attributes({ axis: 2 }, { opset: 11 })],
  ]),
];

const layers: readonly Case[] = [
  ['MatMul', [x, scattered([4, 5])]],
  ['Gemm', [scattered([3, 4]), scattered([4, 5])]],
  [
    'Gemm',
    [scattered([4, 3]), scattered([5, 4]), scattered([5], { seed: 3 })],
    attributes({ transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } }),
  ],
  ['Einsum', [x, scattered([5, 4])], attributes({ equation: 'bij,kj->bik' })],
  [
    'BatchNormalization',
    [image, ...[1, 2, 3].map((seed) => scattered([4], { seed })), scattered([4], { low: 0.5, high: 2 })],
    attributes({ epsilon: { float: 0.01 } }),
  ],
  ['LayerNormalization', [x, scattered([4]), scattered([4], { seed: 2 })]],
  ['LayerNormalization', [x, scattered([3, 4])], attributes({ axis: 1, epsilon: { float: 0.1 } })],
  ['LayerNormalization', [x, scattered([4])], { outputs: ['float32', 'float32', 'float32'] }],
  ['RMSNormalization', [x, scattered([3, 4])], attributes({ axis: 1, epsilon: { float: 0.1 } }, { opset: 23 })],
  ['InstanceNormalization', [image, scattered([4]), scattered([4], { seed: 2 })]],
  ['GroupNormalization', [image, scattered([4]), scattered([4], { seed: 2 })], attributes({ num_groups: 2 }, modern)],
  ['GroupNormalization', [image, scattered([2]), scattered([2], { seed: 2 })], attributes({ num_groups: 2 })],
  ['Conv', [image, scattered([6, 4, 3, 3])]],
  [
    'Conv',
    [image, scattered([6, 2, 3, 2]), scattered([6])],
    attributes({ group: 2, strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 2] }),
  ],
  ['Conv', [image, scattered([6, 4, 3, 3])], attributes({ auto_pad: 'SAME_UPPER', strides: [2, 2] })],
  ['Conv', [image, scattered([6, 4, 2, 2])], attributes({ auto_pad: 'SAME_LOWER' })],
  ['Conv', [image, scattered([6, 4, 3, 3])], attributes({ auto_pad: 'VALID' })],
  ['Conv', [sequence, scattered([6, 4, 3]), scattered([6])], attributes({ pads: [2, 1], strides: [2], dilations: [1] })],
  [
    'ConvTranspose',
    [image, scattered([4, 3, 3, 3]), scattered([3])],
    attributes({ strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] }),
  ],
  ['ConvTranspose', [image, scattered([4, 3, 3, 3])], attributes({ group: 2 })],
  ['ConvTranspose', [sequence, scattered([4, 3, 3])], attributes({ strides: [2], pads: [1, 0] })],
  ['MaxPool', [image], attributes({ kernel_shape: [2, 3], strides: [2, 1], pads: [0, 1, 1, 1] })],
  ['MaxPool', [image], attributes({ kernel_shape: [2, 2], dilations: [2, 2] })],
  ['MaxPool', [image], attributes({ kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 })],
  ['MaxPool', [sequence], attributes({ kernel_shape: [2], strides: [2], ceil_mode: 1 })],
  ['MaxPool', [image], attributes({ kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' })],
  ['MaxPool', [image], attributes({ kernel_shape: [2, 3], pads: [1, 0, 0, 1] }, { outputs: ['float32', 'int64'] })],
  ['MaxPool', [sequence], attributes({ kernel_shape: [3], strides: [2] }, { outputs: ['float32', 'int64'] })],
  ['AveragePool', [image], attributes({ kernel_shape: [2, 3], strides: [2, 1], pads: [0, 1, 1, 1] })],
  ['AveragePool', [image], attributes({ kernel_shape: [2, 3], pads: [0, 1, 1, 1], count_include_pad: 1 })],
  ['AveragePool', [image], attributes({ kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, modern)],
  [
    'AveragePool',
    [image],
    attributes({ kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1, count_include_pad: 1 }, modern),
  ],
  ['AveragePool', [sequence], attributes({ kernel_shape: [3], strides: [2] })],
  ['GlobalAveragePool', [image]],
  ['GlobalMaxPool', [image]],
];

const resizing: readonly Case[] = [
  ...['asymmetric', 'half_pixel', 'align_corners', 'pytorch_half_pixel'].flatMap((coordinate_transformation_mode): Case[] => [
    ...['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'].map(
      (nearest_mode): Case => [
        'Resize',
        [image, null, floats(1, 1, 2, 0.5)],
        attributes({ mode: 'nearest', nearest_mode, coordinate_transformation_mode }),
      ],
    ),
    ['Resize', [image, null, null, ints(2, 4, 8, 4)], attributes({ mode: 'linear', coordinate_transformation_mode })],
    ['Resize', [image, null, null, ints(2, 4, 8, 9)], attributes({ mode: 'cubic', coordinate_transformation_mode })],
  ]),
  ['Resize', [image, null, floats(1.7, 2.2)], attributes({ mode: 'linear', axes: [2, 3] })],
  ['Resize', [image, floats(1, 1, 2, 2)], attributes({ mode: 'nearest' }, { opset: 10 })],
];

const q = scattered([2, 3, 5, 4]);
const k = scattered([2, 3, 6, 4], { seed: 2 });
const attention: readonly Case[] = [
  ['Attention', [q, q, k.slice([], [2, 3, 5, 4])], { opset: 23 }],
  ['Attention', [q, k, k], attributes({ scale: { float: 0.3 } }, { opset: 23 })],
  ['Attention', [q, q, q], attributes({ is_causal: 1 }, { opset: 23 })],
  ['Attention', [q, k, k], attributes({ softcap: { float: 2 } }, { opset: 23 })],
  ['Attention', [q, k, k, scattered([5, 6], { seed: 3 })], { opset: 23 }],
  [
    'Attention',
    [scattered([2, 5, 12]), scattered([2, 6, 6]), scattered([2, 6, 6], { seed: 4 })],
    attributes({ q_num_heads: 4, kv_num_heads: 2 }, { opset: 23 }),
  ],
  ['Attention', [q, k, k], attributes({ is_causal: 1 }, { opset: 23 })],
  ['Attention', [q, q, q, null, k, k], attributes({ is_causal: 1 }, { opset: 23, outputs: ['float32', 'float32', 'float32'] })],
  [
    'Attention',
    [
      q,
      q,
      q,
      fromNumbers(
        Array.from({ length: 25 }, (_, i) => Number(i % 3 !== 1)),
        [5, 5],
        'bool',
      ),
    ],
    attributes({ is_causal: 1 }, { opset: 23 }),
  ],
  ['Attention', [q, q, q, scattered([5, 5], { seed: 3 })], attributes({ is_causal: 1 }, { opset: 23 })],
  ['Attention', [q, q, q, null, k, k], { opset: 23, outputs: ['float32', 'float32', 'float32'] }],
  ...[0, 1].flatMap((interleaved): Case[] => [
    ['RotaryEmbedding', [q, scattered([2, 5, 2]), scattered([2, 5, 2], { seed: 3 })], attributes({ interleaved }, { opset: 23 })],
    [
      'RotaryEmbedding',
      [scattered([2, 3, 8]), scattered([9, 1]), scattered([9, 1], { seed: 3 }), fromNumbers([0, 4, 2, 8, 1, 3], [2, 3], 'int64')],
      attributes({ interleaved, num_heads: 2, rotary_embedding_dim: 2 }, { opset: 23 }),
    ],
  ]),
];

const series = scattered([5, 2, 3]);
/** Weights of a recurrent layer with the given number of gates and directions, of 4 hidden units. */
const weights = (gates: number, directions = 1) => [
  scattered([directions, 4 * gates, 3], { seed: 2 }),
  scattered([directions, 4 * gates, 4], { seed: 3 }),
  scattered([directions, 8 * gates], { seed: 4 }),
];
const state = (directions = 1, seed = 5) => scattered([directions, 2, 4], { seed });
const three = { outputs: ['float32', 'float32', 'float32'] } as const;
const two = { outputs: ['float32', 'float32'] } as const;
const recurrent: readonly Case[] = [
  ['LSTM', [series, ...weights(4)], attributes({ hidden_size: 4 }, three)],
  ['LSTM', [series, ...weights(4, 2), null, state(2), state(2, 6)], attributes({ hidden_size: 4, direction: 'bidirectional' }, three)],
  ['LSTM', [series, ...weights(4).slice(0, 2)], attributes({ hidden_size: 4, direction: 'reverse' }, three)],
  ['GRU', [series, ...weights(3), null, state()], attributes({ hidden_size: 4 }, two)],
  ['GRU', [series, ...weights(3, 2)], attributes({ hidden_size: 4, linear_before_reset: 1, direction: 'bidirectional' }, two)],
  ['RNN', [series, ...weights(1), null, state()], attributes({ hidden_size: 4 }, two)],
  ['RNN', [series, ...weights(1)], attributes({ hidden_size: 4, activations: ['Relu'] }, two)],
];

const microsoft = (more: NodeOptions = {}): NodeOptions => ({ ...more, domain: 'com.microsoft' });
const runtimeOwn: readonly Case[] = [
  ['Gelu', [x], microsoft()],
  ['BiasGelu', [x, scattered([4])], microsoft()],
  ['FastGelu', [x], microsoft()],
  ['FastGelu', [x, scattered([4])], microsoft()],
  ['QuickGelu', [x], microsoft(attributes({ alpha: { float: 1.5 } }))],
  ['FusedMatMul', [x, scattered([5, 4])], microsoft(attributes({ transB: 1, alpha: { float: 0.5 } }))],
  ['FusedMatMul', [x, scattered([2, 3, 5])], microsoft(attributes({ transA: 1 }))],
  ['SimplifiedLayerNormalization', [x, scattered([4])], { outputs: ['float32', 'float32'] }],
  ['SkipLayerNormalization', [x, x, scattered([4]), scattered([4], { seed: 2 }), scattered([4], { seed: 3 })], microsoft()],
  ['SkipSimplifiedLayerNormalization', [x, x, scattered([4])], microsoft()],
];

const families = { elementwise, shapes, selection, reductions, layers, resizing, attention, recurrent, 'ONNX Runtime’s own': runtimeOwn };

const named = (cases: readonly Case[]) =>
  cases.map((item, i) => [`${item[0]} ${JSON.stringify(item[2]?.attributes ?? {})} opset ${item[2]?.opset ?? 18} #${i}`, item] as const);

async function expectEqual(outputs: Readonly<Record<string, Tensor>>, expected: Readonly<Record<string, PeerTensor>>) {
  for (const [name, { shape, elements }] of Object.entries(expected)) {
    const output = outputs[name]!;
    expect(output.shape).toEqual(shape);
    const ours = await output.data();
    expect(ours.constructor).toBe(elements.constructor);
    const [a, b] = [Array.from(ours as ArrayLike<number>, Number), Array.from(elements as ArrayLike<number>, Number)];
    if (output.dtype.startsWith('float')) expect(relativeDifference(a, b)).toBeLessThan(tolerance);
    else expect(a).toEqual(b);
  }
}

describe.each(Object.entries(families))('%s', (_, cases) => {
  test.each(named(cases))('%s', async (__, [opType, inputs, options]) => {
    const { model, given } = singleNode(opType, inputs, options);
    const imported = await importOnnx(model);
    await expectEqual(imported.call(imported.parameters, given), await runInOnnxRuntime(model, given));
  });
});

describe('known inputs are computed at once', () => {
  const foldable = Object.values(families)
    .flat()
    .filter(([opType, , options]) => !options?.domain && operatorTable[opType]?.fold);
  test.each(named(foldable))('%s', async (__, [opType, inputs, options]) => {
    const { model, given } = singleNode(opType, inputs, options);
    const all = singleNode(
      opType,
      await Promise.all(inputs.map((input) => (input instanceof Tensor ? storedTensor(input) : input))),
      options,
    );
    const isFloat = ({ elementType }: OnnxTensor) => elementType === 'float';
    const imported = await importOnnx(all.model, all.model.graph.initializers.some(isFloat) ? { freeze: [/./] } : {});
    await expectEqual(imported.call({}, {}), await runInOnnxRuntime(model, given));
  });
});

test('the documentation lists the operators of the table', () => {
  const text = readFileSync(new URL('../../docs/onnx.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| ([^|]+) \| ([A-Z][^|]+) \|$/gm)];
  const listed = rows.flatMap(([, family, names]) =>
    names!.split(' ').map((name) => (family === '`com.microsoft`' ? `com.microsoft:${name}` : name)),
  );
  // Written for ONNX's own domain as well, where ONNX Runtime keeps it.
  const table = Object.keys(operatorTable).filter((key) => key !== 'SimplifiedLayerNormalization');
  expect(listed.sort()).toEqual([...table, 'If'].sort());
});

test('every operator of the table has a case', () => {
  const tested = new Set(
    Object.values(families)
      .flat()
      .map(([opType, , options]) => (options?.domain ? `${options.domain}:${opType}` : opType)),
  );
  // ONNX Runtime has no kernel for these, and a single node cannot give or take a sequence: see import.test.ts.
  const sequences = ['SplitToSequence', 'SequenceConstruct', 'SequenceAt', 'SequenceLength', 'ConcatFromSequence'];
  const withoutKernel = ['Swish', 'com.microsoft:SimplifiedLayerNormalization'];
  expect(Object.keys(operatorTable).filter((key) => !tested.has(key) && ![...withoutKernel, ...sequences].includes(key))).toEqual([]);
});
