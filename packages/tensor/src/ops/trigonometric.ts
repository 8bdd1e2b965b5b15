import { add, mul, neg } from './arithmetic.js';
import { floats } from './checks.js';
import { defineUnary, type UnaryFunction } from './elementwise.js';
import { square } from './unary.js';

/** Sine of x in radians. */
export const sin: UnaryFunction = defineUnary({
  name: 'sin',
  onnx: 'Sin',
  dtypes: floats,
  gradient: (g, x) => mul(g, cos(x)),
});

/** Cosine of x in radians. */
export const cos: UnaryFunction = defineUnary({
  name: 'cos',
  onnx: 'Cos',
  dtypes: floats,
  gradient: (g, x) => neg(mul(g, sin(x))),
});

/** Tangent of x in radians. */
export const tan = defineUnary({
  name: 'tan',
  onnx(builder, [x], { outputs: [y] }) {
    if (y!.dtype !== 'float64') return [builder.emit('Tan', [x!])];
    return [builder.emit('Div', [builder.emit('Sin', [x!]), builder.emit('Cos', [x!])])];
  },
  dtypes: floats,
  gradient: (g, _, y) => mul(g, add(square(y), 1)),
});
