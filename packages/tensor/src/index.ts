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
export { evaluate } from './transforms/evaluate.js';
export { grad, valueAndGrad, vjp } from './transforms/grad.js';
export { jit, type JitOptions, type Jitted } from './transforms/jit.js';
