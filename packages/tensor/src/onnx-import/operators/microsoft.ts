import type { Tensor } from '../../core/tensor.js';
import { add } from '../../ops/arithmetic.js';
import { geluErf, geluTanh } from '../../ops/gelu.js';
import { matmul } from '../../ops/matmul.js';
import { layerNorm, rmsNorm } from '../../ops/normalization.js';
import { zeros } from '../../ops/full.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';
import { quickGelu } from './functions.js';
import { rmsNormalization } from './normalization.js';

/* Operators of ONNX Runtime (domain com.microsoft), as its graph optimizers and our own lowerings write them. */

function fusedMatMul(call: NodeCall): Tensor {
  return matmul(call.tensor(0), call.tensor(1), {
    transposeA: call.integer('transA', 0) === 1,
    transposeB: call.integer('transB', 0) === 1,
    scale: call.float('alpha', 1),
  });
}

const sumWith = (call: NodeCall, ...others: number[]): Tensor =>
  others.reduce((sum, i) => (call.has(i) ? add(sum, call.tensor(i)) : sum), call.tensor(0));

/** Normalizes x + skip (+ bias); output 3 is that sum. */
function skipLayerNormalization(call: NodeCall): readonly Tensor[] {
  const sum = sumWith(call, 1, 4);
  const gain = call.tensor(2);
  const bias = call.optionalTensor(3) ?? zeros(gain.shape, gain.dtype);
  return [layerNorm(sum, gain, bias, { epsilon: call.float('epsilon', 1e-12) }), sum, sum, sum];
}

function skipRmsNormalization(call: NodeCall): readonly Tensor[] {
  const sum = sumWith(call, 1, 3);
  return [rmsNorm(sum, call.tensor(2), { epsilon: call.float('epsilon', 1e-12) }), sum, sum, sum];
}

const onlyEnds = ({ outputs }: { readonly outputs: readonly string[] }) =>
  outputs[1] || outputs[2] ? 'mean and deviation as outputs are not translated' : undefined;

export const microsoftOperators: OperatorTable = {
  'com.microsoft:Gelu': { trace: (call) => geluErf(call.tensor(0)) },
  'com.microsoft:BiasGelu': { trace: (call) => geluErf(sumWith(call, 1)) },
  'com.microsoft:FastGelu': { trace: (call) => geluTanh(sumWith(call, 1)) },
  'com.microsoft:QuickGelu': { trace: (call) => quickGelu(call.tensor(0), call.float('alpha', 1.702)) },
  'com.microsoft:FusedMatMul': {
    trace: fusedMatMul,
    refuses: ({ attributes = {} }) =>
      ['transBatchA', 'transBatchB'].some((name) => attributes[name]?.kind === 'int' && Number(attributes[name].value) === 1)
        ? 'transposed batches are not translated'
        : undefined,
  },
  SimplifiedLayerNormalization: { trace: rmsNormalization },
  'com.microsoft:SimplifiedLayerNormalization': { trace: rmsNormalization },
  'com.microsoft:SkipLayerNormalization': { trace: skipLayerNormalization, refuses: onlyEnds },
  'com.microsoft:SkipSimplifiedLayerNormalization': { trace: skipRmsNormalization, refuses: onlyEnds },
};
