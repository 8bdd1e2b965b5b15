import { resolveAxis } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { variance } from '../../ops/dispersion.js';
import { layerNorm, rmsNorm } from '../../ops/normalization.js';
import { ones, zeros } from '../../ops/full.js';
import { mean } from '../../ops/reductions.js';
import { reshape } from '../../ops/structure.js';
import { rsqrt } from '../../ops/unary.js';
import type { NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';

/** Per-channel numbers of shape [C] beside x [N, C, …]. */
const ofChannels = (numbers: Tensor, x: Tensor): Tensor => reshape(numbers, [numbers.size, ...new Array<number>(x.rank - 2).fill(1)]);

/** (x − mean)/√(variance + ε)·scale + bias with stored statistics, as one multiplication and one addition. */
function batchNormalization(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const [scale, bias, average, spread] = [1, 2, 3, 4].map((i) => cast(call.tensor(i), x.dtype));
  const factor = mul(scale!, rsqrt(add(spread!, call.float('epsilon', 1e-5))));
  const offset = sub(bias!, mul(average!, factor));
  return add(mul(x, ofChannels(factor, x)), ofChannels(offset, x));
}

/** Over the axes from `axis` on, as the last axis of a matrix. Outputs the mean and 1/deviation only where wanted. */
function layerNormalization(call: NodeCall): Tensor[] {
  const x = call.tensor(0);
  const axis = resolveAxis('LayerNormalization', call.integer('axis', -1), x.rank);
  const rows = reshape(x, [...x.shape.slice(0, axis), -1]);
  const width = rows.shape.at(-1)!;
  const gain = flatGain(call, width);
  const bias = call.has(2) ? reshape(call.tensor(2), [width]) : zeros([width], x.dtype);
  const epsilon = call.float('epsilon', 1e-5);
  const y = reshape(layerNorm(rows, gain, bias, { epsilon }), x.shape);
  if (!call.wants(1) && !call.wants(2)) return [y];
  const kept = [...x.shape.slice(0, axis), ...x.shape.slice(axis).map(() => 1)];
  const statistic = (value: Tensor) => reshape(value, kept);
  return [y, statistic(mean(rows, -1)), statistic(rsqrt(add(variance(rows, -1), epsilon)))];
}

/** The gain over the normalized axes as one axis; one number may stand for all. */
function flatGain(call: NodeCall, width: number): Tensor {
  const gain = call.tensor(1);
  return gain.size === width ? reshape(gain, [width]) : mul(ones([width], gain.dtype), reshape(gain, [gain.size]));
}

/** As `LayerNormalization` without mean and bias; ONNX Runtime's own form also gives the inverse root, one for each row. */
export function rmsNormalization(call: NodeCall): Tensor[] {
  const x = call.tensor(0);
  const axis = resolveAxis('RMSNormalization', call.integer('axis', -1), x.rank);
  const rows = reshape(x, [...x.shape.slice(0, axis), -1]);
  const gain = flatGain(call, rows.shape.at(-1)!);
  const epsilon = call.float('epsilon', 1e-5);
  const y = reshape(rmsNorm(rows, gain, { epsilon }), x.shape);
  return call.wants(1) ? [y, rsqrt(add(mean(mul(rows, rows), -1, { keepDims: true }), epsilon))] : [y];
}

/** Each row normalized by its own mean and variance. */
function standardized(rows: Tensor, epsilon: number): Tensor {
  const centered = sub(rows, mean(rows, -1, { keepDims: true }));
  return mul(centered, rsqrt(add(mean(mul(centered, centered), -1, { keepDims: true }), epsilon)));
}

function instanceNormalization(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const rows = reshape(x, [x.shape[0]!, x.shape[1]!, -1]);
  const normalized = reshape(standardized(rows, call.float('epsilon', 1e-5)), x.shape);
  return add(mul(normalized, ofChannels(call.tensor(1), x)), ofChannels(call.tensor(2), x));
}

/** Scale and bias belong to groups before version 21, to channels from then on. */
function groupNormalization(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const groups = call.integer('num_groups', 1);
  const rows = standardized(reshape(x, [x.shape[0]!, groups, -1]), call.float('epsilon', 1e-5));
  if (call.tensor(1).size === groups && call.opset < 21) {
    const scaled = add(mul(rows, reshape(call.tensor(1), [groups, 1])), reshape(call.tensor(2), [groups, 1]));
    return reshape(scaled, x.shape);
  }
  return add(mul(reshape(rows, x.shape), ofChannels(call.tensor(1), x)), ofChannels(call.tensor(2), x));
}

export const normalizationOperators: OperatorTable = {
  BatchNormalization: {
    trace: batchNormalization,
    state: [3, 4],
    refuses({ attributes, outputs }) {
      const mode = attributes?.['training_mode'];
      return (mode?.kind === 'int' && Number(mode.value) === 1) || outputs.slice(1).some((name) => name !== '')
        ? 'batch statistics are not computed; export the model in evaluation mode'
        : undefined;
    },
  },
  LayerNormalization: { trace: layerNormalization },
  RMSNormalization: { trace: rmsNormalization },
  InstanceNormalization: { trace: instanceNormalization },
  GroupNormalization: { trace: groupNormalization },
  Dropout: {
    /** Without training mode the input itself; a mask that nobody dropped from is all true. */
    trace(call) {
      if (call.opset >= 12 && (call.number(2) ?? 0) !== 0) {
        throw call.error('training mode is on; export the model in evaluation mode');
      }
      return call.wants(1) ? [call.value(0), ones(call.value(0).shape, 'bool')] : call.value(0);
    },
    known: [1, 2],
  },
};
