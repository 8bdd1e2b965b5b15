import type { Tensor } from '../../core/tensor.js';
import { clip, elu, leakyRelu, relu, silu, softplus } from '../../ops/activations.js';
import { add, div, mul, sub } from '../../ops/arithmetic.js';
import { greater, less, logicalAnd, logicalNot } from '../../ops/compare.js';
import { erf } from '../../ops/error-function.js';
import { geluErf, geluTanh } from '../../ops/gelu.js';
import { maximum, minimum } from '../../ops/extremes.js';
import { where } from '../../ops/select.js';
import { cos, sin, tan } from '../../ops/trigonometric.js';
import {
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
  sigmoid,
  sign,
  sqrt,
  tanh,
} from '../../ops/unary.js';
import { foldElementwise } from '../folding.js';
import type { NodeCall } from '../node-call.js';
import type { OnnxOperator, OperatorTable } from '../operator.js';

const unary = (f: (x: Tensor) => Tensor, onNumber?: (x: number) => number): OnnxOperator => ({
  trace: (call) => f(call.tensor(0)),
  ...(onNumber && { fold: foldElementwise(onNumber) }),
});

/** A function of one tensor with numbers as attributes. */
const withAttributes = (f: (x: Tensor, call: NodeCall) => Tensor): OnnxOperator => ({
  trace: (call) => f(call.tensor(0), call),
});

/** Integers have no kernels for these; rounding leaves them as they are. */
const ofFloats = (f: (x: Tensor) => Tensor) => (x: Tensor) => (x.dtype.startsWith('float') ? f(x) : x);

export const quickGelu = (x: Tensor, alpha: number): Tensor => mul(x, sigmoid(mul(x, alpha)));

const hardSigmoid = (x: Tensor, alpha: number, beta: number): Tensor => clip(add(mul(x, alpha), beta), 0, 1);

const roundToEven = (x: number): number => {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2 === 0 ? 0 : 1) : Math.round(x);
};

/** Which infinities count is set by the attributes. */
function isInfinite(x: Tensor, call: NodeCall): Tensor {
  const infinite = logicalAnd(logicalNot(isFinite(x)), logicalNot(isNaN(x)));
  const [negative, positive] = [call.integer('detect_negative', 1), call.integer('detect_positive', 1)];
  if (negative && positive) return infinite;
  if (positive) return logicalAnd(infinite, greater(x, 0));
  return negative ? logicalAnd(infinite, less(x, 0)) : less(abs(x), 0);
}

function selu(x: Tensor, call: NodeCall): Tensor {
  const [alpha, gamma] = [call.float('alpha', 1.6732632423543772), call.float('gamma', 1.0507009873554805)];
  return mul(elu(x, alpha), gamma);
}

export const functionOperators: OperatorTable = {
  Abs: unary(abs, Math.abs),
  Ceil: unary(ofFloats(ceil), Math.ceil),
  Floor: unary(ofFloats(floor), Math.floor),
  Round: unary(ofFloats(round), roundToEven),
  Sign: unary(sign, Math.sign),
  Sqrt: unary(sqrt, Math.sqrt),
  Exp: unary(exp, Math.exp),
  Log: unary(log, Math.log),
  Reciprocal: unary(reciprocal, (x) => 1 / x),
  Erf: unary(erf),
  Sin: unary(sin),
  Cos: unary(cos),
  Tan: unary(tan),
  Tanh: unary(tanh),
  Sigmoid: unary(sigmoid),
  Softplus: unary(softplus),
  Relu: unary(relu, (x) => Math.max(x, 0)),
  IsNaN: unary(isNaN),
  IsInf: withAttributes(isInfinite),
  LeakyRelu: withAttributes((x, call) => leakyRelu(x, call.float('alpha', 0.01))),
  Elu: withAttributes((x, call) => elu(x, call.float('alpha', 1))),
  Celu: withAttributes((x, call) => {
    const alpha = call.float('alpha', 1);
    return mul(elu(div(x, alpha), 1), alpha);
  }),
  Selu: withAttributes(selu),
  PRelu: { trace: (call) => add(maximum(call.tensor(0), 0), mul(minimum(call.tensor(0), 0), call.tensor(1))) },
  HardSigmoid: withAttributes((x, call) => hardSigmoid(x, call.float('alpha', 0.2), call.float('beta', 0.5))),
  HardSwish: withAttributes((x) => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  Softsign: withAttributes((x) => div(x, add(abs(x), 1))),
  Mish: withAttributes((x) => mul(x, tanh(softplus(x)))),
  ThresholdedRelu: withAttributes((x, call) => where(greater(x, call.float('alpha', 1)), x, 0)),
  Swish: withAttributes((x, call) => (call.float('alpha', 1) === 1 ? silu(x) : quickGelu(x, call.float('alpha', 1)))),
  Gelu: withAttributes((x, call) => (call.text('approximate', 'none') === 'tanh' ? geluTanh(x) : geluErf(x))),
  Sinh: withAttributes((x) => mul(sub(expm1(x), expm1(mul(x, -1))), 0.5)),
  Cosh: withAttributes((x) => mul(add(exp(x), exp(mul(x, -1))), 0.5)),
  /** ½(log(1 + x) − log(1 − x)) */
  Atanh: withAttributes((x) => mul(sub(log1p(x), log1p(mul(x, -1))), 0.5)),
};
