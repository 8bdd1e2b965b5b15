import type { Tensor } from '../../core/tensor.js';
import { add, mul } from '../../ops/arithmetic.js';
import { einsum } from '../../ops/einsum.js';
import { matmul } from '../../ops/matmul.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';

/** α·A·B + β·C with A and B transposed where asked for. */
function gemm(call: NodeCall): Tensor {
  const product = matmul(call.tensor(0), call.tensor(1), {
    transposeA: call.integer('transA', 0) === 1,
    transposeB: call.integer('transB', 0) === 1,
    scale: call.float('alpha', 1),
  });
  const c = call.optionalTensor(2);
  const beta = call.float('beta', 1);
  return c === undefined ? product : add(product, beta === 1 ? c : mul(c, beta));
}

export const productOperators: OperatorTable = {
  MatMul: { trace: (call) => matmul(call.tensor(0), call.tensor(1)) },
  Gemm: { trace: gemm },
  Einsum: { trace: (call) => einsum(call.text('equation', ''), ...call.tensors()) },
};
