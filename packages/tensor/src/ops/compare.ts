import type { DType } from '../core/dtype.js';
import { anyDType } from './checks.js';
import { defineBinary, defineUnary } from './elementwise.js';

/* Comparisons and logic: broadcasting, results in bool, no gradient. Any comparison with NaN is false, notEqual true. */

const bool: readonly DType[] = ['bool'];

/** a = b, of any dtype */
export const equal = defineBinary({
  name: 'equal',
  onnx: 'Equal',
  dtypes: anyDType,
  result: 'bool',
});

/** a ≠ b, of any dtype */
export const notEqual = defineBinary({
  name: 'notEqual',
  onnx: (builder, inputs) => [builder.emit('Not', [builder.emit('Equal', inputs)])],
  dtypes: anyDType,
  result: 'bool',
});

/** a < b */
export const less = defineBinary({ name: 'less', onnx: 'Less', result: 'bool' });

/** a ≤ b */
export const lessEqual = defineBinary({ name: 'lessEqual', onnx: 'LessOrEqual', result: 'bool' });

/** a > b */
export const greater = defineBinary({ name: 'greater', onnx: 'Greater', result: 'bool' });

/** a ≥ b */
export const greaterEqual = defineBinary({
  name: 'greaterEqual',
  onnx: 'GreaterOrEqual',
  result: 'bool',
});

/** a and b, of booleans */
export const logicalAnd = defineBinary({ name: 'logicalAnd', onnx: 'And', dtypes: bool });

/** a or b, of booleans */
export const logicalOr = defineBinary({ name: 'logicalOr', onnx: 'Or', dtypes: bool });

/** Either a or b but not both, of booleans */
export const logicalXor = defineBinary({ name: 'logicalXor', onnx: 'Xor', dtypes: bool });

/** not x, of booleans */
export const logicalNot = defineUnary({ name: 'logicalNot', onnx: 'Not', dtypes: bool });
