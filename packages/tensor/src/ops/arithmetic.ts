import { applyOne, defineOp } from '../core/op.js';
import { sameShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { operatorError, ShapeError } from '../core/errors.js';
import { commonDType, floats } from './checks.js';
import { alignBatched, defineBinary, defineUnary } from './elementwise.js';
import { broadcastTo } from './broadcast.js';

/** a + b */
export const add = defineBinary({
  name: 'add',
  onnx: 'Add',
  gradient: (g) => [() => g, () => g],
});

/** a − b */
export const sub = defineBinary({
  name: 'sub',
  onnx: 'Sub',
  gradient: (g) => [() => g, () => neg(g)],
});

/** a · b, element by element */
export const mul = defineBinary({
  name: 'mul',
  onnx: 'Mul',
  gradient: (g, a, b) => [() => mul(g, b), () => mul(g, a)],
});

/** a / b; integers divide towards zero. */
export const div = defineBinary({
  name: 'div',
  onnx: 'Div',
  // ∂(a/b)/∂b = −(a/b)/b
  gradient: (g, _, b, y) => [() => div(g, b), () => neg(div(mul(g, y), b))],
});

/** −x */
export const neg = defineUnary({
  name: 'neg',
  onnx: 'Neg',
  dtypes: ['float32', 'float64', 'float16', 'int32', 'int64'],
  gradient: (g) => neg(g),
});

const addAllOp = defineOp<object>({
  name: 'addAll',
  infer(inputs) {
    const dtype = commonDType('addAll', inputs, floats);
    const shape = inputs[0]!.shape;
    if (inputs.some((x) => !sameShape(x.shape, shape))) {
      throw operatorError(ShapeError, 'addAll', 'expected tensors of one shape');
    }
    return [{ dtype, shape }];
  },
  // A chain of additions: ONNX Runtime's Sum takes longer than they do.
  lower: (builder, inputs) => [inputs.reduce((sum, x) => builder.emit('Add', [sum, x]))],
  vjp: ({ inputs, cotangents: [g] }) => inputs.map(() => g),
  batch(inputs, batched) {
    const size = inputs[batched.indexOf(true)]!.shape[0]!;
    const aligned = alignBatched(inputs, batched).map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])));
    return [addAll(aligned)];
  },
});

/** The sum of several floating-point tensors of one shape. */
export function addAll(terms: readonly Tensor[]): Tensor {
  if (terms.length === 1) return terms[0]!;
  if (terms.length === 2) return add(terms[0]!, terms[1]!);
  return applyOne(addAllOp, terms, {});
}
