import * as arithmetic from '../ops/arithmetic.js';
import * as broadcast from '../ops/broadcast.js';
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from '../ops/convolution.js';
import * as averages from '../ops/average-pooling.js';
import { maxPool1d, maxPool2d } from '../ops/max-pooling.js';
import { resize2d } from '../ops/resize.js';
import { matmul } from '../ops/matmul.js';
import * as structure from '../ops/structure.js';
import { data, dispose, item } from './read.js';
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
type Methods = { [Name in keyof typeof methods]: Method<(typeof methods)[Name]> };

declare module '../core/tensor.js' {
  interface Tensor extends Methods {
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
