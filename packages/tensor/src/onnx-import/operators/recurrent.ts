import type { Tensor } from '../../core/tensor.js';
import { relu } from '../../ops/activations.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { zeros } from '../../ops/full.js';
import { split, stack, unstack } from '../../ops/join.js';
import { matmul } from '../../ops/matmul.js';
import { sliceAxis } from '../../ops/slice.js';
import { squeeze } from '../../ops/structure.js';
import { sigmoid, tanh } from '../../ops/unary.js';
import type { OnnxNode } from '../../onnx/model.js';
import type { NodeCall } from '../node-call.js';
import type { OnnxOperator, OperatorTable } from '../operator.js';

/*
 * Recurrent layers, unrolled over time: the products with the inputs of all times are one product, then one step a time.
 * X [time, batch, input], W [directions, gates·hidden, input], R [directions, gates·hidden, hidden],
 * B [directions, 2·gates·hidden] of input and recurrent biases; Y [time, directions, batch, hidden].
 */

/** One direction's weights. */
interface Cell {
  /** [gates·hidden, hidden] */
  readonly recurrent: Tensor;
  /** [gates·hidden]; that of the inputs is in the projected inputs already. */
  readonly bias: Tensor | undefined;
}

/** The next state from the projected input of one time, [batch, gates·hidden], and the state before; the first is h. */
type Step = (projected: Tensor, state: readonly Tensor[], cell: Cell) => readonly Tensor[];

const withBias = (x: Tensor, bias: Tensor | undefined): Tensor => (bias ? add(x, bias) : x);

/** Σ over inputs and recurrence for all gates, in parts for each gate. */
const gatesOf = (projected: Tensor, h: Tensor, { recurrent, bias }: Cell, count: number): Tensor[] =>
  split(add(projected, withBias(matmul(h, recurrent, { transposeB: true }), bias)), count, -1);

/** Hochreiter, Schmidhuber 1997, with forget gate; ONNX orders the gates input, output, forget, cell. */
const lstmStep: Step = (projected, [h, c], cell) => {
  const [input, output, forget, candidate] = gatesOf(projected, h!, cell, 4);
  const next = add(mul(sigmoid(forget!), c!), mul(sigmoid(input!), tanh(candidate!)));
  return [mul(sigmoid(output!), tanh(next)), next];
};

/** Cho et al. 2014 (arXiv:1406.1078); gates update, reset, candidate; the reset before or after the product. */
const gruStep =
  (linearBeforeReset: boolean): Step =>
  (projected, [h], { recurrent, bias }) => {
    const hidden = h!.shape[1]!;
    const part = (x: Tensor, from: number, to: number) => sliceAxis(x, 0, from * hidden, to * hidden);
    const product = (state: Tensor, from: number, to: number) =>
      withBias(matmul(state, part(recurrent, from, to), { transposeB: true }), bias && part(bias, from, to));
    const [forUpdate, forReset, forCandidate] = split(projected, 3, -1);
    const [u, r] = split(product(h!, 0, 2), 2, -1);
    const [update, reset] = [sigmoid(add(forUpdate!, u!)), sigmoid(add(forReset!, r!))];
    const recurrence = linearBeforeReset ? mul(reset, product(h!, 2, 3)) : product(mul(reset, h!), 2, 3);
    const candidate = tanh(add(forCandidate!, recurrence));
    return [add(candidate, mul(update, sub(h!, candidate)))];
  };

const simpleStep =
  (activation: (x: Tensor) => Tensor): Step =>
  (projected, [h], cell) => [activation(gatesOf(projected, h!, cell, 1)[0]!)];

/** One direction: the hidden states of all times in the order of time, and the last state. */
function runDirection(call: NodeCall, step: Step, direction: number, isReverse: boolean, states: number) {
  const ofDirection = (input: number) =>
    call.has(input) ? squeeze(sliceAxis(call.tensor(input), 0, direction, direction + 1), 0) : undefined;
  const [x, w, recurrent, bias] = [call.tensor(0), ofDirection(1)!, ofDirection(2)!, ofDirection(3)];
  const [inputBias, recurrentBias] = bias ? split(bias, 2, 0) : [undefined, undefined];
  const projected = unstack(withBias(matmul(x, w, { transposeB: true }), inputBias), 0);
  const start = zeros([x.shape[1]!, recurrent.shape[1]!], x.dtype);
  let state: readonly Tensor[] = Array.from({ length: states }, (_, i) => ofDirection(5 + i) ?? start);
  const hidden: Tensor[] = [];
  for (const at of isReverse ? projected.reverse() : projected) {
    state = step(at, state, { recurrent, bias: recurrentBias });
    hidden.push(state[0]!);
  }
  return { hidden: isReverse ? hidden.reverse() : hidden, state };
}

/** All directions, as the operator's outputs Y, Y_h and, of an LSTM, Y_c. */
function run(call: NodeCall, step: Step, states: number): Tensor[] {
  const direction = call.text('direction', 'forward');
  const reverses = direction === 'bidirectional' ? [false, true] : [direction === 'reverse'];
  const results = reverses.map((isReverse, i) => runDirection(call, step, i, isReverse, states));
  const all = stack(
    results.map(({ hidden }) => stack(hidden, 0)),
    1,
  );
  return [
    all,
    ...Array.from({ length: states }, (_, i) =>
      stack(
        results.map(({ state }) => state[i]!),
        0,
      ),
    ),
  ];
}

/** Variants that are not translated. */
const refuses =
  (activations: readonly string[]) =>
  ({ inputs, attributes = {} }: OnnxNode): string | undefined => {
    const given = attributes['activations'];
    const isUsual =
      given === undefined || (given.kind === 'strings' && given.value.every((name, i) => name === activations[i % activations.length]));
    if (!isUsual) return `activations other than ${activations.join(', ')} are not translated`;
    if (inputs[4]) return 'sequences of different lengths (sequence_lens) are not translated';
    if (inputs[7]) return 'peephole weights are not translated';
    const odd = ['clip', 'input_forget', 'layout'].find((name) => {
      const attribute = attributes[name];
      return (attribute?.kind === 'int' || attribute?.kind === 'float') && Number(attribute.value) !== 0;
    });
    return odd && `the attribute ${odd} is not translated`;
  };

const rnn: OnnxOperator = {
  trace: (call) => run(call, simpleStep(call.strings('activations')?.[0] === 'Relu' ? relu : tanh), 1),
  refuses: (node) => {
    const given = node.attributes?.['activations'];
    const isRelu = given?.kind === 'strings' && given.value[0] === 'Relu';
    return refuses([isRelu ? 'Relu' : 'Tanh'])(node);
  },
};

export const recurrentOperators: OperatorTable = {
  RNN: rnn,
  LSTM: { trace: (call) => run(call, lstmStep, 2), refuses: refuses(['Sigmoid', 'Tanh', 'Tanh']) },
  GRU: {
    trace: (call) => run(call, gruStep(call.integer('linear_before_reset', 0) === 1), 1),
    refuses: refuses(['Sigmoid', 'Tanh']),
  },
};
