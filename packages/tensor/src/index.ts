import './api/methods.js';

export type { DType, FloatDType, TypedArray, TypedArrayOf } from './core/dtype.js';
export {
  DTypeError,
  NumericalError,
  RuntimeError,
  ShapeError,
  TensorError,
  UnsupportedError,
  ValueError,
} from './core/errors.js';
export { decodeFloat16, encodeFloat16 } from './core/float16.js';
export { tensor, type NestedNumbers } from './api/create.js';
export { liveObjects } from './api/live-objects.js';
export { data, dispose, item } from './api/read.js';
export { fromArrays, type NamedArray, toArrays } from './api/named-arrays.js';
export type { Shape } from './core/shape.js';
export { Tensor, type TensorType } from './core/tensor.js';
export { flatten, treeLeaves, treeMap, type TreeStructure } from './core/tree.js';
export * from './ops/arithmetic.js';
export { broadcastTo, sum, type ReduceOptions } from './ops/broadcast.js';
export {
  clip,
  elu,
  leakyRelu,
  relu,
  silu,
  softplus,
} from './ops/activations.js';
export { argmax, argmin } from './ops/arg-extremes.js';
export { cast } from './ops/cast.js';
export * from './ops/compare.js';
export { cumsum, type CumsumOptions } from './ops/cumulative.js';
export { norm, type NormOptions, std, variance, type VarianceOptions } from './ops/dispersion.js';
export { erf, erfInv } from './ops/error-function.js';
export { maximum, minimum } from './ops/extremes.js';
export { fmod, mod } from './ops/modulo.js';
export { pow } from './ops/power.js';
export { prod } from './ops/product.js';
export { all, any, logsumexp, max, mean, min } from './ops/reductions.js';
export { where } from './ops/select.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { cos, sin, tan } from './ops/trigonometric.js';
export {
  abs,
  ceil,
  exp,
  expm1,
  floor,
  isFinite,
  isNaN,
  log,
  log1p,
  reciprocal,
  round,
  rsqrt,
  sigmoid,
  sign,
  sqrt,
  square,
  tanh,
} from './ops/unary.js';
export { dropout } from './random/dropout.js';
export * as random from './random/index.js';
export {
  conv1d,
  type Conv1dOptions,
  conv2d,
  type ConvOptions,
  convTranspose1d,
  type ConvTranspose1dOptions,
  convTranspose2d,
  type ConvTransposeOptions,
} from './ops/convolution.js';
export type { LinePadding, Padding, Pair } from './ops/convolution-geometry.js';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  type AvgPoolOptions,
  globalAvgPool2d,
} from './ops/average-pooling.js';
export { maxPool1d, maxPool2d, type MaxPoolOptions } from './ops/max-pooling.js';
export type { Pool1dOptions, PoolOptions } from './ops/pooling-windows.js';
export { resize2d, type ResizeOptions } from './ops/resize.js';
export { full, ones, onesLike, zeros, zerosLike } from './ops/full.js';
export { dot, matmul, type MatmulOptions, outer } from './ops/matmul.js';
export {
  expandDims,
  flattenElements,
  moveAxis,
  reshape,
  squeeze,
  stopGradient,
  swapAxes,
  transpose,
} from './ops/structure.js';
export { checkpoint } from './transforms/checkpoint.js';
export { scatterAddAlongAxis, scatterAlongAxis, takeAlongAxis } from './ops/along-axis.js';
export { diag, diagonal, type DiagonalOptions, eye, type EyeOptions, trace } from './ops/diagonal.js';
export { einsum } from './ops/einsum.js';
export { gatherND, scatterAdd, take } from './ops/indexing.js';
export { concat, split, stack, unstack } from './ops/join.js';
export { oneHot } from './ops/one-hot.js';
export { pad, type PadOptions } from './ops/pad.js';
export { flip, repeat, roll, tile } from './ops/rearrange.js';
export { arange, linspace, meshgrid, type MeshgridOptions, type SequenceOptions } from './ops/sequence.js';
export { type Bound, slice, sliceAxis } from './ops/slice.js';
export { argsort, sort, type SortOptions, topK, type TopK, type TopKOptions } from './ops/sort.js';
export { tril, triu } from './ops/triangle.js';
export { runtimeInfo, type RuntimeInfo, setThreads, setWebAssemblyUrl } from './runtime/current.js';
export type { ProviderOptions } from './runtime/providers.js';
export type { LiveObjects } from './runtime/runtime.js';
export { evaluate } from './transforms/evaluate.js';
export { grad, valueAndGrad, vjp } from './transforms/grad.js';
export { jit, type JitOptions, type Jitted } from './transforms/jit.js';
export { vmap, type VmapOptions } from './transforms/vmap.js';
export { printGraph, printPreparedGraph } from './transforms/print.js';
export { attention, type AttentionOptions } from './ops/attention.js';
export { cachedAttention, type CachedAttentionOptions, type CachedKeysAndValues } from './ops/cached-attention.js';
export { crossEntropy, type CrossEntropyOptions } from './ops/cross-entropy.js';
export { geluErf, geluTanh } from './ops/gelu.js';
export { layerNorm, type NormalizationOptions, rmsNorm } from './ops/normalization.js';
export { rotary, type RotaryLayout } from './ops/rotary.js';
export * from './onnx-import/index.js';
export * from './onnx-export/index.js';
export * from './onnx/index.js';
