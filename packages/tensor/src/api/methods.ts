/// <reference lib="esnext.disposable" preserve="true" />
import * as arithmetic from '../ops/arithmetic.js';
import * as activations from '../ops/activations.js';
import { argmax, argmin } from '../ops/arg-extremes.js';
import { cast } from '../ops/cast.js';
import * as compare from '../ops/compare.js';
import { cumsum } from '../ops/cumulative.js';
import { norm, std, variance } from '../ops/dispersion.js';
import { erf, erfInv } from '../ops/error-function.js';
import { maximum, minimum } from '../ops/extremes.js';
import { fmod, mod } from '../ops/modulo.js';
import { pow } from '../ops/power.js';
import { prod } from '../ops/product.js';
import { all, any, logsumexp, max, mean, min } from '../ops/reductions.js';
import { logSoftmax, softmax } from '../ops/softmax.js';
import { cos, sin, tan } from '../ops/trigonometric.js';
import * as unary from '../ops/unary.js';
import { dropout } from '../random/dropout.js';
import * as broadcast from '../ops/broadcast.js';
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from '../ops/convolution.js';
import * as averages from '../ops/average-pooling.js';
import { maxPool1d, maxPool2d } from '../ops/max-pooling.js';
import { resize2d } from '../ops/resize.js';
import { matmul } from '../ops/matmul.js';
import * as structure from '../ops/structure.js';
import * as alongAxis from '../ops/along-axis.js';
import { diag, diagonal, trace } from '../ops/diagonal.js';
import { gatherND, scatterAdd, take } from '../ops/indexing.js';
import { split, unstack } from '../ops/join.js';
import { oneHot } from '../ops/one-hot.js';
import { pad } from '../ops/pad.js';
import * as rearrange from '../ops/rearrange.js';
import { slice, sliceAxis } from '../ops/slice.js';
import * as ordering from '../ops/sort.js';
import { tril, triu } from '../ops/triangle.js';
import { data, dispose, item } from './read.js';
import type { DType, TypedArrayOf } from '../core/dtype.js';
import { Tensor } from '../core/tensor.js';

/** Functions whose first argument is a tensor: each is also a method of `Tensor`. */
const methods = {
  data,
  item,
  dispose,
  matmul,
  add: arithmetic.add,
  sub: arithmetic.sub,
  mul: arithmetic.mul,
  div: arithmetic.div,
  neg: arithmetic.neg,
  sum: broadcast.sum,
  broadcastTo: broadcast.broadcastTo,
  reshape: structure.reshape,
  transpose: structure.transpose,
  swapAxes: structure.swapAxes,
  moveAxis: structure.moveAxis,
  expandDims: structure.expandDims,
  squeeze: structure.squeeze,
  stopGradient: structure.stopGradient,
  takeAlongAxis: alongAxis.takeAlongAxis,
  scatterAlongAxis: alongAxis.scatterAlongAxis,
  scatterAddAlongAxis: alongAxis.scatterAddAlongAxis,
  diag,
  diagonal,
  trace,
  take,
  scatterAdd,
  gatherND,
  split,
  unstack,
  oneHot,
  pad,
  flip: rearrange.flip,
  roll: rearrange.roll,
  tile: rearrange.tile,
  repeat: rearrange.repeat,
  slice,
  sliceAxis,
  topK: ordering.topK,
  sort: ordering.sort,
  argsort: ordering.argsort,
  tril,
  triu,
  abs: unary.abs,
  ceil: unary.ceil,
  exp: unary.exp,
  expm1: unary.expm1,
  floor: unary.floor,
  isFinite: unary.isFinite,
  isNaN: unary.isNaN,
  log: unary.log,
  log1p: unary.log1p,
  reciprocal: unary.reciprocal,
  round: unary.round,
  rsqrt: unary.rsqrt,
  sigmoid: unary.sigmoid,
  sign: unary.sign,
  sqrt: unary.sqrt,
  square: unary.square,
  tanh: unary.tanh,
  clip: activations.clip,
  elu: activations.elu,
  leakyRelu: activations.leakyRelu,
  relu: activations.relu,
  silu: activations.silu,
  softplus: activations.softplus,
  equal: compare.equal,
  notEqual: compare.notEqual,
  less: compare.less,
  lessEqual: compare.lessEqual,
  greater: compare.greater,
  greaterEqual: compare.greaterEqual,
  logicalAnd: compare.logicalAnd,
  logicalOr: compare.logicalOr,
  logicalXor: compare.logicalXor,
  logicalNot: compare.logicalNot,
  argmax,
  argmin,
  cast,
  cumsum,
  norm,
  std,
  variance,
  erf,
  erfInv,
  maximum,
  minimum,
  mod,
  fmod,
  pow,
  prod,
  all,
  any,
  logsumexp,
  max,
  mean,
  min,
  softmax,
  logSoftmax,
  cos,
  sin,
  tan,
  dropout,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  maxPool1d,
  maxPool2d,
  avgPool1d: averages.avgPool1d,
  avgPool2d: averages.avgPool2d,
  adaptiveAvgPool1d: averages.adaptiveAvgPool1d,
  adaptiveAvgPool2d: averages.adaptiveAvgPool2d,
  globalAvgPool2d: averages.globalAvgPool2d,
  resize2d,
};

type Method<F> = F extends (x: never, ...rest: infer R) => infer Y ? (...rest: R) => Y : never;
type Methods = { [Name in Exclude<keyof typeof methods, 'data'>]: Method<(typeof methods)[Name]> };

declare module '../core/tensor.js' {
  interface Tensor extends Methods {
    /** As {@link data}; a conditional type would lose its type parameter. */
    data<D extends DType = DType>(): Promise<TypedArrayOf[D]>;
    [Symbol.dispose](): void;
  }
}

for (const [name, f] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]) {
      return (f as (x: Tensor, ...rest: unknown[]) => unknown)(this, ...rest);
    },
    writable: true,
    configurable: true,
  });
}
if (Symbol.dispose) {
  Object.defineProperty(Tensor.prototype, Symbol.dispose, {
    value(this: Tensor) {
      dispose(this);
    },
  });
}
