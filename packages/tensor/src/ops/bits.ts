import { integers, unsigned } from './checks.js';
import { defineBinary } from './elementwise.js';

/* Operators on the bits of integers; no gradient. Used by the random number generator. */

export const bitwiseXor = defineBinary({
  name: 'bitwiseXor',
  onnx: 'BitwiseXor',
  dtypes: integers,
});

export const bitwiseAnd = defineBinary({
  name: 'bitwiseAnd',
  onnx: 'BitwiseAnd',
  dtypes: integers,
});

export const bitwiseOr = defineBinary({ name: 'bitwiseOr', onnx: 'BitwiseOr', dtypes: integers });

/** a·2ᵇ modulo the word size; b must be smaller than the number of bits. */
export const shiftLeft = defineBinary({
  name: 'shiftLeft',
  onnx: (builder, inputs) => [builder.emit('BitShift', inputs, { direction: 'LEFT' })],
  dtypes: unsigned,
});

/** ⌊a/2ᵇ⌋; b must be smaller than the number of bits. */
export const shiftRight = defineBinary({
  name: 'shiftRight',
  onnx: (builder, inputs) => [builder.emit('BitShift', inputs, { direction: 'RIGHT' })],
  dtypes: unsigned,
});
