import { isFloat, type DType } from '../../core/dtype.js';
import type { Tensor } from '../../core/tensor.js';
import { clip } from '../../ops/activations.js';
import { add, div, mul, neg, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { equal, greater, greaterEqual, less, lessEqual, logicalAnd, logicalNot, logicalOr, logicalXor } from '../../ops/compare.js';
import { maximum, minimum } from '../../ops/extremes.js';
import { fmod, mod } from '../../ops/modulo.js';
import { pow } from '../../ops/power.js';
import { where } from '../../ops/select.js';
import { foldDivision, foldElementwise, foldRemainder } from '../folding.js';
import type { NodeCall } from '../node-call.js';
import type { OnnxOperator, OperatorTable } from '../operator.js';

type Binary = (a: Tensor, b: Tensor) => Tensor;
type Numbers = (a: number, b: number) => number;

const binary = (f: Binary, onNumbers: Numbers): OnnxOperator => ({
  trace: (call) => f(call.tensor(0), call.tensor(1)),
  fold: foldElementwise(onNumbers),
});

const comparison = (f: Binary, onNumbers: (a: number, b: number) => boolean): OnnxOperator => ({
  trace: (call) => f(call.tensor(0), call.tensor(1)),
  fold: foldElementwise((a, b) => Number(onNumbers(a, b)), 'bool'),
});

/** Of one input or more. */
const variadic = (f: Binary, onNumbers: Numbers): OnnxOperator => ({
  trace: (call) => call.tensors().reduce(f),
  fold: foldElementwise((...x) => x.reduce(onNumbers)),
});

/** The exponent may have a dtype of its own; the result has the base's. */
function power(call: NodeCall): Tensor {
  const base = call.tensor(0);
  const exponent = call.scalar(1);
  if (exponent !== undefined && isFloat(base.dtype)) return pow(base, exponent);
  const given = call.tensor(1);
  if (isFloat(base.dtype) || !isFloat(given.dtype)) return pow(base, cast(given, base.dtype));
  return cast(pow(cast(base, 'float64'), cast(given, 'float64')), base.dtype);
}

function remainder(call: NodeCall): Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  return call.integer('fmod', 0) ? fmod(a, b) : mod(a, b);
}

/** Known bounds become part of the operator; others are compared with. Absent bounds do not bind. */
function clipped(call: NodeCall): Tensor {
  const x = call.tensor(0);
  if (call.opset < 11) return clip(x, call.float('min', -Infinity), call.float('max', Infinity));
  const isKnown = [1, 2].every((i) => !call.has(i) || call.scalar(i) !== undefined);
  if (isKnown) return clip(x, call.scalar(1), call.scalar(2));
  const [low, high] = [call.optionalTensor(1), call.optionalTensor(2)];
  const raised = low ? maximum(x, low) : x;
  return high ? minimum(raised, high) : raised;
}

const foldClip: NonNullable<OnnxOperator['fold']> = (call, [x]) => {
  const [low, high] = [call.number(1), call.number(2)];
  return foldElementwise((n) => Math.min(Math.max(n, low ?? -Infinity), high ?? Infinity))(call, [x!]);
};

const meanOfInputs = (call: NodeCall): Tensor =>
  mul(
    call.tensors().reduce((a, b) => add(a, b)),
    1 / call.inputCount,
  );

/** There are no kernels that order booleans. */
const boolAs =
  (f: Binary, dtype: DType): Binary =>
  (a, b) =>
    a.dtype === 'bool' ? f(cast(a, dtype), cast(b, dtype)) : f(a, b);

export const arithmeticOperators: OperatorTable = {
  Add: binary(add, (a, b) => a + b),
  Sub: binary(sub, (a, b) => a - b),
  Mul: binary(mul, (a, b) => a * b),
  Div: { trace: (call) => div(call.tensor(0), call.tensor(1)), fold: foldDivision },
  Mod: { trace: remainder, fold: foldRemainder },
  Pow: { trace: power, fold: (call, inputs) => foldElementwise((a, b) => a ** b, inputs[0]!.dtype)(call, inputs) },
  Neg: { trace: (call) => neg(call.tensor(0)), fold: foldElementwise((x) => -x) },
  Min: variadic(minimum, (a, b) => Math.min(a, b)),
  Max: variadic(maximum, (a, b) => Math.max(a, b)),
  Sum: variadic(add, (a, b) => a + b),
  Mean: { trace: meanOfInputs },
  Clip: { trace: clipped, fold: (call, inputs) => (call.opset < 11 ? undefined : foldClip(call, inputs)) },
  Equal: comparison(equal, (a, b) => a === b),
  Greater: comparison(boolAs(greater, 'int32'), (a, b) => a > b),
  GreaterOrEqual: comparison(boolAs(greaterEqual, 'int32'), (a, b) => a >= b),
  Less: comparison(boolAs(less, 'int32'), (a, b) => a < b),
  LessOrEqual: comparison(boolAs(lessEqual, 'int32'), (a, b) => a <= b),
  And: comparison(logicalAnd, (a, b) => a !== 0 && b !== 0),
  Or: comparison(logicalOr, (a, b) => a !== 0 || b !== 0),
  Xor: comparison(logicalXor, (a, b) => a !== b),
  Not: { trace: (call) => logicalNot(call.tensor(0)), fold: foldElementwise((x) => Number(x === 0), 'bool') },
  Where: {
    trace: (call) => where(call.tensor(0), call.tensor(1), call.tensor(2)),
    fold: foldElementwise((condition, a, b) => (condition !== 0 ? a : b)),
  },
};
