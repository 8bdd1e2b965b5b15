import { resolveAxis } from '../../core/shape.js';
import { concat, split, stack } from '../../ops/join.js';
import { squeeze } from '../../ops/structure.js';
import { Constant, OnnxSequence } from '../constant.js';
import { asTensor, type NodeCall } from '../node-call.js';
import type { OperatorTable } from '../operator.js';

/** Parts of the given sizes, of one given size, or of size 1, which `keepdims = 0` takes away. */
function splitToSequence(call: NodeCall): OnnxSequence {
  const x = call.tensor(0);
  const axis = resolveAxis('SplitToSequence', call.integer('axis', 0), x.rank);
  const n = x.shape[axis]!;
  const given = call.has(1) ? call.constant(1) : Constant.of('int64', [], [1]);
  const sizes = given.shape.length === 0 ? equalParts(n, given.numbers()[0]!) : given.numbers();
  const parts = split(x, sizes, axis);
  const isDropped = !call.has(1) && call.integer('keepdims', 1) === 0;
  return new OnnxSequence(isDropped ? parts.map((part) => squeeze(part, axis)) : parts);
}

const equalParts = (n: number, size: number): number[] =>
  Array.from({ length: Math.ceil(n / size) }, (_, i) => Math.min(size, n - i * size));

/** Sequences of tensors: their lengths and positions are known while tracing. */
export const sequenceOperators: OperatorTable = {
  SplitToSequence: { trace: splitToSequence, known: [1] },
  SequenceConstruct: {
    trace: (call) => new OnnxSequence(Array.from({ length: call.inputCount }, (_, i) => call.value(i))),
  },
  SequenceAt: {
    trace(call) {
      const [items, position] = [call.sequence(0), call.requiredNumber(1)];
      const item = items.at(position);
      if (item === undefined) throw call.error(`position ${position} is outside a sequence of ${items.length}`);
      return item;
    },
    known: [1],
  },
  SequenceLength: { trace: (call) => Constant.of('int64', [], [call.sequence(0).length]), typesOnly: true },
  ConcatFromSequence: {
    trace(call) {
      const join = call.integer('new_axis', 0) ? stack : concat;
      return join(call.sequence(0).map(asTensor), call.integer('axis', 0));
    },
  },
};
