import type { Tensor } from '../../core/tensor.js';
import { bitwiseAnd, bitwiseOr, bitwiseXor, shiftLeft, shiftRight } from '../../ops/bits.js';
import type { NodeCall } from '../node-call.js';
import type { OnnxOperator, OperatorTable } from '../operator.js';

const ofBits = (f: (a: Tensor, b: Tensor) => Tensor): OnnxOperator => ({ trace: (call) => f(call.tensor(0), call.tensor(1)) });

function shifted(call: NodeCall): Tensor {
  const shift = call.text('direction', '') === 'LEFT' ? shiftLeft : shiftRight;
  return shift(call.tensor(0), call.tensor(1));
}

/** Operators on the bits of integers. */
export const bitOperators: OperatorTable = {
  BitwiseAnd: ofBits(bitwiseAnd),
  BitwiseOr: ofBits(bitwiseOr),
  BitwiseXor: ofBits(bitwiseXor),
  BitShift: { trace: shifted },
};
