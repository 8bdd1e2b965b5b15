import './api/methods.js';

export type { DType, FloatDType, TypedArray, TypedArrayOf } from './core/dtype.js';
export {
  DTypeError,
  RuntimeError,
  ShapeError,
  TensorError,
  UnsupportedError,
  ValueError,
} from './core/errors.js';
export { tensor, type NestedNumbers } from './api/create.js';
export { data, dispose, item } from './api/read.js';
export type { Shape } from './core/shape.js';
export { Tensor, type TensorType } from './core/tensor.js';
export { flatten, treeLeaves, treeMap, type TreeStructure } from './core/tree.js';
export * from './ops/arithmetic.js';
export { broadcastTo, sum, type ReduceOptions } from './ops/broadcast.js';
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
export { evaluate } from './transforms/evaluate.js';
export { grad, valueAndGrad, vjp } from './transforms/grad.js';
export { jit, type JitOptions, type Jitted } from './transforms/jit.js';
export { vmap, type VmapOptions } from './transforms/vmap.js';
